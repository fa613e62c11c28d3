// A request without a valid proof is answered with one and the same 401 at each endpoint; only the audit row says why.
import { describe, expect, it } from 'vitest';
import { NOW } from '../support/builders.ts';
import { seconds, token } from '../support/issuer.ts';
import { type Sent, startVend } from '../support/vend-app.ts';

const at = (offset: number): number => seconds(NOW) + offset;

const PROOFS: readonly (readonly [claim: string, sent: Sent, reason: string])[] = [
  ['no proof', { token: null }, 'token-missing'],
  ['an empty header', { token: null, headers: { authorization: '' } }, 'token-malformed'],
  ['a header without a scheme', { token: null, headers: { authorization: token() } }, 'token-malformed'],
  ['Basic', { token: null, headers: { authorization: 'Basic YWxpY2U6' } }, 'token-malformed'],
  ['two tokens in a header', { token: `${token()}, Bearer ${token()}` }, 'token-malformed'],
  ['text', { token: 'hello' }, 'token-malformed'],
  ['a token of two parts', { token: token().split('.').slice(0, 2).join('.') }, 'token-malformed'],
  ['a token of five parts', { token: `${token()}.a.b` }, 'token-malformed'],
  ['a header that is not JSON', { token: token({ headerText: 'x' }) }, 'token-malformed'],
  ['a payload that is not JSON', { token: token({ payload: 'x' }) }, 'token-malformed'],
  ['a payload that is a list', { token: token({ payload: '[]' }) }, 'token-malformed'],
  ['another issuer', { token: token({ claims: { iss: 'https://evil.example' } }) }, 'issuer-unknown'],
  ['another audience', { token: token({ claims: { aud: 'https://other.example' } }) }, 'audience-wrong'],
  ['an expired token', { token: token({ claims: { exp: at(-31) } }) }, 'token-expired'],
  ['a token of the future', { token: token({ claims: { nbf: at(31) } }) }, 'token-not-yet-valid'],
  ['a token issued in the future', { token: token({ claims: { iat: at(31) } }) }, 'token-not-yet-valid'],
  ['an old token', { token: token({ claims: { iat: at(-3_631) } }) }, 'token-too-old'],
  ['a token of another type', { token: token({ header: { typ: 'at+jwt' } }) }, 'type-wrong'],
  ['an algorithm not configured', { token: token({ alg: 'ES256' }) }, 'algorithm-not-allowed'],
  ['an unknown key', { token: token({ header: { kid: 'other' } }) }, 'key-unknown'],
  ['a changed signature', { token: `${token().slice(0, -8)}AAAAAAAA` }, 'signature-wrong'],
  ['a subject that is a number', { token: token({ claims: { sub: 7 } }) }, 'subject-unusable'],
  ['an empty subject', { token: token({ claims: { sub: '' } }) }, 'subject-unusable'],
  ['groups in one text', { token: token({ claims: { groups: 'staff,other' } }) }, 'groups-unusable'],
];

const ENDPOINTS = [
  ['POST', '/v1/credentials', { role: 'media-uploader' }],
  ['POST', '/v1/explain', { role: 'media-uploader' }],
  ['GET', '/v1/roles', undefined],
  ['GET', '/v1/identity', undefined],
  ['POST', '/v1/roles', {}],
  ['POST', '/v1/identity', {}],
  ['POST', '/v1/roles', undefined],
  ['POST', '/v1/identity', undefined],
] as const;

describe.each(ENDPOINTS)('%s %s answers 401', (method, path, body) => {
  it.each(PROOFS)('to %s, and only the audit row says why', async (_, sent, reason) => {
    const app = startVend();
    const answer = await app.send(method, path, { ...sent, ...(body && { body }) });
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const { requestId, ...rest } = answer.body;
    expect(rest).toEqual({
      type: 'urn:stint:problem:invalid_token',
      title: 'The proof of identity was not accepted',
      status: 401,
      detail: 'Send one valid token of a configured identity provider, addressed to this service.',
      code: 'invalid_token',
    });
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({ requestId, stage: 'authenticate', outcome: 'refused', reason }),
    ]);
    expect(app.assumer.orders).toEqual([]);
  });
});

describe('POST /v1/credentials answers 401', () => {
  /**
   * @attack Token in header and body
   * @removed the check for two proofs
   * @failed 1 of 75: to a token in the header and another in the body: `expected 200 to be 401`
   */
  it('to a token in the header and another in the body', async () => {
    const app = startVend();
    expect((await app.vend({ token: token() })).status).toBe(401);
    expect(app.auditLog.events).toEqual([expect.objectContaining({ reason: 'token-twice' })]);
  });

  it.each([
    ['expired', { exp: at(-29) }],
    ['not yet valid', { nbf: at(29) }],
  ])('but forgives half a minute of clock difference: %s', async (_, claims) => {
    expect((await startVend().vend({}, { token: token({ claims }) })).status).toBe(200);
  });
});
