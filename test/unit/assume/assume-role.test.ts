// Equal requests share credentials, by memory or by one call at a time; requests that differ in anything never do.
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../shared/kernel/failure.ts';
import { GrantId, ProviderId, RequestId } from '../../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { createAssumeRole } from '../../../shared/pipeline/assume/assume-role.ts';
import type { AssumeRequest } from '../../../shared/pipeline/assume/issue-credentials.ts';
import { composeSessionPolicy } from '../../../shared/pipeline/compose/compose-session-policy.ts';
import type { Allowed } from '../../../shared/pipeline/decide/decision.ts';
import type { AdmitSession } from '../../../shared/pipeline/limit/limit-sessions.ts';
import type { Policy } from '../../../shared/ram/policy.ts';
import { entryKey } from '../../../shared/rules/document/rules.ts';
import { DEFAULT_LIMITS } from '../../../shared/rules/values/provider-limits.ts';
import { NOTHING_FLUSHED, NOW, REVISION, role } from '../../support/builders.ts';
import { gate } from '../../support/catalog-rows.ts';
import { FakeAuditLog, FakeClock, FakeRoleAssumer } from '../../support/fakes.ts';

const PRINCIPAL = {
  kind: 'oidc',
  provider: ProviderId.parse('app-users'),
  issuer: 'https://id.example.com',
  subject: 'alice',
  groups: [],
  claims: {},
  mfa: false,
  authenticatedAt: undefined,
  expiresAt: undefined,
  proofHash: 'hash',
} as const;

interface Parts {
  readonly principal?: Partial<AssumeRequest['principal']>;
  readonly grant?: Partial<Allowed['grant']>;
  readonly role?: Parameters<typeof role>[0];
  readonly lifetimeSeconds?: number;
  readonly callerPolicy?: Policy;
  readonly now?: Date;
  readonly rules?: Partial<AssumeRequest['rules']>;
}

function request(parts: Parts = {}): AssumeRequest {
  const own = role(parts.role);
  const grant: Allowed['grant'] = {
    id: GrantId.parse('own-prefix'),
    order: 0,
    specificity: 'subject',
    role: own.id,
    maxDurationSeconds: 3_600,
    policy: { kind: 'inherit' },
    constraints: {},
    ...parts.grant,
  };
  const seconds = parts.lifetimeSeconds ?? 3_600;
  const allowed = { grant, role: own, lifetimeSeconds: seconds, askedSeconds: seconds };
  const composed = composeSessionPolicy(allowed, {
    claims: {},
    callerPolicy: parts.callerPolicy,
    clientAddress: undefined,
    now: parts.now ?? NOW,
  });
  if (!composed.ok) throw new Error(composed.error.reason);
  const requestId = RequestId.parse('request-0001');
  const principal = { ...PRINCIPAL, ...parts.principal };
  const rules = { ...NOTHING_FLUSHED, ...parts.rules };
  return { requestId, principal, limits: DEFAULT_LIMITS, allowed, composed: composed.value, rules };
}

function start() {
  const clock = new FakeClock();
  const [assumer, auditLog] = [new FakeRoleAssumer(clock), new FakeAuditLog()];
  const asked: string[] = [];
  const leave: { admit: Result<void, Failure> } = { admit: ok(undefined) };
  const admitSession: AdmitSession = async ({ subject }) => {
    asked.push(subject);
    return leave.admit;
  };
  const assume = createAssumeRole({
    admitSession,
    assumer,
    issuedKeys: auditLog,
    clock,
    random: () => 0.5,
    sourceIdentity: false,
  });
  const take = async (parts: Parts = {}) => {
    const session = await assume(request({ now: clock.now(), ...parts }));
    const registered = session.ok ? await session.value.registered : undefined;
    if (registered && !registered.ok) return registered.error.code;
    return session.ok
      ? `${session.value.role.accessKeyId}${session.value.reused ? ' reused' : ''}`
      : session.error.code;
  };
  return { clock, assumer, auditLog, assume, take, asked, leave };
}

const NARROW: Policy = {
  version: '1',
  statements: [
    { effect: 'Allow', actions: { kind: 'only', patterns: ['a:B'] }, resources: ['*'], conditions: [] },
  ],
};

describe('credentials are reused', () => {
  it.each<[string, Parts]>([
    ['nothing', {}],
    ['the token', { principal: { proofHash: 'other' } }],
    ['the groups', { principal: { groups: ['staff'] } }],
    ['claims that the policy does not hold', { principal: { claims: { a: 1 } } }],
    [
      'the revision of another role',
      { rules: { entryRevisions: new Map([[entryKey('role', 'other'), REVISION]]) } },
    ],
    ['a flush of sign-ins alone', { rules: { flushes: { caches: 0, signIns: 1 } } }],
  ])('when %s differs', async (_, parts) => {
    const { take } = start();
    expect([await take(), await take(parts)]).toEqual(['STS.key1', 'STS.key1 reused']);
  });

  it.each<[string, Parts]>([
    ['the provider', { principal: { provider: ProviderId.parse('other') } }],
    ['the issuer', { principal: { issuer: 'https://other.example' } }],
    ['the subject', { principal: { subject: 'bob' } }],
    ['the RAM role', { role: { roleArn: 'acs:ram::1:role/other' } }],
    ['the ExternalId', { role: { externalId: 'other' } }],
    ['the absence of an ExternalId', { role: { externalId: undefined } }],
    ['the grant', { grant: { id: GrantId.parse('other') } }],
    ['the constraints', { grant: { constraints: { mfa: true } } }],
    ['the lifetime', { lifetimeSeconds: 3_599 }],
    ['the policy', { callerPolicy: NARROW }],
    ['the revision that the grant came in with', { grant: { since: REVISION } }],
    [
      'that of the role',
      { rules: { entryRevisions: new Map([[entryKey('role', 'media-uploader'), REVISION]]) } },
    ],
    [
      'that of the provider',
      { rules: { entryRevisions: new Map([[entryKey('provider', 'app-users'), REVISION]]) } },
    ],
    ['the last flush', { rules: { flushes: { caches: 1, signIns: 0 } } }],
  ])('not when %s differs', async (_, parts) => {
    const { take } = start();
    expect([await take(), await take(parts), await take()]).toEqual([
      'STS.key1',
      'STS.key2',
      'STS.key1 reused',
    ]);
  });

  it.each([
    [3_600, 1_800],
    [1_200, 240],
    [900, 450],
    [60, 30],
  ])('of a life of %i seconds for %i and no longer', async (lifetimeSeconds, reused) => {
    const { take, clock } = start();
    await take({ lifetimeSeconds });
    clock.advance(reused * 1000 - 1);
    expect(await take({ lifetimeSeconds })).toBe('STS.key1 reused');
    clock.advance(1);
    expect(await take({ lifetimeSeconds })).toBe('STS.key2');
  });
});

describe('equal requests at one time', () => {
  it('share one call, and unequal ones do not', async () => {
    const { take, assumer } = start();
    const held = gate();
    assumer.gate = held.closed;
    const taken = [take(), take(), take({ principal: { subject: 'bob' } })];
    held.open();
    expect(await Promise.all(taken)).toEqual(['STS.key1', 'STS.key1 reused', 'STS.key2']);
  });

  it('share a failure, which the next request does not', async () => {
    const { take, assumer } = start();
    assumer.fault = { kind: 'unavailable', cause: 'deadline' };
    expect(await Promise.all([take(), take()])).toEqual(['sts_unavailable', 'sts_unavailable']);
    assumer.fault = undefined;
    expect([assumer.orders.length, await take()]).toEqual([1, 'STS.key2']);
  });

  it('share a bug, which the next request does not', async () => {
    const { take, assumer } = start();
    assumer.bug = new Error('bug');
    await expect(Promise.all([take(), take()])).rejects.toThrow('bug');
    assumer.bug = undefined;
    expect(await take()).toBe('STS.key2');
  });
});

describe('leave for a new session', () => {
  it('is asked for once a call of STS, and not for credentials that are handed out again', async () => {
    const { take, asked } = start();
    await Promise.all([take(), take()]);
    await take();
    await take({ principal: { subject: 'bob' } });
    expect(asked).toEqual(['alice', 'bob']);
  });

  it('that is refused ends the request before STS is asked, and is asked for anew by the next', async () => {
    const { take, assumer, leave } = start();
    leave.admit = err({ code: 'rate_limited', reason: 'session-limit' });
    expect([await take(), assumer.orders]).toEqual(['rate_limited', []]);
    leave.admit = ok(undefined);
    expect(await take()).toBe('STS.key1');
  });
});

describe('a key that cannot be registered', () => {
  it('is not issued and not kept', async () => {
    const { take, auditLog } = start();
    auditLog.registerFault = { reason: 'store-failed', cause: 'OTSServerBusy' };
    expect(await take()).toBe('audit_unavailable');
    auditLog.registerFault = undefined;
    expect([await take(), auditLog.keys.map((key) => key.accessKeyId)]).toEqual(['STS.key2', ['STS.key2']]);
  });

  it('is registered once, by the request that made it', async () => {
    const { take, auditLog } = start();
    await Promise.all([take(), take()]);
    await take();
    expect(auditLog.keys).toHaveLength(1);
  });
});

describe('the end of a session', () => {
  it.each([
    ['what STS says, when that is a little sooner', 3_600, 3_590, '2026-03-01T12:59:50.000Z'],
    ['what was promised, when STS says later', 60, 900, '2026-03-01T12:01:00.000Z'],
  ])('is %s', async (_, lifetimeSeconds, given, end) => {
    const { assume, assumer } = start();
    assumer.change = { expiration: new Date(NOW.getTime() + given * 1000) };
    const session = await assume(request({ lifetimeSeconds }));
    expect(session.ok && session.value.expiresAt.toISOString()).toBe(end);
  });

  it('that is more than a minute too soon is no session', async () => {
    const { take, assumer, auditLog } = start();
    assumer.change = { expiration: new Date(NOW.getTime() + 3_539_000) };
    expect([await take(), auditLog.keys]).toEqual(['sts_unavailable', []]);
  });
});
