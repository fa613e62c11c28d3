// A session policy that could allow actions of sts or ram is refused, unless the grant says so.
import { describe, expect, it } from 'vitest';
import { edited, expectFault, type FaultCase, faultsOf, roleGrants, VALID } from './documents.ts';

const SAYS = 'name the actions more closely';
const actions = (text: string) => edited('Action: [oss:PutObject, oss:GetObject]', text);
const saidSo = (text: string) =>
  edited('constraints: { effective', 'allowIdentityActions: true\n    constraints: { effective', text);

const BROAD: readonly FaultCase[] = [
  ['every action', actions('Action: "*"'), 22, SAYS],
  ['every action of sts', actions('Action: ["sts:*"]'), 22, SAYS],
  ['one action of ram', actions('Action: [oss:PutObject, ram:GetUser]'), 22, SAYS],
  ['another case', actions('Action: [STS:assumerole]'), 22, SAYS],
  ['a pattern of services', actions('Action: ["*:Get*"]'), 22, SAYS],
  ['all but a few', actions('NotAction: [oss:DeleteObject]'), 22, SAYS],
  ['all but sts', actions('NotAction: ["sts:*"]'), 22, SAYS],
];

describe('a session policy that could allow actions of sts or ram', () => {
  /**
   * @attack Session-policy escape: credentials that get others from STS or RAM, written into the rules
   * @removed the refusal at apply
   * @failed 15 of 26: is refused: every action: `expected [] to deep equally contain StringContaining{…}`
   * @note compose still denies
   */
  it.each(BROAD)('is refused: %s', (_, text, line, says) => expectFault(text, line, says));

  it.each(BROAD)('is accepted where the grant says so: %s', (_, text) => {
    expect(faultsOf(saidSo(text))).toEqual([]);
    expect(roleGrants(saidSo(text))[0]?.allowIdentityActions).toBe(true);
  });

  it.each(BROAD)('is refused where the grant says that it must not: %s', (_, text, line, says) => {
    expectFault(edited('Actions: true', 'Actions: false', saidSo(text)), line, says);
  });

  it.each([
    ['all but both services', actions('NotAction: ["sts:*", "ram:*"]')],
    ['a service that begins alike', actions('Action: ["stsx:*", "ramp:*"]')],
    [
      'every action, with a Deny of both',
      edited(
        '    constraints: { eff',
        '          - { Effect: Deny, Action: ["sts:*", "ram:*"], Resource: "*" }\n    constraints: { eff',
        actions('Action: "*"'),
      ),
    ],
  ])('is not %s', (_, text) => expect(faultsOf(text)).toEqual([]));

  it('is refused in each of its statements', () => {
    const text = edited(
      '    constraints: { eff',
      '          - { Effect: Allow, Action: "*", Resource: "*" }\n          - { Effect: Allow, Action: sts:*, Resource: "*" }\n    constraints: { eff',
    );
    expect(faultsOf(text)).toHaveLength(2);
  });

  it('is not what inherit is taken for: compose denies them there', () => {
    expect(VALID).toContain('sessionPolicy: inherit');
    expect(faultsOf(VALID)).toEqual([]);
  });
});
