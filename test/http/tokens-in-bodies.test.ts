// Every endpoint takes a token that fits into no header, of a person in hundreds of groups, in its body, and answers
// as it does to a token in a header.
import { describe, expect, it } from 'vitest';
import { MAX_TOKEN_CHARACTERS } from '../../shared/pipeline/authenticate/read-proof.ts';
import { token } from '../support/issuer.ts';
import { type Exchange, startVend } from '../support/vend-app.ts';

const ROLE = { role: 'media-uploader' };

/** A good token that says as much as it can in so many characters, and one letter more. */
function tokensAround(characters: number): readonly [string, string] {
  const padded = (letters: number) => token({ claims: { note: 'a'.repeat(letters) } });
  let letters = Math.floor(((characters - padded(0).length) * 3) / 4) - 4;
  while (padded(letters + 1).length <= characters) letters += 1;
  return [padded(letters), padded(letters + 1)];
}

const withoutId = ({ status, body }: Exchange) => ({ status, body: { ...body, requestId: '' } });

describe.each([
  ['/v1/roles', 'roles'],
  ['/v1/identity', 'identity'],
])('POST %s', (path, action) => {
  it('answers to a token in the body as GET does to one in the header', async () => {
    const [byHeader, byBody] = [startVend(), startVend()];
    const sent = token();
    const expected = await byHeader.send('GET', path, { token: sent });
    const answer = await byBody.send('POST', path, { token: null, body: { token: sent } });
    expect(answer.status).toBe(200);
    expect(withoutId(answer)).toEqual(withoutId(expected));
    const rowOf = ({ auditLog }: typeof byBody) => auditLog.events.map((row) => ({ ...row, requestId: '' }));
    expect(rowOf(byBody)).toEqual(rowOf(byHeader));
    expect(byBody.auditLog.events).toEqual([expect.objectContaining({ action, outcome: 'granted' })]);
  });

  it.each<readonly [string, object | string | undefined]>([
    ['no body', undefined],
    ['an empty one', ''],
    ['one that says nothing', {}],
  ])('takes the proof from the header beside %s', async (_, body) => {
    const { status } = await startVend().send('POST', path, { ...(body === undefined ? {} : { body }) });
    expect(status).toBe(200);
  });

  it('takes an empty body that has no type, and no other', async () => {
    const ask = (body: string) => {
      // A Request of text has a type.
      const bytes = new TextEncoder().encode(body);
      const headers = { authorization: `Bearer ${token()}` };
      return startVend().app.request(path, { method: 'POST', headers, body: bytes });
    };
    expect([(await ask('')).status, (await ask('{}')).status]).toEqual([200, 415]);
  });

  /**
   * @attack Two tokens, one of them in the body of a request for roles
   * @removed the reading of the body's
   * @failed 6 of 22: takes exactly one token: `expected [ 200, undefined ] to deeply equal [ 401,
   *   'token-twice' ]`
   */
  it('takes exactly one token', async () => {
    const app = startVend();
    const { status } = await app.send('POST', path, { body: { token: token() } });
    expect([status, app.auditLog.events[0]?.reason]).toEqual([401, 'token-twice']);
  });

  it.each([
    ['a field that it does not know', { token: token(), role: 'media-uploader' }],
    ['a token that is none', { token: 7 }],
    ['a list', [] as object],
  ])('refuses %s, and asks nobody', async (_, body) => {
    const app = startVend();
    const answer = await app.send('POST', path, { token: null, body });
    expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_request']);
    expect(app.auditLog.events).toEqual([expect.objectContaining({ action, stage: 'request' })]);
    expect(app.keys.asked).toEqual([]);
  });
});

describe.each([
  ['/v1/credentials', ROLE],
  ['/v1/explain', ROLE],
  ['/v1/roles', {}],
  ['/v1/identity', {}],
])('the longest token at POST %s', (path, wanted) => {
  const ask = (sent: string) =>
    startVend().send('POST', path, { token: null, body: { ...wanted, token: sent } });

  it('is as long as the limit, which is more than any header has', async () => {
    const [longest, longer] = tokensAround(MAX_TOKEN_CHARACTERS);
    expect([(await ask(longest)).status, (await ask(longer)).status]).toEqual([200, 400]);
  });
});
