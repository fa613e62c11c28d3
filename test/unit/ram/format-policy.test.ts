// A policy survives being written and read back, in as few bytes as its form allows; none of its conditions is dropped.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPolicy, MAX_SESSION_POLICY_BYTES, policyBytes } from '../../../shared/ram/format-policy.ts';
import { parsePolicy } from '../../../shared/ram/parse-policy.ts';
import type { Policy } from '../../../shared/ram/policy.ts';
import { policy } from './arbitraries.ts';

const deadline = (value: string) =>
  ({ operator: 'DateLessThan', key: 'acs:CurrentTime', values: [value] }) as const;

function policyWith(conditions: Policy['statements'][number]['conditions']): Policy {
  const actions = { kind: 'only', patterns: ['oss:GetObject'] } as const;
  return {
    version: '1',
    statements: [{ effect: 'Allow', actions, resources: ['*', 'acs:a:b:c:d'], conditions }],
  };
}

describe('formatPolicy', () => {
  it('writes a list of one as a string and leaves out an empty Condition', () => {
    expect(formatPolicy(policyWith([]))).toEqual({
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: 'oss:GetObject', Resource: ['*', 'acs:a:b:c:d'] }],
    });
  });

  it('writes what parsePolicy reads back to the same policy, through JSON', () => {
    fc.assert(
      fc.property(policy, (original) => {
        const json: unknown = JSON.parse(JSON.stringify(formatPolicy(original)));
        expect(parsePolicy(json)).toEqual({ ok: true, value: original });
      }),
      { numRuns: 300 },
    );
  });

  it('refuses to drop one of two conditions on the same operator and key', () => {
    const twice = policyWith([deadline('2026-01-01T00:00:00Z'), deadline('2027-01-01T00:00:00Z')]);
    expect(() => formatPolicy(twice)).toThrow('two DateLessThan conditions on one key');
  });
});

describe('policyBytes', () => {
  it('counts UTF-8 bytes, not characters', () => {
    expect([policyBytes('é'), policyBytes('策'), policyBytes('{}')]).toEqual([2, 3, 2]);
    expect(MAX_SESSION_POLICY_BYTES).toBe(2048);
  });
});
