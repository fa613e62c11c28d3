// YAML that could hang the reader or mislead a reviewer is refused, with the line and the fix.
import { describe, it } from 'vitest';
import { MAX_DOCUMENT_BYTES } from '../../../shared/rules/yaml/parse-yaml.ts';
import { edited, expectFault, type FaultCase, VALID } from './documents.ts';

const CASES: readonly FaultCase[] = [
  [
    'a key twice',
    edited('kind: oidc', 'kind: oidc\n    kind: oidc'),
    5,
    'remove or rename one of the two keys kind',
  ],
  [
    'a quoted key twice',
    edited('kind: oidc', 'kind: oidc\n    "ki\\u006ed": oidc'),
    5,
    'remove or rename one of the two keys kind',
  ],
  ['a tab as indentation', edited('    kind', '\tkind'), 4, 'correct the YAML: Tabs are not allowed'],
  ['a second document', `${VALID}---\nversion: 1\n`, 30, 'keep one document per file'],
  ['YAML 1.1', `%YAML 1.1\n---\n${VALID}`, 1, 'remove the %YAML directive'],
  ['an own tag', edited('group: staff', 'group: !env STAFF'), 27, 'remove the tag'],
  ['a binary value', edited('group: staff', 'group: !!binary c3RhZmY='), 27, 'remove the tag'],
  ['a standard tag', edited('groups: groups', 'groups: !!str groups'), 6, 'remove the tag'],
  ['a tagged list', edited('grants:', 'grants: !!seq'), 13, 'remove the tag'],
  ['a directive', `%SECRET canary\n---\n${VALID}`, 1, 'remove the directive'],
  ['an unclosed bracket', edited('oss:GetObject]', 'oss:GetObject'), 24, 'correct the YAML'],
  ['a key that is a list', edited('kind: oidc', '? [a]\n    : oidc'), 4, 'write the key as text'],
  ['a key that is a number', edited('kind: oidc', '1: oidc'), 4, 'write the key as text'],
  [
    'the key __proto__',
    edited('{ user:', '{ __proto__: { claim: sub, pattern: a }, user:'),
    18,
    'remove the key __proto__',
  ],
  [
    'a merge key',
    edited('groups: groups', '<<: { groups: groups }'),
    6,
    'providers[0].<<: remove or correct the unknown key <<',
  ],
  ['an alias of nothing', edited('[oss:PutObject, oss:GetObject]', '*'), 23, 'correct the YAML'],
  [
    'an alias of an unknown anchor',
    edited('[oss:PutObject, oss:GetObject]', '*actions'),
    23,
    'name an anchor that is defined above',
  ],
  [
    'a number too long to be exact',
    edited('Version: "1"', 'Version: 1234567890123456789'),
    20,
    'put the number in quotes',
  ],
  [
    'a value that contains itself',
    edited('document:\n', 'document: &self\n        Loop: *self\n'),
    20,
    'write the value out: an alias may not stand inside a value that has an anchor',
  ],
  [
    'a YAML bomb',
    `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n`,
    2,
    'write the value out',
  ],
  ['101 aliases', `a: &a x\nb: [${'*a,'.repeat(101)}]\n`, 2, 'use at most 100 aliases'],
  ['50 levels of lists', `a: ${'['.repeat(50)}${']'.repeat(50)}`, 1, 'nest at most 40 levels'],
  ['10 MB of [', '['.repeat(MAX_DOCUMENT_BYTES), 1, 'nest at most 40 levels'],
  ['10 MB of - ', '- '.repeat(MAX_DOCUMENT_BYTES / 2), 1, 'nest at most 40 levels'],
  ['10 MB of {a: ', '{a: '.repeat(MAX_DOCUMENT_BYTES / 4), 1, 'nest at most 40 levels'],
  [
    'a map in a map 50 times',
    Array.from({ length: 50 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
    40,
    'nest at most 40 levels',
  ],
];

describe('YAML that could hang the reader or mislead a reviewer is refused, with the line and the fix', () => {
  it.each(CASES)('refuses %s', (_name, text, line, says) => expectFault(text, line, says));
});
