// Each mistake in a document is refused, with its line and the fix.
import { describe, it } from 'vitest';
import { edited, expectFault, type FaultCase, VALID } from './documents.ts';

const CASES: readonly FaultCase[] = [
  ['an empty file', '', 1, 'write a value of type object'],
  ['a list', '- 1', 1, 'write a value of type object'],
  ['no version', edited('version: 1\n', ''), 1, 'version: write 1'],
  ['another version', edited('version: 1', 'version: 2'), 1, 'version: write 1'],
  ['a version that is text', edited('version: 1', 'version: "1"'), 1, 'version: write 1'],
  [
    'no providers',
    edited(/providers:.*(?=roles:)/s.exec(VALID)?.[0] ?? '', ''),
    1,
    'providers: add this key: it is required',
  ],
  ['an unknown key at the top', `${VALID}extra: 1\n`, 30, 'extra: remove or correct the unknown key extra'],
  [
    'a kind of provider that is none',
    edited('kind: oidc', 'kind: odic'),
    4,
    'providers[0].kind: write oidc or ',
  ],
  ['an unknown key of a provider', edited('kind: oidc', 'kind: oidc\n    kidn: x'), 5, 'providers[0].kidn'],
  [
    'an unknown key of a role',
    edited('externalId:', 'externalID:'),
    10,
    'roles[0].externalID: remove or correct',
  ],
  ['an unknown constraint', edited('effectiveSeconds: 300', 'efectiveSeconds: 300'), 25, 'efectiveSeconds'],
  [
    'an unknown key of a session policy',
    edited('variables:', 'vars:'),
    18,
    'sessionPolicy.vars: remove or correct',
  ],
  [
    'a condition that is not a comparison',
    edited('    role: media-uploader\n    max', '    when: claims.admin\n    role: media-uploader\n    max'),
    15,
    'grants[0].when: make the condition a comparison',
  ],
  [
    'a wildcard among the origins',
    edited('kind: oidc', 'kind: oidc\n    allowedOrigins: ["https://*.example.com"]'),
    5,
    'write an origin as the browser sends it',
  ],
  [
    'a tag whose name has a space at its end',
    edited('effectiveSeconds: 300', 'tags: { "team ": media }'),
    25,
    'remove the space around the name',
  ],
  [
    'tags whose names differ by case only',
    edited('effectiveSeconds: 300', 'tags: { team: media, Team: media }'),
    25,
    'constraints.tags: keep one of the tags whose names differ by case only',
  ],
  [
    'a network with bits of a host',
    edited('effectiveSeconds: 300', 'sourceIp: [203.0.113.7/24]'),
    25,
    'grants[0].constraints.sourceIp[0]: write an IPv4 or IPv6 address, or a network',
  ],
  [
    'no session policy',
    edited('    sessionPolicy: inherit\n', ''),
    26,
    'or write sessionPolicy: inherit to hand over everything',
  ],
  [
    'an empty session policy',
    edited('sessionPolicy: inherit', 'sessionPolicy:'),
    29,
    'or write sessionPolicy: inherit to hand over everything',
  ],
  [
    'another word for a session policy',
    edited('sessionPolicy: inherit', 'sessionPolicy: all'),
    29,
    'give variables and document, or policyFrom, or write sessionPolicy: inherit',
  ],
  [
    'a grant to nobody',
    edited(', group: staff', ''),
    27,
    'exactly one of subject: <name>, group: <name> or anyone: true',
  ],
  [
    'a grant to a subject and a group',
    edited('group: staff', 'group: staff, subject: alice'),
    27,
    'exactly one of subject',
  ],
  ['a grant to anyone: false', edited('anyone: true', 'anyone: false'), 14, 'anyone: write true'],
  [
    'a subject that is a number',
    edited('group: staff', 'subject: 12345'),
    27,
    'to.subject: put the value in quotes',
  ],
  ['an empty group', edited('group: staff', 'group: ""'), 27, 'use at least 1 characters'],
  ['a group of 513 bytes', edited('group: staff', `group: ${'é'.repeat(256)}x`), 27, 'use at most 512 bytes'],
  [
    'a control character in a group',
    edited('group: staff', 'group: "a\\u0000b"'),
    27,
    'remove the control or invisible characters',
  ],
  [
    'an invisible character in a group',
    edited('group: staff', 'group: "a\\u200bb"'),
    27,
    'remove the control or invisible characters',
  ],
  [
    'half a character in a group',
    edited('group: staff', 'group: "\\ud800"'),
    27,
    'remove the control or invisible characters',
  ],
  [
    'a line separator in a group',
    edited('group: staff', 'group: "a\\u2028b"'),
    27,
    'remove the control or invisible characters',
  ],
  [
    'an id with a capital',
    edited('id: staff', 'id: Staff'),
    26,
    'grants[1].id: use 1 to 63 of a-z, 0-9 and -',
  ],
  ['an http issuer elsewhere', edited('https://id', 'http://id'), 5, 'issuer: write an https URL'],
  [
    'a symmetric algorithm',
    edited('kind: oidc', 'kind: oidc\n    algorithms: [HS256]'),
    5,
    'algorithms[0]: write RS256 or',
  ],
  [
    'a role ARN of another service',
    edited('acs:ram::1234567890123456:role', 'acs:oss::1:role'),
    9,
    'write it as acs:ram::',
  ],
  [
    'a duration that is text',
    edited('Seconds: 1800', 'Seconds: 30m'),
    16,
    'maxDurationSeconds: write a value of type',
  ],
  ['a duration of half a second', edited('Seconds: 1800', 'Seconds: 900.5'), 16, 'write a value of type int'],
  ['a duration of 59 s', edited('Seconds: 1800', 'Seconds: 59'), 16, 'use at least 60'],
  ['a duration of 12 h and 1 s', edited('Seconds: 1800', 'Seconds: 43201'), 16, 'use at most 43200'],
  [
    'a variable with a bad name',
    edited('{ user:', '{ User:'),
    18,
    'sessionPolicy.variables.User: use 1 to 32 letters',
  ],
];

describe('the schema names the line and the fix', () => {
  it.each(CASES)('refuses %s', (_name, text, line, says) => expectFault(text, line, says));
});
