// Every constraint of a grant becomes a condition of every Allow, so the cloud enforces it too.
import { describe, expect, it } from 'vitest';
import { composeSessionPolicy } from '../../../shared/pipeline/compose/compose-session-policy.ts';
import { considerGrant } from '../../../shared/pipeline/decide/decide-vend.ts';
import type { VendFacts } from '../../../shared/pipeline/decide/grant-tests.ts';
import type { Grant } from '../../../shared/pipeline/grants/grant.ts';
import { parsePolicy } from '../../../shared/ram/parse-policy.ts';
import { NOW, OWN_PREFIX } from '../../support/builders.ts';
import { seconds } from '../../support/issuer.ts';
import { constrained, facts, principal } from '../decide/grants.ts';

const ADDRESS = '203.0.113.77';

function composed(grant: Grant, given: Partial<VendFacts> = {}, callerPolicy?: object) {
  const all = facts({ clientAddress: ADDRESS, ...given });
  const { decision } = considerGrant(grant, all);
  if (!decision.ok) throw new Error(decision.error.reason);
  const policy = callerPolicy && parsePolicy(callerPolicy);
  if (policy && !policy.ok) throw new Error(policy.error.message);
  const { principal: caller, now, clientAddress } = all;
  return composeSessionPolicy(decision.value, {
    claims: caller.claims,
    callerPolicy: policy?.value,
    now,
    clientAddress,
  });
}

function conditionsOf(grant: Grant, given: Partial<VendFacts> = {}, callerPolicy?: object): unknown[] {
  const result = composed(grant, given, callerPolicy);
  if (!result.ok) throw new Error(result.error.reason);
  return JSON.parse(result.value.sessionPolicy.json).Statement.map(
    ({ Effect, Condition }: { Effect: string; Condition?: unknown }) =>
      Effect === 'Deny' ? 'Deny' : Condition,
  );
}

const reasonOf = (grant: Grant, given: Partial<VendFacts> = {}): string => {
  const result = composed(grant, given);
  return result.ok ? 'composed' : result.error.reason;
};

type Conditions = Readonly<Record<string, Record<string, string | string[]>>>;

const SUNDAY = { timeZone: 'UTC', days: ['sun' as const], from: '12:00', to: '13:00' };
const ip = (values: string | string[]) => ({ IpAddress: { 'acs:SourceIp': values } });
const until = (time: string) => ({ DateLessThan: { 'acs:CurrentTime': time } });

describe('a constraint is a condition of the session policy', () => {
  it.each([
    ['sourceIp', { sourceIp: ['203.0.113.0/24', '2001:db8::/32'] }, ip(['203.0.113.0/24', '2001:db8::/32'])],
    ['sourceIp said twice', { sourceIp: ['203.0.113.0/24', '203.0.113.0/24'] }, ip('203.0.113.0/24')],
    [
      'sourceIp in other spellings',
      { sourceIp: ['::ffff:203.0.113.0/120', '203.0.113.0/24', '2001:DB8:0::/32'] },
      ip(['203.0.113.0/24', '2001:db8::/32']),
    ],
    ['pinSourceIp', { pinSourceIp: true }, ip(ADDRESS)],
    ['pinSourceIp with a prefix', { pinSourceIp: { ipv4PrefixLength: 24 } }, ip('203.0.113.0/24')],
    [
      'pinSourceIp in sourceIp',
      { pinSourceIp: true, sourceIp: ['203.0.113.0/24', '198.51.100.0/24'] },
      ip(ADDRESS),
    ],
    [
      'sourceIp in pinSourceIp',
      { pinSourceIp: { ipv4PrefixLength: 16 }, sourceIp: ['203.0.113.64/26'] },
      ip('203.0.113.64/26'),
    ],
    ['secureTransport', { secureTransport: true }, { Bool: { 'acs:SecureTransport': 'true' } }],
    ['resourceGroup', { resourceGroup: 'rg-acfm' }, { StringEquals: { 'acs:ResourceGroupId': 'rg-acfm' } }],
    [
      'tags',
      { tags: { team: 'media', env: 'prod' } },
      { StringEquals: { 'acs:ResourceTag/team': 'media', 'acs:ResourceTag/env': 'prod' } },
    ],
    ['effectiveSeconds under 900', { effectiveSeconds: 300 }, until('2026-03-01T12:05:00Z')],
    ['effectiveSeconds of 900 and more, which STS ends', { effectiveSeconds: 900 }, undefined],
    ['withinToken', { withinToken: true }, until('2026-03-01T12:30:00Z')],
    ['timeWindows', { timeWindows: [SUNDAY] }, until('2026-03-01T12:30:00Z')],
    [
      'secureTransport: false, which demands nothing',
      { secureTransport: false, pinSourceIp: false, withinToken: false },
      undefined,
    ],
  ])('%s', (_, constraints, condition) => {
    expect(conditionsOf(constrained(constraints))).toEqual([condition]);
  });

  it('with the end of a token that ends first', () => {
    const given = { principal: principal({ exp: seconds(NOW) + 1_200 }) };
    expect(conditionsOf(constrained({ withinToken: true }), given)).toEqual([until('2026-03-01T12:20:00Z')]);
  });

  it('with the end of a window that ends first', () => {
    const given = { now: new Date('2026-03-01T12:45:00.500Z') };
    const grant = constrained({ timeWindows: [SUNDAY] });
    expect(conditionsOf(grant, given)).toEqual([until('2026-03-01T13:00:00Z')]);
    expect(composed(grant, given)).toMatchObject({
      value: { expiresAt: new Date('2026-03-01T13:00:00Z'), stsSeconds: 900 },
    });
  });

  it.each([
    ['a whole IPv6 address', true, '2001:db8:0:0:1::7', '2001:db8::1:0:0:7'],
    ['an IPv6 network', { ipv6PrefixLength: 64 }, '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    [
      'an IPv6 network within a group',
      { ipv6PrefixLength: 52 },
      '2001:db8:1:fabc::1',
      '2001:db8:1:f000::/52',
    ],
    [
      'the IPv4 network of a mapped address',
      { ipv4PrefixLength: 24 },
      '::ffff:203.0.113.9',
      '203.0.113.0/24',
    ],
    ['the prefix of its own protocol', { ipv4PrefixLength: 24 }, '2001:db8::1', '2001:db8::1'],
  ])('with %s', (_, pinSourceIp, clientAddress, network) => {
    expect(conditionsOf(constrained({ pinSourceIp }), { clientAddress })).toEqual([ip(network)]);
  });
});

const statement = (effect: string, condition?: Conditions) => ({
  Effect: effect,
  Action: 'oss:GetObject',
  Resource: 'acs:oss:*:*:media/*',
  ...(condition && { Condition: { ...condition } }),
});
const template = (...statements: ReturnType<typeof statement>[]) => ({
  variables: {},
  document: { Version: '1', Statement: statements },
});
const ALL_CONSTRAINTS = {
  sourceIp: ['203.0.113.0/24'],
  secureTransport: true,
  resourceGroup: 'rg-acfm',
  tags: { team: 'media' },
  effectiveSeconds: 300,
};
const ALL_CONDITIONS = {
  ...ip('203.0.113.0/24'),
  Bool: { 'acs:SecureTransport': 'true' },
  StringEquals: { 'acs:ResourceGroupId': 'rg-acfm', 'acs:ResourceTag/team': 'media' },
  ...until('2026-03-01T12:05:00Z'),
};

describe('constraints reach', () => {
  it('every Allow and no Deny', () => {
    const sessionPolicy = template(statement('Allow'), statement('Deny'), statement('Allow'));
    const conditions = conditionsOf(constrained(ALL_CONSTRAINTS, { sessionPolicy }));
    expect(conditions).toEqual([ALL_CONDITIONS, 'Deny', ALL_CONDITIONS]);
  });

  it('all of the role', () => {
    expect(conditionsOf(constrained(ALL_CONSTRAINTS, { sessionPolicy: 'inherit' }))).toEqual([
      ALL_CONDITIONS,
      'Deny',
    ]);
  });

  it('what the caller narrowed by itself', () => {
    const narrower = {
      Version: '1',
      Statement: [{ ...statement('Allow', ip('203.0.113.8')), Resource: 'acs:oss:*:*:media/users/alice/a' }],
    };
    const grant = constrained(ALL_CONSTRAINTS, { sessionPolicy: OWN_PREFIX });
    expect(conditionsOf(grant, {}, narrower)).toEqual([{ ...ALL_CONDITIONS, ...ip('203.0.113.8') }]);
  });

  it('the basis of reuse, but for the end in time', () => {
    const result = composed(constrained({ pinSourceIp: true, withinToken: true }));
    expect(result).toMatchObject({ ok: true, value: { basis: expect.stringContaining(ADDRESS) } });
    expect(result).toMatchObject({ value: { basis: expect.not.stringContaining('acs:CurrentTime') } });
  });
});

describe('a condition of the template and one of a constraint on the same key', () => {
  it.each([
    [
      'networks: the narrower',
      ip(['203.0.113.0/28', '198.51.100.0/24']),
      { sourceIp: ['203.0.113.0/24'] },
      ip('203.0.113.0/28'),
    ],
    [
      'networks: the constraint’s, where it is narrower',
      ip('203.0.0.0/16'),
      { sourceIp: ['203.0.113.0/24'] },
      ip('203.0.113.0/24'),
    ],
    [
      'networks: each with each',
      ip(['203.0.113.0/28', '2001:db8:1::/48']),
      { sourceIp: ['203.0.113.0/24', '2001:db8::/32'] },
      ip(['203.0.113.0/28', '2001:db8:1::/48']),
    ],
    [
      'texts: the common ones',
      { StringEquals: { 'acs:ResourceGroupId': ['rg-acfm', 'rg-other'] } },
      { resourceGroup: 'rg-acfm' },
      { StringEquals: { 'acs:ResourceGroupId': 'rg-acfm' } },
    ],
    [
      'booleans: the common one',
      { Bool: { 'acs:SecureTransport': ['true', 'false'] } },
      { secureTransport: true },
      { Bool: { 'acs:SecureTransport': 'true' } },
    ],
    [
      'ends: the earlier of the template',
      until('2026-03-01T12:03:00Z'),
      { effectiveSeconds: 300 },
      until('2026-03-01T12:03:00Z'),
    ],
    [
      'ends: the earlier of the constraint',
      until('2027-01-01T00:00:00+08:00'),
      { effectiveSeconds: 300 },
      until('2026-03-01T12:05:00Z'),
    ],
    [
      'ends: the latest of several counts',
      { DateLessThan: { 'acs:CurrentTime': ['2026-03-01T12:01:00Z', '2027-01-01T00:00:00Z'] } },
      { effectiveSeconds: 300 },
      until('2026-03-01T12:05:00Z'),
    ],
    [
      'other operators on the key stay',
      { NotIpAddress: { 'acs:SourceIp': '203.0.113.9' } },
      { sourceIp: ['203.0.113.0/24'] },
      { NotIpAddress: { 'acs:SourceIp': '203.0.113.9' }, ...ip('203.0.113.0/24') },
    ],
  ])('are one: %s', (_, condition, constraints, expected) => {
    const sessionPolicy = template(statement('Allow', condition));
    expect(conditionsOf(constrained(constraints, { sessionPolicy }))).toEqual([expected]);
  });

  it.each([
    ['networks', ip('198.51.100.0/24'), { sourceIp: ['203.0.113.0/24'] }],
    ['networks of two protocols', ip('::/0'), { pinSourceIp: true }],
    ['texts', { StringEquals: { 'acs:ResourceGroupId': 'rg-other' } }, { resourceGroup: 'rg-acfm' }],
    ['booleans', { Bool: { 'acs:SecureTransport': 'false' } }, { secureTransport: true }],
  ])('that share nothing are a refusal: %s', (_, condition, constraints) => {
    const sessionPolicy = template(statement('Allow'), statement('Allow', condition));
    expect(reasonOf(constrained(constraints, { sessionPolicy }))).toBe('constraint-unsatisfiable');
  });

  it('is a refusal too where the caller’s address is unknown to compose', () => {
    const { decision } = considerGrant(constrained({ pinSourceIp: true }), facts());
    if (!decision.ok) throw new Error(decision.error.reason);
    const context = { claims: principal().claims, callerPolicy: undefined, now: NOW };
    expect(composeSessionPolicy(decision.value, context)).toEqual({
      ok: false,
      error: { code: 'access_denied', reason: 'constraint-unsatisfiable' },
    });
  });
});
