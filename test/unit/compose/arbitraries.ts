// Templates, claims and requests over a vocabulary so small that values meet what they could be confused with.
import fc from 'fast-check';
import type { GrantedPolicy } from '../../../shared/pipeline/grants/grant.ts';
import { parsePolicyTemplate } from '../../../shared/rules/document/policy-template.ts';
import { SessionPolicyTemplate } from '../../../shared/rules/document/stored-grant.ts';

const RESOURCES = [
  'acs:oss:*:*:m/${a}/*',
  'acs:oss:*:*:m/${a}${b}',
  'acs:oss:*:*:${b}/x',
  'acs:oss:*:*:m/fixed',
];
const ACTIONS = ['oss:GetObject', 'oss:Put*', 'oss:*', '*'];

const condition = fc.constantFrom(
  undefined,
  { StringEquals: { 'acs:Tag': '${a}' } },
  { StringLike: { 'acs:Tag': '${b}*' } },
  { DateLessThan: { 'acs:CurrentTime': '2026-03-01T12:02:00Z' } },
);

const statement = fc.record(
  {
    Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    Action: fc.constantFrom(...ACTIONS),
    Resource: fc.uniqueArray(fc.constantFrom(...RESOURCES), { minLength: 1, maxLength: 2 }),
    Condition: condition,
  },
  { requiredKeys: ['Effect', 'Action', 'Resource'] },
);

/** The first statement uses both variables, since a variable that is declared must be used. */
const ALWAYS = { Effect: 'Allow', Action: 'oss:GetObject', Resource: 'acs:oss:*:*:m/${a}/${b}' };

export const granted: fc.Arbitrary<GrantedPolicy> = fc
  .array(statement, { maxLength: 2 })
  .map((statements) => {
    const source = SessionPolicyTemplate.parse({
      variables: { a: { claim: 'a', pattern: '.{0,128}' }, b: { claim: 'b', pattern: '.{0,128}' } },
      document: { Version: '1', Statement: JSON.parse(JSON.stringify([ALWAYS, ...statements])) },
    });
    const template = parsePolicyTemplate(source);
    if (!template.ok) throw new Error(template.error.message);
    return { kind: 'template', template: template.value, source };
  });

const HOSTILE = [
  '*',
  '?',
  '$',
  '/',
  '${a}',
  '${b}',
  '..',
  '.',
  '',
  '"',
  '\\',
  '\n',
  '\u202e',
  '%2f',
  'a',
  'b',
  'x',
];

/** Values of a few pieces, most of them hostile. */
export const claimValue: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...HOSTILE), { maxLength: 3 })
  .map((pieces) => pieces.join(''));

/** Values that may fill a hole. */
export const goodValue: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'ab', 'x', 'a:b', 'a"b');

export const request = fc.record({
  action: fc.constantFrom('oss:GetObject', 'oss:PutObject', 'oss:DeleteObject', 'ram:GetUser'),
  resource: fc
    .constantFrom('a', 'b', 'ab', 'x')
    .chain((v) =>
      fc.constantFrom(
        `acs:oss:*:1:m/${v}/x`,
        `acs:oss:*:1:m/${v}`,
        `acs:oss:*:1:${v}/x`,
        `acs:oss:*:1:m/a/${v}`,
      ),
    ),
  context: fc.record({
    'acs:Tag': fc.constantFrom('a', 'b', 'ab', 'x'),
    'acs:CurrentTime': fc.constantFrom(
      '2026-03-01T12:00:30Z',
      '2026-03-01T12:00:59Z',
      '2026-03-01T12:01:00Z',
      '2026-03-01T12:01:30Z',
      '2026-03-01T12:30:00Z',
    ),
  }),
});
