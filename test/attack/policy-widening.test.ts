// Against a caller that sends a session policy of its own: the policy is used only if it is provably narrower than the
// grant, and the grant's Denies stay.
import { describe, expect, it } from 'vitest';
import { grantTo } from '../support/builders.ts';
import { startVend } from '../support/vend-app.ts';

const OWN = 'acs:oss:*:*:media/users/alice/*';
const TIME = { DateLessThan: { 'acs:CurrentTime': '2026-12-31T00:00:00Z' } };

const GRANTED = {
  Version: '1',
  Statement: [
    { Effect: 'Allow', Action: ['oss:GetObject', 'oss:PutObject'], Resource: OWN, Condition: TIME },
    { Effect: 'Deny', Action: 'oss:*', Resource: 'acs:oss:*:*:media/users/alice/locked/*' },
  ],
};

const allow = (parts: object) => ({
  Effect: 'Allow',
  Action: 'oss:GetObject',
  Resource: OWN,
  Condition: TIME,
  ...parts,
});

async function vendWith(...statements: readonly object[]) {
  const app = startVend();
  app.store.grants = [grantTo({ kind: 'any' }, { sessionPolicy: { variables: {}, document: GRANTED } })];
  const answer = await app.vend({ policy: { Version: '1', Statement: statements } });
  return { answer, sent: app.assumer.orders[0]?.sessionPolicy.document };
}

type Wider = readonly [claim: string, first: object, second?: object];

const WIDER: readonly Wider[] = [
  ['every action', allow({ Action: '*' })],
  ['every action of the service', allow({ Action: 'oss:*' })],
  ['another action', allow({ Action: 'oss:DeleteObject' })],
  ['one action more', allow({ Action: ['oss:GetObject', 'oss:DeleteObject'] })],
  ['an action with a wildcard', allow({ Action: 'oss:?etObject' })],
  ['all but an action', allow({ Action: undefined, NotAction: 'oss:DeleteObject' })],
  ['all but everything', allow({ Action: undefined, NotAction: '*' })],
  ['every resource', allow({ Resource: '*' })],
  ['the prefix above', allow({ Resource: 'acs:oss:*:*:media/users/*' })],
  ['a prefix that begins alike', allow({ Resource: 'acs:oss:*:*:media/users/alice*' })],
  ['one letter open', allow({ Resource: 'acs:oss:*:*:media/users/alic?/a' })],
  ['the prefix of another', allow({ Resource: 'acs:oss:*:*:media/users/bob/a' })],
  ['a resource more', allow({ Resource: [OWN, 'acs:oss:*:*:media/b'] })],
  ['another service', allow({ Resource: 'acs:ram:*:*:role/*', Action: 'sts:AssumeRole' })],
  ['no end of time', allow({ Condition: undefined })],
  ['a later end', allow({ Condition: { DateLessThan: { 'acs:CurrentTime': '2027-12-31T00:00:00Z' } } })],
  [
    'an earlier or a later end',
    allow({
      Condition: { DateLessThan: { 'acs:CurrentTime': ['2026-01-01T00:00:00Z', '2027-12-31T00:00:00Z'] } },
    }),
  ],
  [
    'a beginning for an end',
    allow({ Condition: { DateGreaterThan: { 'acs:CurrentTime': '2026-01-01T00:00:00Z' } } }),
  ],
  [
    'another key’s condition',
    allow({ Condition: { DateLessThan: { 'acs:currenttime': '2026-01-01T00:00:00Z' } } }),
  ],
  ['a second, wider statement', allow({}), allow({ Resource: '*' })],
  [
    'an Allow hidden behind a Deny of something else',
    { Effect: 'Deny', Action: 'oss:PutObject', Resource: '*' },
    allow({ Action: 'oss:ListObjects' }),
  ],
];

describe("a caller's policy that is wider than the grant is refused", () => {
  /**
   * @attack Caller's policy wider than the grant
   * @removed the proof in narrowPolicy
   * @failed 21 of 36: every action: `expected [ 403, 'access_denied', undefined ] to deeply equal [ 422,
   *   'policy_not_narrower', … ]`
   * @note check-session-policy still refuses, as 403
   */
  it.for(WIDER)('%s', async ([_, first, second]) => {
    const { answer, sent } = await vendWith(first, ...(second ? [second] : []));
    expect([answer.status, answer.body['code'], sent]).toEqual([422, 'policy_not_narrower', undefined]);
  });

  /**
   * @attack Caller's policy with a variable that the cloud might fill in
   * @removed the look for `${`
   * @failed 2 of 39, 4 of 6: nor may it have a variable that the cloud might fill in, in Resource: `expected
   *   [ 200, undefined, { …(2) } ] to deeply equal [ 400, 'invalid_request', undefined ]`
   * @also test/unit/ram/parse-caller-policy.test.ts
   */
  it.each([
    ['Resource', { Resource: 'acs:oss:*:*:media/users/alice/${acs:username}/*' }],
    ['Condition', { Condition: { ...TIME, StringEquals: { 'oss:Prefix': '${acs:username}' } } }],
  ])('nor may it have a variable that the cloud might fill in, in %s', async (part, parts) => {
    const { answer, sent } = await vendWith(allow({ Condition: TIME }), allow(parts));
    expect([answer.status, answer.body['code'], sent]).toEqual([400, 'invalid_request', undefined]);
    expect(answer.body['errors']).toMatchObject([{ field: `policy.Statement[1].${part}` }]);
  });

  it('names the first statement that is wider', async () => {
    const { answer } = await vendWith(allow({}), allow({ Resource: '*' }));
    expect(answer.body['errors']).toMatchObject([{ field: 'policy.Statement[1]' }]);
  });
});

describe("a caller's policy that is no policy is refused", () => {
  it.each<[string, object]>([
    ['an effect in other case', allow({ Effect: 'allow' })],
    ['a list of effects', allow({ Effect: ['Allow'] })],
    ['an element in other case', { ...allow({}), resource: '*' }],
    ['Action and NotAction', allow({ NotAction: 'oss:DeleteObject' })],
    ['NotResource', { ...allow({}), NotResource: OWN }],
    ['a Principal', { ...allow({}), Principal: '*' }],
    ['an operator that RAM has not', allow({ Condition: { StringEqualsIfExists: { 'acs:K': 'a' } } })],
    ['an empty list of resources', allow({ Resource: [] })],
    ['a resource that is a number', allow({ Resource: 7 })],
    ['a resource that is nested', allow({ Resource: [[OWN]] })],
    ['control characters in a resource', allow({ Resource: `${OWN}\u0000` })],
  ])('%s', async (_, statement) => {
    const { answer } = await vendWith(statement);
    expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_request']);
  });
});

describe("a caller's narrower policy is used", () => {
  /**
   * @attack Caller's policy that drops a Deny
   * @removed the grant's Denies
   * @failed 1 of 36: with every Deny of the grant behind it: `expected 422 to be 200`
   * @note the proof then refuses every policy of a caller
   */
  it('with every Deny of the grant behind it', async () => {
    const { answer, sent } = await vendWith(allow({ Resource: 'acs:oss:*:*:media/users/alice/locked/a' }));
    expect(answer.status).toBe(200);
    expect(sent?.Statement).toContainEqual(GRANTED.Statement[1]);
  });

  it('but not one that allows nothing', async () => {
    const { answer } = await vendWith({ Effect: 'Deny', Action: '*', Resource: '*' });
    expect(answer.status).toBe(403);
  });
});

describe('a policy that takes long to compare is too large to be compared', () => {
  /**
   * @attack Caller's policy that takes long to compare
   * @removed the size check before the comparison
   * @failed 1 of 36: patterns of many wildcards: `expected [ 422, 'policy_not_narrower' ] to deeply equal [
   *   422, 'policy_too_large' ]`
   */
  it.each([
    [
      'patterns of many wildcards',
      Array.from({ length: 8 }, (_, i) => `acs:oss:*:*:${`${i}*?`.repeat(2_000)}`),
    ],
    [
      'hundreds of resources',
      Array.from({ length: 500 }, (_, i) => `acs:oss:*:*:media/users/alice/${i}*?*a*`),
    ],
  ])('%s', async (_, resources) => {
    const { answer } = await vendWith(allow({ Resource: resources }));
    expect([answer.status, answer.body['code']]).toEqual([422, 'policy_too_large']);
  });
});
