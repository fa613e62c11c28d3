// Each test of a grant passes and fails where its constraint says, and shows what it looked at.
import { describe, expect, it } from 'vitest';
import { considerGrant } from '../../../shared/pipeline/decide/decide-vend.ts';
import type { VendFacts } from '../../../shared/pipeline/decide/grant-tests.ts';
import { NOW, role } from '../../support/builders.ts';
import { seconds } from '../../support/issuer.ts';
import { constrained, facts, grant, principal } from './grants.ts';

const at = (text: string): Partial<VendFacts> => ({ now: new Date(text) });
const from = (clientAddress: string | undefined): Partial<VendFacts> => ({ clientAddress });
const by = (claims: Readonly<Record<string, unknown>>): Partial<VendFacts> => ({
  principal: principal(claims),
});

const SUNDAY = { timeZone: 'UTC', days: ['sun' as const], from: '12:00', to: '13:00' };
const SOURCES = ['203.0.113.0/24', '198.51.100.9', '2001:db8::/32'];

const outcome = (one: ReturnType<typeof grant>, given: Partial<VendFacts>): string => {
  const { decision } = considerGrant(one, facts(given));
  return decision.ok ? 'allowed' : `${decision.error.code} ${decision.error.reason}`;
};

describe('a grant', () => {
  it.each([
    ['without a condition or constraint is given', grant(), {}, 'allowed'],
    ['whose condition holds is given', grant({ when: 'claims.a == 1' }), by({ a: 1 }), 'allowed'],
    [
      'whose condition is false is not',
      grant({ when: 'claims.a == 1' }),
      by({ a: 2 }),
      'access_denied condition-false',
    ],
    [
      'whose condition names a missing claim is not',
      grant({ when: 'claims.a != 1' }),
      {},
      'access_denied condition-false',
    ],
    ['sees the role', grant({ when: 'request.role == "media-uploader"' }), {}, 'allowed'],
    [
      'sees the duration',
      grant({ when: 'request.durationSeconds < 600' }),
      { roleRequest: { role: 'x', durationSeconds: 300 } },
      'allowed',
    ],
    [
      'sees no duration where none is asked for',
      grant({ when: 'has(request.durationSeconds)' }),
      {},
      'access_denied condition-false',
    ],
    [
      'sees no address where none is known',
      grant({ when: 'has(request.sourceIp)' }),
      from(undefined),
      'access_denied condition-false',
    ],

    ['to a network is given in it', constrained({ sourceIp: SOURCES }), from('203.0.113.255'), 'allowed'],
    ['to an address is given there', constrained({ sourceIp: SOURCES }), from('198.51.100.9'), 'allowed'],
    [
      'to an IPv6 network is given in it',
      constrained({ sourceIp: SOURCES }),
      from('2001:db8:ffff::1'),
      'allowed',
    ],
    [
      'to a network is not given next to it',
      constrained({ sourceIp: SOURCES }),
      from('203.0.114.0'),
      'access_denied source-ip',
    ],
    [
      'to a network is not given to an unknown address',
      constrained({ sourceIp: SOURCES }),
      from(undefined),
      'access_denied source-ip',
    ],
    [
      'to a network is not given to what is no address',
      constrained({ sourceIp: ['0.0.0.0/0'] }),
      from('203.0.113.0/24'),
      'access_denied source-ip',
    ],
    [
      'to all of IPv4 is not given to IPv6',
      constrained({ sourceIp: ['0.0.0.0/0'] }),
      from('2001:db8::1'),
      'access_denied source-ip',
    ],
    ['that pins is given to a known address', constrained({ pinSourceIp: true }), {}, 'allowed'],
    [
      'that pins is not given to an unknown one',
      constrained({ pinSourceIp: true }),
      from(undefined),
      'access_denied source-ip',
    ],
    [
      'that pins is not given to what is no address',
      constrained({ pinSourceIp: true }),
      from('here'),
      'access_denied source-ip',
    ],
    [
      'that pins is not given to a network',
      constrained({ pinSourceIp: true }),
      from('203.0.113.0/24'),
      'access_denied source-ip',
    ],
    [
      'that says not to pin is given to an unknown one',
      constrained({ pinSourceIp: false }),
      from(undefined),
      'allowed',
    ],

    ['in its hours is given', constrained({ timeWindows: [SUNDAY] }), at('2026-03-01T12:30:00Z'), 'allowed'],
    [
      'out of its hours is not',
      constrained({ timeWindows: [SUNDAY] }),
      at('2026-03-01T11:59:59Z'),
      'access_denied outside-time-window',
    ],
    [
      '60 s before the end of its hours is given',
      constrained({ timeWindows: [SUNDAY] }),
      at('2026-03-01T12:59:00Z'),
      'allowed',
    ],
    [
      '59 s before the end is not',
      constrained({ timeWindows: [SUNDAY] }),
      at('2026-03-01T12:59:01Z'),
      'access_denied outside-time-window',
    ],

    ['within the token is given', constrained({ withinToken: true }), {}, 'allowed'],
    [
      'within a token of 60 s is given',
      constrained({ withinToken: true }),
      by({ exp: seconds(NOW) + 60 }),
      'allowed',
    ],
    [
      'within a token of 59 s is not',
      constrained({ withinToken: true }),
      by({ exp: seconds(NOW) + 59 }),
      'invalid_token token-ends-too-soon',
    ],
    [
      'within a token that has just ended is not',
      constrained({ withinToken: true }),
      by({ exp: seconds(NOW) - 20 }),
      'invalid_token token-ends-too-soon',
    ],
    [
      'within a token without end is not',
      constrained({ withinToken: true }),
      by({ exp: 1e300 }),
      'invalid_token token-ends-too-soon',
    ],

    ['with mfa is given to amr mfa', constrained({ mfa: true }), by({ amr: ['pwd', 'mfa'] }), 'allowed'],
    [
      'with mfa is given to acr of REFEDS',
      constrained({ mfa: true }),
      by({ acr: 'https://refeds.org/profile/mfa' }),
      'allowed',
    ],
    ['with mfa is not given without', constrained({ mfa: true }), {}, 'step_up_required mfa-missing'],
    [
      'with mfa is not given to amr as a text',
      constrained({ mfa: true }),
      by({ amr: 'mfa' }),
      'step_up_required mfa-missing',
    ],
    [
      'with mfa is not given to one factor twice',
      constrained({ mfa: true }),
      by({ amr: ['pwd', 'pwd'] }),
      'step_up_required mfa-missing',
    ],
    [
      'with mfa is not given to an acr in a list',
      constrained({ mfa: true }),
      by({ acr: ['https://refeds.org/profile/mfa'] }),
      'step_up_required mfa-missing',
    ],
    [
      'with mfa is not given to an acr that looks alike',
      constrained({ mfa: true }),
      by({ acr: 'https://refeds.org/profile/mfa/' }),
      'step_up_required mfa-missing',
    ],

    [
      'for a fresh sign-in is given',
      constrained({ maxAuthAgeSeconds: 60 }),
      by({ auth_time: seconds(NOW) - 60 }),
      'allowed',
    ],
    [
      'for a fresh sign-in is not given after',
      constrained({ maxAuthAgeSeconds: 60 }),
      by({ auth_time: seconds(NOW) - 61 }),
      'step_up_required auth-too-old',
    ],
    [
      'for a fresh sign-in is not given without a time',
      constrained({ maxAuthAgeSeconds: 60 }),
      {},
      'step_up_required auth-time-missing',
    ],
    [
      'for a fresh sign-in is not given for a text',
      constrained({ maxAuthAgeSeconds: 60 }),
      by({ auth_time: String(seconds(NOW)) }),
      'step_up_required auth-time-missing',
    ],
    [
      'for a fresh sign-in is not given for milliseconds',
      constrained({ maxAuthAgeSeconds: 60 }),
      by({ auth_time: NOW.getTime() }),
      'step_up_required auth-time-missing',
    ],
    [
      'for a fresh sign-in is not given for null',
      constrained({ maxAuthAgeSeconds: 60 }),
      by({ auth_time: null }),
      'step_up_required auth-time-missing',
    ],
    [
      'for a fresh sign-in is not given for one to come',
      constrained({ maxAuthAgeSeconds: 60 }),
      by({ auth_time: seconds(NOW) + 31 }),
      'step_up_required auth-too-old',
    ],
    [
      'for a fresh sign-in bears with a clock ahead',
      constrained({ maxAuthAgeSeconds: 60 }),
      by({ auth_time: seconds(NOW) + 30 }),
      'allowed',
    ],

    [
      'is not given for longer',
      constrained({ effectiveSeconds: 300 }),
      { roleRequest: { role: 'x', durationSeconds: 301 } },
      'duration_too_long duration-over-grant',
    ],
  ])('%s', (_, one, given, expected) => {
    expect(outcome(one, given)).toBe(expected);
  });
});

describe('credentials', () => {
  const lifetime = (one: ReturnType<typeof grant>, given: Partial<VendFacts> = {}) => {
    const { decision } = considerGrant(one, facts(given));
    if (!decision.ok) throw new Error(decision.error.reason);
    const { lifetimeSeconds, askedSeconds, notAfter } = decision.value;
    return [lifetimeSeconds, askedSeconds, notAfter?.toISOString()];
  };
  const LATE = { principal: principal({ exp: seconds(NOW) + 700 }) };
  const ENDS = '2026-03-01T12:11:40.000Z';

  it.each([
    ['have no end of their own without a reason', grant(), {}, [1_800, 1_800, undefined]],
    ['are cut to the token', constrained({ withinToken: true }), LATE, [700, 1_800, ENDS]],
    [
      'are cut to the token also when they are asked for',
      constrained({ withinToken: true }),
      { ...LATE, roleRequest: { role: 'x', durationSeconds: 900 } },
      [700, 900, ENDS],
    ],
    [
      'keep the end of the token also when they are shorter',
      constrained({ withinToken: true, effectiveSeconds: 300 }),
      LATE,
      [300, 300, ENDS],
    ],
    [
      'are cut to the window',
      constrained({ timeWindows: [SUNDAY] }),
      at('2026-03-01T12:40:00.900Z'),
      [1_200, 1_800, '2026-03-01T13:00:00.000Z'],
    ],
    [
      'are cut to the earlier of the two',
      constrained({ timeWindows: [SUNDAY], withinToken: true }),
      LATE,
      [700, 1_800, ENDS],
    ],
    [
      'count a part of a second of the token as nothing',
      constrained({ withinToken: true }),
      { principal: principal({ exp: seconds(NOW) + 700.9 }) },
      [700, 1_800, ENDS],
    ],
  ])('%s', (_, one, given, expected) => {
    expect(lifetime(one, given)).toEqual(expected);
  });
});

describe('considering a grant', () => {
  it('tells each of its tests with what was seen, failed or not', () => {
    const one = grant({
      when: 'claims.team == "media" && claims.level > 2',
      constraints: { sourceIp: ['198.51.100.0/24'], mfa: true, maxAuthAgeSeconds: 60, withinToken: true },
    });
    const given = facts({
      principal: principal({ team: 'sales' }),
      roleRequest: { role: 'x', durationSeconds: 600 },
    });
    expect(considerGrant(one, given).tests).toEqual([
      { test: 'when', passed: false, seen: { team: 'sales' } },
      { test: 'sourceIp', passed: false, seen: '203.0.113.7' },
      { test: 'withinToken', passed: true, seen: '2026-03-01T12:50:00.000Z' },
      { test: 'mfa', passed: false, seen: false },
      { test: 'maxAuthAgeSeconds', passed: false, seen: null },
      { test: 'durationSeconds', passed: true, seen: 600 },
    ]);
  });

  it('has nothing to tell of a grant without tests', () => {
    expect(considerGrant(grant(), facts()).tests).toEqual([]);
  });

  it('gives the reason of the first test that failed', () => {
    const one = constrained({ mfa: true, sourceIp: ['198.51.100.0/24'] });
    expect(outcome(one, {})).toBe('access_denied source-ip');
  });

  it('gives at most what the role gives', () => {
    const { decision } = considerGrant(grant(), facts({ role: role({ maxDurationSeconds: 1_000 }) }));
    expect(decision).toMatchObject({ ok: true, value: { lifetimeSeconds: 1_000 } });
  });
});
