// Slips that newcomers make: each is told once, on its line, with what to write instead.
import { describe, expect, it } from 'vitest';
import { nearestName } from '../../../shared/kernel/nearest-name.ts';
import { edited, faultsOf, VALID } from './documents.ts';

type Slip = readonly [slip: string, text: string, line: number, remedy: string];

const ROLE = '    role: media-uploader\n    max';
const withWhen = (condition: string): string =>
  edited(ROLE, `    when: ${JSON.stringify(condition)}\n${ROLE}`);
const INDENT = 'correct the YAML: indent this line with as many spaces as the keys beside it';
const QUOTES = 'put the value in quotes';
const ACTIONS = '[oss:PutObject, oss:GetObject]';

const YAML_SLIPS: readonly Slip[] = [
  ['a tab', edited(ROLE, `\trole: media-uploader\n    max`), 15, 'indent with spaces'],
  ['two tabs', edited('    kind: oidc', '\t\tkind: oidc'), 4, 'indent with spaces'],
  ['a space too few', edited(ROLE, ROLE.slice(1)), 15, INDENT],
  ['a space too many', edited(ROLE, ` ${ROLE}`), 15, INDENT],
  ['a line too far in, below a value', edited('            Action', '              Action'), 23, INDENT],
  ['a line too far out', edited('            Action', '           Action'), 23, INDENT],
  [
    'a list entry that falls out of its list',
    edited('    to: { provider: app-users, a', '  to: { provider: app-users, a'),
    14,
    INDENT,
  ],
  [
    'keys beside theirs',
    edited(
      '    to: { provider: app-users, group: staff }',
      '    to:\n    provider: app-users\n    group: staff',
    ),
    27,
    'indent what belongs to this key: nothing is under it',
  ],
  ['a lone *', edited(ACTIONS, '*'), 23, `${QUOTES}, as in "*": without them * begins a YAML alias`],
  ['a lone * in a list', edited(ACTIONS, '[*]'), 23, `${QUOTES}, as in "*"`],
  ['a lone * below', edited(ACTIONS, '\n              - *'), 24, `${QUOTES}, as in "*"`],
  ['a * at the beginning', edited(ACTIONS, '*:Get*'), 23, QUOTES],
  ['a reserved character', edited('group: staff', 'group: @staff'), 27, QUOTES],
  [
    'a colon in a value',
    edited(ROLE, `    when: claims.a: b\n${ROLE}`),
    15,
    `${QUOTES}: it has a colon in it`,
  ],
  [
    'no space after the colon',
    edited('role: media-uploader\n    max', 'role:media-uploader\n    max'),
    15,
    'put a space after the colon',
  ],
  ['an open brace', edited('group: staff }', 'group: staff'), 28, 'close the { or ['],
  ['an open quotation mark', edited('group: staff', 'group: "staff'), 27, 'close the quotation mark'],
  [
    'a condition that begins with quotes',
    edited(ROLE, `    when: "a" in groups\n${ROLE}`),
    15,
    "put the whole value in '…', or write it below a |",
  ],
  [
    'a condition that begins with !',
    edited(ROLE, `    when: !has(claims.a)\n${ROLE}`),
    15,
    'write the plain value, in quotes where it begins with !',
  ],
  ['an own tag', edited('group: staff', 'group: !staff'), 27, 'remove the tag'],
];

const KEY_SLIPS: readonly Slip[] = [
  [
    'a letter too few',
    edited('maxDurationSeconds: 1800', 'maxDurationSecond: 1800'),
    16,
    'did you mean maxDurationSeconds? known are id, to, when, role, ',
  ],
  [
    'a required key in the plural',
    edited('    role: media-uploader\n    session', '    roles: media-uploader\n    session'),
    28,
    'did you mean role?',
  ],
  [
    'another case',
    edited('version: 1', 'Version: 1'),
    1,
    'did you mean version? known are version, owner, providers, ',
  ],
  [
    'underscores',
    edited('sessionPolicy: inherit', 'session_policy: inherit'),
    29,
    'did you mean sessionPolicy?',
  ],
  ['the end of the name', edited('roleArn', 'arn'), 9, 'did you mean roleArn? known are id, roleArn, '],
  ['the plural at the top', edited('providers:', 'provider:'), 2, 'did you mean providers?'],
  [
    'one of a choice',
    edited('group: staff', 'groups: staff'),
    27,
    'did you mean group? known are provider, ',
  ],
  ['in a session policy', edited('      document:', '      documents:'), 19, 'did you mean document?'],
  ['in a constraint', edited('effectiveSeconds', 'effectiveSecs'), 25, 'did you mean effectiveSeconds?'],
  [
    'nothing like it',
    edited('kind: oidc', 'kind: oidc\n    colour: red'),
    5,
    'unknown key colour: known are id, kind, ',
  ],
  ['in a statement', edited('Resource:', 'Ressource:'), 24, 'did you mean Resource?'],
  ['a statement in lower case', edited('Action:', 'action:'), 23, 'did you mean Action?'],
  [
    'an operator',
    edited('Resource:', 'Condition: { StringEqual: { "acs:K": a } }\n            Resource:'),
    24,
    'is not a condition operator of RAM: did you mean StringEquals?',
  ],
  [
    'an operator of another cloud',
    edited('Resource:', 'Condition: { BoolIfExists: { "acs:K": "true" } }\n            Resource:'),
    24,
    'did you mean Bool? There is no IfExists and no ForAnyValue:',
  ],
  [
    'an operator like none',
    edited('Resource:', 'Condition: { ArnLike: { "acs:K": "true" } }\n            Resource:'),
    24,
    'the operators are those of String, Numeric and Date, ',
  ],
  [
    'a condition key without its service',
    edited('Resource:', 'Condition: { IpAddress: { SourceIp: 192.0.2.1 } }\n            Resource:'),
    24,
    'write it with its service in small letters, as in acs:SourceIp',
  ],
  [
    'a condition key with a wildcard',
    edited('Resource:', 'Condition: { StringLike: { "acs:ResourceTag/*": a } }\n            Resource:'),
    24,
    'has a wildcard, and a condition key has none',
  ],
  [
    'a Resource that was left out',
    edited('            Resource: "acs:oss:*:*:media/users/${user}/*"\n', ''),
    22,
    'Statement[0].Resource: is missing: it must be a string, in quotes',
  ],
];

const VALUE_SLIPS: readonly Slip[] = [
  [
    'hours',
    edited('Seconds: 3600', 'Seconds: 1h'),
    11,
    'whole seconds without a unit, as in 3600 for one hour',
  ],
  ['minutes', edited('Seconds: 300', 'Seconds: 5m'), 25, 'whole seconds without a unit'],
  ['an ISO 8601 duration', edited('Seconds: 1800', 'Seconds: PT30M'), 16, 'whole seconds without a unit'],
  ['a number in quotes', edited('Seconds: 3600', 'Seconds: "3600"'), 11, 'write it without quotes'],
  ['nothing', edited('id: staff', 'id:'), 26, 'nothing follows the colon'],
  [
    'text where a list belongs',
    edited('kind: oidc', 'kind: oidc\n    audiences: stint'),
    5,
    'a list, with "- " before each item',
  ],
  ['yes', edited('effectiveSeconds: 300', 'mfa: yes'), 25, 'true or false, without quotes'],
  ...[
    ['DateLessThan', '2029-08-12', 'write a time such as 2026-01-01T00:00:00Z'],
    ['IpAddress', '10.0.0.0-10.0.0.9', 'write an address or a network such as 203.0.113.0/24'],
    ['NumericEquals', '"1e3"', 'write a number such as 5'],
    ['Bool', '"yes"', 'write true or false'],
  ].map(
    ([operator, value, said = '']): Slip => [
      `what ${operator} does not compare`,
      edited('Resource:', `Condition: { ${operator}: { "acs:K": ${value} } }\n            Resource:`),
      24,
      said,
    ],
  ),
  [
    'a space at the end of a resource',
    edited('${user}/*"', '${user}/* "'),
    24,
    'remove the space at the end',
  ],
  [
    'a policy as text',
    edited('      document:\n', '      document: |\n'),
    19,
    'write keys with values: this is a text',
  ],
  [
    'a policy that allows nothing',
    edited('Effect: Allow', 'Effect: Deny'),
    21,
    'document.Statement: add an Allow',
  ],
  ...[
    ['sourceIp: [192.0.2.0/24]', 'IpAddress: { "acs:SourceIp": 203.0.113.0/24 }'],
    ['sourceIp: [192.0.2.0/24]', 'IpAddress: { "acs:sourceip": 192.0.2.0/24 }'],
    ['sourceIp: [192.0.2.0/24]', 'NotIpAddress: { "acs:sourceIP": 192.0.2.0/24 }'],
    ['tags: { team: media }', 'StringEquals: { "acs:ResourceTag/team": [ops, web] }'],
    ['tags: { team: media }', 'StringLike: { "acs:ResourceTag/Team": "*" }'],
    ['secureTransport: true', 'Bool: { "acs:SecureTransport": "false" }'],
  ].map(
    ([constraint = '', condition]): Slip => [
      `${constraint} beside ${condition}`,
      edited(
        'effectiveSeconds: 300',
        constraint,
        edited('Resource:', `Condition: { ${condition} }\n            Resource:`),
      ),
      22,
      'Statement[0]: correct its Condition or the constraints of the grant',
    ],
  ),
  [
    'a policy that is too long with its constraints',
    edited(
      'effectiveSeconds: 300',
      `tags: { team: "${'m'.repeat(120)}" }`,
      edited('oss:PutObject', `oss:Put${'a'.repeat(1_800)}`),
    ),
    19,
    'those of the grant’s constraints with it, and STS accepts 2048',
  ],
  ['an empty document', '', 1, 'the document is empty'],
  [
    'an action with an empty part',
    edited('oss:PutObject', 'rds::ModifyParameter'),
    23,
    'must be "*" or written as service:Operation',
  ],
];

const CONDITION_SLIPS: readonly Slip[] = [
  ['endswith', withWhen('claims.a.endswith("b")'), 15, 'at character 10: did you mean endsWith?'],
  ['StartsWith', withWhen('claims.a.StartsWith("b")'), 15, 'did you mean startsWith?'],
  ['a function of another language', withWhen('len(groups) > 2'), 15, 'use has, size, '],
  ['=', withWhen('claims.a = "b"'), 15, 'at character 10: write == to compare'],
  ['===', withWhen('claims.a === "b"'), 15, 'write == to compare'],
  ['&', withWhen('claims.a == "b" & claims.c == "d"'), 15, 'write && for and'],
  ['and', withWhen('claims.a == "b" and claims.c == "d"'), 15, 'write && for and'],
  ['or', withWhen('claims.a == "b" or claims.c == "d"'), 15, 'write || for or'],
  ['|', withWhen('claims.a == "b" | claims.c == "d"'), 15, 'write || for or'],
  ['not', withWhen('not claims.a'), 15, 'write ! for not'],
  ['like', withWhen('claims.a like "b"'), 15, 'write a call, as in claims.x.startsWith("a")'],
  ['curly quotes', withWhen('claims.a == “b”'), 15, 'write straight quotes'],
  ['True', withWhen('claims.a == True'), 15, 'write true'],
  ['a list in round brackets', withWhen('claims.a in ("b", "c")'), 15, 'write a list in [ ]'],
  ['contains of a list', withWhen('groups.contains("media")'), 15, 'a list is asked by "a" in groups'],
  ['a time as text', withWhen('request.time < "2030-01-01"'), 15, 'a time is written timestamp('],
  [
    'a # after which nothing counts',
    edited(ROLE, `    when: claims.a == "b #c"\n${ROLE}`),
    15,
    'a # ends a line of YAML',
  ],
  ['a claim alone', withWhen('email == "b"'), 15, 'a claim of the token is claims.<name>'],
  ['claim', withWhen('claim.a == "b"'), 15, 'did you mean claims?'],
  [
    'a member of the request',
    withWhen('request.sourceIP == "192.0.2.1"'),
    15,
    'did you mean sourceIp? request has role, ',
  ],
];

describe.each([
  ['of YAML', YAML_SLIPS],
  ['in a key', KEY_SLIPS],
  ['in a value', VALUE_SLIPS],
  ['in a condition', CONDITION_SLIPS],
])('a slip %s is one fault with its line and its remedy', (_, slips) => {
  it.each(slips)('%s', (_slip, text, line, remedy) => {
    expect(faultsOf(text)).toEqual([expect.stringContaining(remedy)]);
    expect(faultsOf(text)[0]).toMatch(new RegExp(`^${line} `));
  });
});

describe('two slips', () => {
  it('are two faults, where neither follows from the other', () => {
    const text = edited('Seconds: 3600', 'Seconds: 1h', edited('kind: oidc', 'kind: oidc\n    colour: red'));
    expect(faultsOf(text)).toHaveLength(2);
  });

  it('show the keys that were written, and no value', () => {
    const kind = edited('kind: oidc', 'kind: canary-value', `${VALID}canaryKey: canary-value\n`);
    const faults = faultsOf(edited('Seconds: 3600', 'Seconds: canary-value', kind));
    expect(faults).toEqual([
      expect.stringMatching(/^4 providers\[0\]\.kind: /),
      expect.stringMatching(/^11 roles\[0\]\.maxDurationSeconds: /),
      expect.stringMatching(/^30 canaryKey: /),
    ]);
    expect(faults.join()).not.toContain('canary-value');
  });
});

describe('the nearest name', () => {
  it.each([
    ['externalID', 'externalId'],
    ['session-policy', 'sessionPolicy'],
    ['maxDurationSecodns', 'maxDurationSeconds'],
    ['polices', 'policies'],
    ['arn', 'roleArn'],
  ])('of %s is %s', (written, nearest) => {
    const known = ['externalId', 'sessionPolicy', 'maxDurationSeconds', 'policies', 'roleArn'];
    expect(nearestName(written, known)).toBe(nearest);
  });

  it.each(['NotResource', 'xx', '', 'Principal', 'R'.repeat(5000)])('of %s is none', (written) => {
    expect(nearestName(written, ['Effect', 'Action', 'NotAction', 'Resource', 'Condition'])).toBeUndefined();
  });
});

it('is not what a variable under the key of a constraint may turn out to be', () => {
  const condition = 'Condition: { StringEquals: { "acs:ResourceTag/team": "${user}" } }';
  const text = edited('Resource:', `${condition}\n            Resource:`);
  expect(faultsOf(edited('effectiveSeconds: 300', 'tags: { team: media }', text))).toEqual([]);
});
