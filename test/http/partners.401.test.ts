// Each request with a partner's faulty or used proof is answered with one and the same 401; only the audit row says
// why.
import { describe, expect, it } from 'vitest';
import { aliyunProvider, NOW, PARTNER, provider } from '../support/builders.ts';
import { callerProof } from '../support/caller-proofs.ts';
import { startVend, type Vend } from '../support/vend-app.ts';

const at = (seconds: number) => callerProof({ at: new Date(NOW.getTime() + seconds * 1000) });
const nothing = () => undefined;
const STRANGER = {
  IdentityType: 'RAMUser',
  AccountId: PARTNER,
  Arn: `acs:ram::${PARTNER}:user/stranger`,
  PrincipalId: '1',
  UserId: '1',
  RequestId: 'r',
};

/** The last is whether STS was asked: what can be refused without it costs it nothing. */
const PROOFS: readonly (readonly [claim: string, proof: string, (app: Vend) => unknown, string, boolean])[] =
  [
    ['a proof that cannot be read', 'stint-acs1.e30', nothing, 'token-malformed', false],
    ['a proof of 20,001 characters', `stint-acs1.${'A'.repeat(19_990)}`, nothing, 'token-too-long', false],
    ['an old proof', at(-301), nothing, 'token-too-old', false],
    ['a proof of the future', at(301), nothing, 'token-not-yet-valid', false],
    [
      'a proof where no partner is configured',
      callerProof(),
      ({ store }) => Object.assign(store, { providers: [provider()] }),
      'issuer-unknown',
      false,
    ],
    [
      'a signature that STS refuses',
      callerProof(),
      ({ callers }) => Object.assign(callers, { fault: { kind: 'refused', cause: 'SignatureDoesNotMatch' } }),
      'signature-wrong',
      true,
    ],
    [
      'a caller whom nobody trusts',
      callerProof(),
      ({ callers }) => Object.assign(callers, { answer: STRANGER }),
      'caller-not-trusted',
      true,
    ],
    [
      'a caller whom two providers trust',
      callerProof(),
      ({ store }) =>
        Object.assign(store, { providers: [aliyunProvider(), aliyunProvider({ id: 'more-partners' })] }),
      'caller-not-trusted',
      true,
    ],
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
  it.each(PROOFS)('to %s, and only the audit row says why', async (_, proof, breakIt, reason, asked) => {
    const app = startVend();
    app.store.providers = [provider(), aliyunProvider()];
    breakIt(app);
    const answer = await app.send(method, path, { token: proof, ...(body && { body }) });
    expect([answer.status, answer.body['code']]).toEqual([401, 'invalid_token']);
    expect(answer.text).not.toMatch(/signature|trust|STS|partners/i);
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({ stage: 'authenticate', outcome: 'refused', reason }),
    ]);
    expect(app.callers.asked).toHaveLength(asked ? 1 : 0);
    expect([...app.once.consumed]).toEqual([]);
  });

  it('to a proof that was used', async () => {
    const app = startVend();
    app.store.providers = [aliyunProvider()];
    const proof = callerProof();
    const send = () => app.send(method, path, { token: proof, ...(body && { body }) });
    expect((await send()).status).not.toBe(401);
    expect((await send()).status).toBe(401);
    expect(app.auditLog.events[1]).toMatchObject({ stage: 'authenticate', reason: 'token-replayed' });
  });
});
