// Against holders of tokens for other purposes: only an ID token of a configured issuer, for this deployment, in its
// time, with all claims that are needed and one reading, names a caller.
import { describe, expect, it } from 'vitest';
import { AUDIENCE, grantTo, ISSUER, NOW, provider } from '../support/builders.ts';
import { defaultClaims, generateKeys, keySet, seconds, type TokenParts, token } from '../support/issuer.ts';
import { startVend } from '../support/vend-app.ts';
import { refusedByEveryWay } from '../support/wires.ts';

const now = seconds(NOW);

/** By every wire: each must refuse as POST /v1/credentials does. */
async function refusalOf(parts: TokenParts | string, audiences?: string[]) {
  const proof = typeof parts === 'string' ? parts : token(parts);
  const [status, reason] = await refusedByEveryWay(proof, () => {
    const app = startVend();
    app.store.providers = [provider(audiences ? { audiences } : {})];
    return app;
  });
  return [status, reason];
}

const claiming = (claims: TokenParts['claims']) => refusalOf({ claims: claims ?? {} });

describe('an issuer is one exact text', () => {
  /**
   * @attack Issuer as list, number or object
   * @removed the type check of `iss`
   * @failed 2 of 60: a list with the issuer is refused: `expected [ 401, 'token-malformed' ] to deeply equal
   *   [ 401, 'issuer-unknown' ]`
   * @note jose's `issuer` option still refuses; the reason differs
   *
   * @attack Issuer mix-up: prefix, case, slash
   * @removed exact comparison of the issuer (made a prefix, any case)
   * @failed 4 of 60: with a slash more is refused: `expected [ 401, 'token-malformed' ] to deeply equal [
   *   401, 'issuer-unknown' ]`
   * @note jose's `issuer` option still refuses; the reason differs
   */
  it.each([
    ['a list with the issuer', [ISSUER]],
    ['a list of an evil one and the issuer', ['https://evil.example', ISSUER]],
    ['a number', 7],
    ['an object', { toString: ISSUER }],
    ['null', null],
    ['missing', undefined],
    ['with a slash more', `${ISSUER}/`],
    ['in other case', ISSUER.toUpperCase()],
    ['with a host that begins alike', `${ISSUER}.evil.example`],
    ['a user in front of another host', `${ISSUER}@evil.example`],
    ['http for https', ISSUER.replace('https', 'http')],
    ['a member of the prototype', '__proto__'],
  ])('%s is refused', async (_, iss) => {
    expect(await claiming({ iss })).toEqual([401, 'issuer-unknown']);
  });

  it('a token of one issuer that is signed by another configured one is refused', async () => {
    const otherKeys = generateKeys();
    const app = startVend();
    app.store.providers = [provider(), provider({ id: 'other', issuer: 'https://other.example' })];
    app.keys.sets.set('https://other.example', keySet(otherKeys));
    expect((await app.vend({}, { token: token({ keys: otherKeys }) })).status).toBe(401);
    expect(app.auditLog.events[0]?.reason).toBe('signature-wrong');
  });

  it('a subject of one issuer is nobody at another', async () => {
    const otherKeys = generateKeys();
    const app = startVend();
    app.store.providers = [provider(), provider({ id: 'other', issuer: 'https://other.example' })];
    app.keys.sets.set('https://other.example', keySet(otherKeys));
    const claims = { iss: 'https://other.example' };
    expect((await app.vend({}, { token: token({ keys: otherKeys, claims }) })).status).toBe(403);
    app.store.grants = [grantTo({ kind: 'sub', name: 'alice' }, {}, 'other')];
    expect((await app.vend({}, { token: token({ keys: otherKeys, claims }) })).status).toBe(200);
    expect((await app.vend()).status).toBe(403);
  });
});

describe('an audience is this deployment', () => {
  /**
   * @attack Audience confusion
   * @removed the audience
   * @failed 11 of 60: another is refused: `expected [ { …(6) } ] to deeply equal []`
   */
  it.each([
    ['another', 'https://other.example'],
    ['an empty text', ''],
    ['an empty list', []],
    ['a list of others', ['https://other.example', 'https://third.example']],
    ['a prefix', AUDIENCE.slice(0, -1)],
    ['a longer one', `${AUDIENCE}/`],
    ['other case', AUDIENCE.toUpperCase()],
    ['a list in a list', [[AUDIENCE]]],
    ['an object', { 0: AUDIENCE }],
    ['a number', 0],
  ])('%s is refused', async (_, aud) => {
    expect(await claiming({ aud })).toEqual([401, 'audience-wrong']);
  });

  it("a provider's own audiences replace the default", async () => {
    expect(await refusalOf({}, ['api://stint'])).toEqual([401, 'audience-wrong']);
  });
});

describe('a claim that is needed must be there', () => {
  /**
   * @attack Missing claim
   * @removed the list of claims that are needed
   * @failed 2 of 60: sub: `expected [ 401, 'subject-unusable' ] to deeply equal [ 401, 'claim-missing' ]`
   * @note `aud` and `iat` stay needed through other options of jose
   */
  it.each(['aud', 'sub', 'exp', 'iat'])('%s', async (name) => {
    expect(await claiming({ [name]: undefined })).toEqual([401, 'claim-missing']);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'a subject claim named %s is not found in the prototype',
    async (subject) => {
      const app = startVend();
      app.store.providers = [provider({ subject })];
      app.store.grants = [grantTo({ kind: 'any' })];
      expect((await app.vend()).status).toBe(401);
      expect(app.auditLog.events[0]?.reason).toBe('subject-unusable');
    },
  );
});

describe('a time is a number, and must have come or not', () => {
  /**
   * @attack Token issued long ago
   * @removed the greatest age
   * @failed 3 of 60: issued in the future: `expected [ { …(6) } ] to deeply equal []`
   *
   * @attack Expired token, token of the future
   * @removed one second of strictness
   * @failed 3 of 60: not valid yet: `expected [ { …(6) } ] to deeply equal []`
   */
  it.each([
    ['expired', { exp: now - 31 }, 'token-expired'],
    ['expiring in text', { exp: String(now + 600) }, 'token-malformed'],
    ['expiring at null', { exp: null }, 'token-malformed'],
    ['not valid yet', { nbf: now + 31 }, 'token-not-yet-valid'],
    ['not valid before a text', { nbf: 'now' }, 'token-not-yet-valid'],
    ['issued in the future', { iat: now + 31 }, 'token-not-yet-valid'],
    ['issued in text', { iat: String(now) }, 'token-not-yet-valid'],
    ['too old although its exp is far', { iat: now - 3_631, exp: now + 86_400 }, 'token-too-old'],
    ['issued in milliseconds, so in the far future', { iat: now * 1000 }, 'token-not-yet-valid'],
  ])('%s', async (_, claims, reason) => {
    expect(await claiming(claims)).toEqual([401, reason]);
  });
});

describe('a token of another kind is no ID token', () => {
  const logout = { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } };
  /**
   * @attack Token of another kind: access token, logout token by type
   * @removed the check of `typ`
   * @failed 5 of 60: a logout token by its type: `expected [ { …(6) } ] to deeply equal []`
   *
   * @attack Logout token by its claim
   * @removed the check for `events`
   * @failed 1 of 60: a logout token by its claim: `expected [ { …(6) } ] to deeply equal []`
   */
  it.each<[string, TokenParts]>([
    ['a logout token by its claim', { claims: logout }],
    ['a logout token by its type', { header: { typ: 'logout+jwt' } }],
    ['an access token', { header: { typ: 'at+jwt' } }],
    ['a client assertion', { header: { typ: 'client-authentication+jwt' } }],
    ['a type that is a list', { header: { typ: ['JWT'] } }],
    ['a type of null', { header: { typ: null } }],
  ])('%s', async (_, parts) => {
    expect(await refusalOf(parts)).toEqual([401, 'type-wrong']);
  });
});

describe('a token has one reading', () => {
  const body = JSON.stringify(defaultClaims()).slice(1, -1);
  /**
   * @attack Member named twice in a token, `__proto__`
   * @removed the second, strict reading
   * @failed 7 of 60: a subject named twice: `expected [ 403, 'no-grant' ] to deeply equal [ 401,
   *   'token-malformed' ]`
   * @note bytes that are not UTF-8 are refused by jose
   */
  it.each([
    ['a subject named twice', `{${body},"sub":"bob"}`],
    ['a subject named twice by an escape', `{${body},"s\\u0075b":"bob"}`],
    ['an issuer named twice', `{"iss":"https://evil.example",${body}}`],
    ['a member named twice inside', `{${body},"x":{"a":1,"a":2}}`],
    ['a prototype', `{${body},"__proto__":{"groups":["admins"]}}`],
    ['nesting without end', `{${body},"x":${'['.repeat(64)}${']'.repeat(64)}}`],
    ['bytes that are not UTF-8', Buffer.from(`{${body},"x":"\xff"}`, 'latin1')],
  ])('%s', async (_, payload) => {
    expect(await refusalOf({ payload })).toEqual([401, 'token-malformed']);
  });

  it('a header member named twice', async () => {
    const headerText = '{"alg":"none","alg":"RS256","kid":"key-RS256"}';
    expect(await refusalOf({ headerText })).toEqual([401, 'token-malformed']);
  });
});

describe('a token of any size costs little', () => {
  /**
   * @attack Token of 1 MB
   * @removed the length limit
   * @failed 3 of 60: 20,001 characters: `expected [ 401, 'token-malformed' ] to deeply equal [ 401,
   *   'token-too-long' ]`
   */
  it.each([
    ['1 byte', 'a', 'token-malformed'],
    ['20,001 characters', `${'a'.repeat(9_999)}.a.${'a'.repeat(9_999)}`, 'token-too-long'],
    ['1 MB', `${'a'.repeat(500_000)}.a.${'a'.repeat(500_000)}`, 'token-too-long'],
    ['1 MB of dots', '.'.repeat(1_000_000), 'token-too-long'],
  ])('%s', async (_, proof, reason) => {
    expect(await refusalOf(proof)).toEqual([401, reason]);
  });
});
