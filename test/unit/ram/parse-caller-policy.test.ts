// A caller's policy is in the language of every policy, and has no variables.
import { describe, expect, it } from 'vitest';
import { parseCallerPolicy } from '../../../shared/ram/parse-policy.ts';

const policyWith = (parts: object) => ({
  Version: '1',
  Statement: [
    { Effect: 'Allow', Action: 'oss:*', Resource: '*' },
    { Effect: 'Allow', Action: 'oss:GetObject', Resource: 'acs:oss:*:*:media/$home$/*', ...parts },
  ],
});

describe("a caller's policy", () => {
  it.each<[string, object]>([
    ['Resource', { Resource: ['*', 'acs:oss:*:*:media/${acs:username}/*'] }],
    ['Resource', { Resource: 'acs:oss:*:*:media/${' }],
    ['Condition', { Condition: { StringLike: { 'oss:Prefix': ['a', '${user}/*'] } } }],
    ['Condition', { Effect: 'Deny', Condition: { StringNotEquals: { 'acs:ResourceTag/${a}': 'b' } } }],
  ])('with a variable in %s is refused, and where it is said: %j', (part, parts) => {
    const parsed = parseCallerPolicy(policyWith(parts));
    expect(parsed).toMatchObject({ ok: false, error: { path: `Statement[1].${part}` } });
  });

  it('may have a $ that begins no variable', () => {
    expect(parseCallerPolicy(policyWith({})).ok).toBe(true);
  });

  it('is in the language of every policy', () => {
    expect(parseCallerPolicy({}).ok).toBe(false);
  });
});
