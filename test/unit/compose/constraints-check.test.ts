// The second opinion refuses a policy of which any Allow lacks a constraint of the grant.
import { describe, expect, it } from 'vitest';
import {
  type CheckContext,
  checkSessionPolicy,
} from '../../../shared/pipeline/compose/check-session-policy.ts';
import { constrained } from '../decide/grants.ts';

const END = new Date('2026-03-01T12:05:00Z');
const ADDRESS = '203.0.113.77';

const GOOD = {
  IpAddress: { 'acs:SourceIp': ['203.0.113.77'] },
  Bool: { 'acs:SecureTransport': ['true'] },
  StringEquals: { 'acs:ResourceGroupId': ['rg-acfm'], 'acs:ResourceTag/team': ['media'] },
  DateLessThan: { 'acs:CurrentTime': ['2026-03-01T12:05:00Z'] },
};
const CONSTRAINTS = {
  sourceIp: ['203.0.113.0/24'],
  pinSourceIp: true,
  secureTransport: true,
  resourceGroup: 'rg-acfm',
  tags: { team: 'media' },
} as const;

const allow = (condition: object) => ({
  Effect: 'Allow',
  Action: 'oss:*',
  Resource: '*',
  Condition: condition,
});

function check(statements: readonly object[], change: Partial<CheckContext> = {}) {
  const json = JSON.stringify({ Version: '1', Statement: statements });
  return checkSessionPolicy(json, {
    granted: { kind: 'inherit' },
    claims: {},
    constraints: constrained({ ...CONSTRAINTS, sourceIp: [...CONSTRAINTS.sourceIp] }).constraints,
    allowIdentityActions: false,
    address: ADDRESS,
    expiresAt: END,
    timeLimited: true,
    ...change,
  }).ok;
}

const without = (operator: keyof typeof GOOD) => {
  const { [operator]: _, ...rest } = GOOD;
  return rest;
};

describe('the second opinion on a policy', () => {
  it('accepts one that carries every constraint', () => {
    expect(check([allow(GOOD)])).toBe(true);
    expect(check([allow(GOOD), { Effect: 'Deny', Action: '*', Resource: '*' }])).toBe(true);
  });

  it.each([
    ['without the network', without('IpAddress')],
    ['without TLS', without('Bool')],
    ['without resource group and tags', without('StringEquals')],
    ['without the end', without('DateLessThan')],
    [
      'from all addresses of the network that it is pinned in',
      { ...GOOD, IpAddress: { 'acs:SourceIp': ['203.0.113.0/24'] } },
    ],
    [
      'from another address besides',
      { ...GOOD, IpAddress: { 'acs:SourceIp': ['203.0.113.77', '192.0.2.1'] } },
    ],
    ['over TLS or not', { ...GOOD, Bool: { 'acs:SecureTransport': ['true', 'false'] } }],
    [
      'for another resource group besides',
      { ...GOOD, StringEquals: { ...GOOD.StringEquals, 'acs:ResourceGroupId': ['rg-acfm', 'rg-x'] } },
    ],
    ['without the tag', { ...GOOD, StringEquals: { 'acs:ResourceGroupId': ['rg-acfm'] } }],
    [
      'with another value of the tag',
      { ...GOOD, StringEquals: { ...GOOD.StringEquals, 'acs:ResourceTag/team': ['sales'] } },
    ],
    ['with a later end', { ...GOOD, DateLessThan: { 'acs:CurrentTime': ['2026-03-01T12:05:01Z'] } }],
    [
      'with the right values under another operator',
      { ...GOOD, Bool: undefined, StringLike: { 'acs:SecureTransport': ['true'] } },
    ],
  ])('refuses one %s', (_, condition) => {
    expect(check([allow(condition)])).toBe(false);
    expect(check([allow(GOOD), allow(condition)])).toBe(false);
  });

  it.each([
    ['of an unknown caller', { address: undefined }],
    ['of a caller from elsewhere', { address: '192.0.2.1' }],
    ['of a caller whose address is none', { address: 'x' }],
  ])('refuses one %s', (_, change) => {
    expect(check([allow(GOOD)], change)).toBe(false);
  });

  it('refuses one of a caller from elsewhere, though the policy names the right network', () => {
    const listed = { constraints: { sourceIp: ['203.0.113.0/24'] }, timeLimited: false };
    const policy = [allow({ IpAddress: { 'acs:SourceIp': ['203.0.113.0/24'] } })];
    expect(check(policy, listed)).toBe(true);
    expect(check(policy, { ...listed, address: '192.0.2.1' })).toBe(false);
  });

  it.each([
    ['IPv4', '203.0.113.77', '203.0.113.0/24', '203.0.113.0/23'],
    ['IPv6', '2001:db8::7', '2001:db8::/64', '2001:db8::/63'],
  ])('holds a pinned network to its prefix: %s', (_, address, within, beyond) => {
    const pin = { ipv4PrefixLength: 24, ipv6PrefixLength: 64 };
    const context = { address, constraints: { pinSourceIp: pin }, timeLimited: false };
    const from = (network: string) => allow({ IpAddress: { 'acs:SourceIp': [network] } });
    expect(check([from(within)], context)).toBe(true);
    expect(check([from(beyond)], context)).toBe(false);
  });
});
