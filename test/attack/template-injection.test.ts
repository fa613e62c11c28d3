// Against a caller that chooses the value of a policy variable: the value never becomes a wildcard, a variable, a
// separator or another resource.
import { describe, expect, it } from 'vitest';
import { grantTo, OWN_PREFIX, provider } from '../support/builders.ts';
import { token } from '../support/issuer.ts';
import { startVend } from '../support/vend-app.ts';

/** The most generous pattern that can be written, so that only the product's own rule is left to refuse. */
const ANYTHING = '[^x]{0,128}';

async function vendFor(
  value: unknown,
  pattern = ANYTHING,
  document: typeof OWN_PREFIX.document = OWN_PREFIX.document,
) {
  const app = startVend();
  app.store.providers = [provider()];
  const variables = { user: { claim: 'account', pattern } };
  app.store.grants = [grantTo({ kind: 'any' }, { sessionPolicy: { variables, document } })];
  const answer = await app.vend({}, { token: token({ claims: { account: value } }) });
  return {
    answer,
    policy: app.assumer.orders[0]?.sessionPolicy.json,
    reason: app.auditLog.events[0]?.reason,
  };
}

describe('a value that could mean more than itself denies', () => {
  /**
   * @attack Policy template injection: wildcards, variables, slash, controls
   * @removed the check for characters with a meaning
   * @failed 13 of 46: a wildcard: `expected [ 403, 'policy-check-failed', … ] to deeply equal [ 403,
   *   'claim-unusable', undefined ]`
   * @note the second opinion (check-session-policy) still refuses `*`, `?`, `$` and `/`; control characters
   *   pass
   *
   * @attack `..` and empty values
   * @removed the check for dots alone and for nothing
   * @failed 4 of 46: the directory above: `expected [ 200, undefined, … ] to deeply equal [ 403,
   *   'claim-unusable', undefined ]`
   *
   * @attack Values that are not text
   * @removed type and own-member checks (made `String()`)
   * @failed 7 of 41: a list of it: `expected [ 403, 'policy-check-failed', … ] to deeply equal [ 403,
   *   'claim-unusable', undefined ]`
   * @note the second opinion also wants text
   */
  it.each([
    ['a wildcard', '*'],
    ['a wildcard inside', 'al*ce'],
    ['a question mark', 'alic?'],
    ['a variable of Stint', '${user}'],
    ['a variable of RAM', '${acs:PrincipalId}'],
    ['a dollar', 'alice$'],
    ['a slash', 'alice/../bob'],
    ['a slash at the end', 'alice/'],
    ['the directory above', '..'],
    ['this directory', '.'],
    ['three dots', '...'],
    ['a NUL', 'alice\u0000'],
    ['a line break', 'alice\n'],
    ['a tab', 'al\tice'],
    ['a right-to-left override', 'alice\u202e'],
    ['a lone surrogate', 'alice\ud800'],
    ['nothing', ''],
    ['64 KB', 'a'.repeat(8_000)],
    ['a list of it', ['alice']],
    ['an object', { toString: 'alice' }],
    ['a nested object', { a: { b: 'alice' } }],
    ['a number', 7],
    ['a boolean', true],
    ['null', null],
    ['no claim at all', undefined],
  ])('%s', async (_, value) => {
    const { answer, policy, reason } = await vendFor(value);
    expect([answer.status, reason, policy]).toEqual([403, 'claim-unusable', undefined]);
  });
});

describe('a value that looks like syntax stays a value', () => {
  it.each([
    ['quotes', 'a"b'],
    ['a closed string and a statement', '"},{"Effect":"Allow","Action":"-","Resource":"-"},{"'],
    ['a backslash', 'a\\b'],
    ['an escape', '\\u002a'],
    ['a percent sign', '%2e%2e%2f'],
    ['braces', '{user}'],
    ['a colon', 'a:b'],
    ['a comment', '-- //'.replaceAll('/', '-')],
    ['letters of another script', '张三'],
    ['a line separator', 'a\u2028b'],
  ])('%s', async (_, value) => {
    const { answer, policy } = await vendFor(value);
    expect(answer.status).toBe(200);
    const { Statement } = JSON.parse(policy ?? '');
    expect(Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['oss:GetObject', 'oss:PutObject'],
        Resource: `acs:oss:*:*:media/users/${value}/*`,
      },
    ]);
  });
});

describe('a pattern covers the whole value', () => {
  /**
   * @attack Half-anchored pattern
   * @removed the anchor at the end
   * @failed 2 of 46: "alice; and more" is refused by [a-z]{1,64}: `expected 200 to be 403`
   */
  it.each([
    ['alice; and more', '[a-z]{1,64}'],
    ['alice\n', '[a-z]{1,64}'],
    ['1alice', '[a-z]{1,64}'],
    ['alicebob', 'alice'],
    ['Alice', 'alice'],
  ])('%j is refused by %s', async (value, pattern) => {
    expect((await vendFor(value, pattern)).answer.status).toBe(403);
  });
});

describe('a claim of the prototype fills nothing', () => {
  it.each(['__proto__', 'constructor', 'toString', 'valueOf'])('%s', async (claim) => {
    const app = startVend();
    const variables = { user: { claim, pattern: ANYTHING } };
    app.store.grants = [grantTo({ kind: 'any' }, { sessionPolicy: { ...OWN_PREFIX, variables } })];
    expect((await app.vend()).status).toBe(403);
  });
});

describe('two values cannot join to a third', () => {
  it.each([
    ['a hole in a value', { a: '${b}', b: 'x' }],
    ['half a hole each', { a: '$', b: '{a}' }],
  ])('%s', async (_, claims) => {
    const app = startVend();
    const sessionPolicy = {
      variables: { a: { claim: 'a', pattern: ANYTHING }, b: { claim: 'b', pattern: ANYTHING } },
      document: {
        Version: '1',
        Statement: [{ Effect: 'Allow', Action: 'oss:GetObject', Resource: 'acs:oss:*:*:m/${a}${b}' }],
      },
    };
    app.store.grants = [grantTo({ kind: 'any' }, { sessionPolicy })];
    expect((await app.vend({}, { token: token({ claims }) })).status).toBe(403);
  });
});
