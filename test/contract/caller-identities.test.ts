// A caller's proof, rebuilt and judged by an STS that verifies it.
import { afterAll, describe, expect, it } from 'vitest';
import { Secret } from '../../shared/kernel/secret.ts';
import { parseCallerProof } from '../../shared/pipeline/authenticate/aliyun/parse-caller-proof.ts';
import { readCallerIdentity } from '../../shared/pipeline/authenticate/aliyun/read-caller-identity.ts';
import { AUDIENCE, PARTNER } from '../support/builders.ts';
import { callerProof, METHODS, type SignedParts, STS_HOST } from '../support/caller-proofs.ts';
import { ROOT_KEY, startPartnerSts } from '../support/partner-sts.ts';

const sts = await startPartnerSts();
afterAll(() => sts.close());

async function judge(text: string, audience = AUDIENCE) {
  const proof = parseCallerProof(new Secret(text));
  if (!proof) throw new Error('no proof');
  const answer = await sts.callers().whoSigned(proof, audience);
  return answer.ok ? (readCallerIdentity(answer.value) ?? answer.value) : answer.error;
}

const refused = (cause: string) => ({ kind: 'refused', cause });
const DEPLOYER = { kind: 'user', account: PARTNER, name: 'deployer' };

describe.each(METHODS)('a proof by %s', (signatureMethod) => {
  const prove = (parts: SignedParts = {}, change: Readonly<Record<string, unknown>> = {}) =>
    judge(callerProof(sts.signed({ signatureMethod, ...parts }), change));

  it('names the user', async () => {
    const ids = { principalId: sts.userId, userId: sts.userId };
    expect(await prove()).toEqual({ member: DEPLOYER, ids });
  });

  it('names the account', async () => {
    const member = { kind: 'root', account: PARTNER };
    expect(await prove({ keys: ROOT_KEY })).toMatchObject({ member });
  });

  it('names the role of a session, and the session apart from it', async () => {
    const member = { kind: 'role', account: PARTNER, name: 'ci' };
    expect(await prove({ keys: sts.session('build-7') })).toEqual({
      member,
      ids: { principalId: `${sts.roleId}:build-7`, roleId: sts.roleId, sessionName: 'build-7' },
    });
  });

  it.each<[string, SignedParts]>([
    ['for another audience', { audience: 'https://other.example.com' }],
    ['for an audience that begins alike', { audience: `${AUDIENCE}.evil.example` }],
    ['for no audience, as requests to other services are', { audience: null }],
    ['for another action', { action: 'AssumeRole' }],
    ['by another method', { method: 'GET' }],
    ['with the wrong secret', { keys: { accessKeyId: 'LTAIpartner', accessKeySecret: 'guess' } }],
    ['with the audience twice', { extra: { stintaudience: 'x' } }],
  ])('signed %s is refused', async (_, parts) => {
    expect(await prove(parts)).toEqual(refused('SignatureDoesNotMatch'));
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['nonce', { nonce: 'another-nonce-0000001' }],
    ['date', { date: '2026-03-01T12:00:01Z' }],
    ['access key', { accessKeyId: ROOT_KEY.accessKeyId }],
  ])('with another %s than was signed is refused', async (_, change) => {
    expect(await prove({}, change)).toEqual(refused('SignatureDoesNotMatch'));
  });

  it('with another security token than was signed is refused', async () => {
    const { securityToken } = sts.session('other');
    const outcome = await prove({ keys: sts.session('build-7') }, { securityToken });
    expect(outcome).toEqual(refused('InvalidSecurityToken.MismatchWithAccessKey'));
  });

  it('is refused by STS the second time', async () => {
    const proof = callerProof(sts.signed({ signatureMethod }));
    expect(await judge(proof)).toMatchObject({ member: DEPLOYER });
    expect(await judge(proof)).toEqual(refused('SignatureNonceUsed'));
  });

  it('is judged by nobody while STS throttles', async () => {
    sts.faults.inject({ kind: 'redirect' });
    sts.faults.inject({ kind: 'refuse', code: 'Throttling.User' });
    expect(await prove()).toEqual({ kind: 'throttled', cause: 'status-302' });
    expect(await prove()).toEqual({ kind: 'throttled', cause: 'Throttling.User' });
  });
});

describe('a proof by ACS3-HMAC-SHA256', () => {
  it('signed for another host is refused', async () => {
    expect(await judge(callerProof({ host: STS_HOST }))).toEqual(refused('SignatureDoesNotMatch'));
  });

  it('signed with a header more is refused', async () => {
    const extra = { 'x-acs-accesskey-id': 'LTAIpartner' };
    expect(await judge(callerProof(sts.signed({ extra })))).toEqual(refused('SignatureDoesNotMatch'));
  });
});
