// A variable fills a hole as a value, and can never become syntax.
import { describe, expect, it } from 'vitest';
import { parsePolicyTemplate } from '../../../shared/rules/document/policy-template.ts';
import { SessionPolicyTemplate } from '../../../shared/rules/document/stored-grant.ts';

const user = { user: { claim: 'sub', pattern: '[a-z]{1,9}' } };
const ACTION = 'oss:GetObject';

function parse(statement: object, variables: object = user) {
  const document = {
    Version: '1',
    Statement: [{ Effect: 'Allow', Action: ACTION, Resource: '*', ...statement }],
  };
  const source = SessionPolicyTemplate.safeParse({ variables, document });
  if (!source.success) return 'schema';
  const template = parsePolicyTemplate(source.data);
  return template.ok ? template.value.statements[0] : `${template.error.path}: ${template.error.message}`;
}

const UNUSED = 'variables.user: declares a variable that it does not use: remove it, or use it';
const undeclared = (name: string, path = 'Resource') =>
  `document.Statement[0].${path}: uses a variable that is not declared under variables: "${name}"`;
const dollar = (path = 'Resource') =>
  `document.Statement[0].${path}: has a $ that is not a \${variable} in a Resource or a Condition value`;

describe('a policy template', () => {
  it('has its holes as nodes, so that a value cannot become syntax', () => {
    expect(parse({ Resource: 'acs:oss:*:*:m/${user}/a' })).toMatchObject({
      resources: [['acs:oss:*:*:m/', { variable: 'user' }, '/a']],
    });
    expect(parse({ Condition: { StringEquals: { 'acs:K': ['x', '${user}'] } } })).toMatchObject({
      conditions: [{ values: [['x'], [{ variable: 'user' }]] }],
    });
  });

  it.each<[string, object, object, string]>([
    ['a variable that is not declared', { Resource: 'acs:oss:*:*:${other}' }, {}, undeclared('other')],
    ['a variable of RAM', { Resource: 'acs:oss:*:*:${acs:PrincipalId}' }, {}, undeclared('acs:PrincipalId')],
    ['an empty hole', { Resource: 'acs:oss:*:*:${}' }, {}, undeclared('')],
    [
      'in one resource of several',
      { Resource: ['acs:oss:*:*:a', 'acs:oss:*:*:${user}', 'acs:oss:*:*:${b}'] },
      user,
      undeclared('b', 'Resource[2]'),
    ],
    [
      'in a value of a condition',
      { Resource: 'acs:oss:*:*:${user}', Condition: { StringLike: { 'acs:K': ['${user}', '${b}'] } } },
      user,
      undeclared('b', 'Condition.StringLike.acs:K[1]'),
    ],
    [
      'a variable of the prototype',
      { Resource: 'acs:oss:*:*:${constructor}' },
      {},
      undeclared('constructor'),
    ],
    ['a variable that is not used', {}, user, UNUSED],
    [
      'a hole in an action',
      { Action: 'oss:${user}', Resource: 'acs:oss:*:*:${user}' },
      user,
      'document.Statement[0].Action: must be "*" or written as service:Operation',
    ],
    [
      'a hole in a condition key',
      { Resource: 'acs:oss:*:*:${user}', Condition: { StringEquals: { 'acs:${user}': 'a' } } },
      user,
      dollar('Condition.StringEquals'),
    ],
    ['a dollar alone', { Resource: 'acs:oss:*:*:a$b' }, {}, dollar()],
    ['a hole left open', { Resource: 'acs:oss:*:*:${user}${user' }, user, dollar()],
    ['a hole in a hole', { Resource: 'acs:oss:*:*:${${user}}' }, user, dollar()],
    [
      'a pattern that is none',
      { Resource: 'acs:oss:*:*:${user}' },
      { user: { claim: 'sub', pattern: 'a|b' } },
      'variables.user.pattern: use characters, [classes] and repetitions ? * + {m,n} only: no groups, no | and no anchors',
    ],
    ['a name with a dash', { Resource: '*' }, { 'a-b': { claim: 'sub', pattern: 'a' } }, 'schema'],
    [
      'an unknown element',
      { NotResource: '*' },
      {},
      'document.Statement[0]: has the unknown key "NotResource"; it may have Effect, Action, NotAction, Resource, Condition',
    ],
  ])('cannot have %s', (_, statement, variables, fault) => {
    expect(parse(statement, variables)).toBe(fault);
  });
});
