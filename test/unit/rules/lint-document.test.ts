// Each kind of finding is reported where it is, with its reason and fix, and without a value of the document.
import { describe, expect, it } from 'vitest';
import { lintDocument } from '../../../shared/rules/review/lint-document.ts';
import { LINT_CODES } from '../../../shared/rules/review/lint-finding.ts';
import { acceptedDocument, edited } from './documents.ts';

/** Nothing to say about this one. */
const CLEAN = `version: 1
providers:
  - id: app-users
    kind: oidc
    issuer: https://id.example.com
    groups: groups
roles:
  - id: uploader
    roleArn: acs:ram::1234567890123456:role/uploader
grants:
  - id: own-prefix
    to: { provider: app-users, subject: alice }
    role: uploader
    sessionPolicy:
      variables: { user: { claim: sub, pattern: "[a-z]{1,64}" } }
      document:
        Version: "1"
        Statement:
          - Effect: Allow
            Action: [oss:PutObject, "oss:Get*"]
            Resource: "acs:oss:*:*:media/users/\${user}/*"
          - Effect: Deny
            Action: "oss:*"
            Resource: "acs:oss:*:*:media/users/\${user}/locked"
`;
const clean = (from: string, to: string, text = CLEAN) => edited(from, to, text);

const SECOND = `  - id: second
    to: { provider: app-users, subject: alice }
    role: uploader
    sessionPolicy: { document: { Version: "1", Statement: [{ Effect: Allow, Action: oss:GetObject, Resource: "*" }] } }
`;
const first = (constraints: string) =>
  clean('    role: uploader\n', `    role: uploader\n    constraints: ${constraints}\n`);

const github = (when: string): string => `version: 1
providers:
  - { id: github, kind: oidc, issuer: "https://token.actions.githubusercontent.com", preset: github-actions, tenants: ["65"] }
roles:
  - { id: uploader, roleArn: "acs:ram::1234567890123456:role/uploader" }
grants:
  - { id: g, to: { provider: github, subject: "owner:65/repo:74" }, role: uploader, sessionPolicy: { document: { Version: "1", Statement: [{ Effect: Allow, Action: oss:GetObject, Resource: "*" }] } },
      when: ${JSON.stringify(when)} }
`;

const signedOn = (group: string, directories = '', when = ''): string => `version: 1
providers:
  - { id: staff, kind: oidc, issuer: "https://vend.example.com/login", groups: groups }
roles: [{ id: uploader, roleArn: "acs:ram::1234567890123456:role/uploader" }]
signOn: { connections: [{ id: realm, kind: oidc, name: Staff, issuer: "https://sso.example.com", clientId: stint, groups: { claim: groups, prefix: / }, person: { claim: employee } }]${directories} }
grants:
  - { id: a, to: { provider: staff, group: "${group}" }${when}, role: uploader, sessionPolicy: { document: { Version: "1", Statement: [{ Effect: Allow, Action: oss:GetObject, Resource: "*" }] } } }
`;

const steppingUp = (mfaContexts: string, constraints = ', constraints: { mfa: true }'): string =>
  edited(
    'kind: oidc, name: Staff, issuer: "https://sso.example.com", clientId: stint',
    `kind: saml, name: Staff, entityId: "urn:idp", metadataUrl: "https://idp.example.com/m", mfaContexts: ${mfaContexts}, stepUp: { authnContexts: ["urn:mfa", "urn:otp"] }`,
    signedOn('/engineers', '', constraints),
  );

const KEYCLOAK_GROUPS = `version: 1
providers:
  - { id: realm, kind: oidc, preset: keycloak, issuer: "https://sso.example.com/realms/staff", groups: groups }
roles: [{ id: uploader, roleArn: "acs:ram::1234567890123456:role/uploader" }]
grants:
  - { id: a, to: { provider: realm, group: "/a/admins" }, role: uploader, sessionPolicy: ${'{ document: { Version: "1", Statement: [{ Effect: Allow, Action: oss:GetObject, Resource: "*" }] } }'} }
  - { id: b, to: { provider: realm, group: "/b/admins" }, role: uploader, sessionPolicy: ${'{ document: { Version: "1", Statement: [{ Effect: Allow, Action: oss:GetObject, Resource: "*" }] } }'} }
`;

/** The same grants to people who sign on at the realm. */
const KEYCLOAK_PEOPLE = KEYCLOAK_GROUPS.replace(
  /^ {2}- \{ id: realm.*$/m,
  '  - { id: realm, kind: oidc, issuer: "https://vend.example.com/login", groups: groups }',
).concat(`signOn:
  connections:
    - { id: staff, kind: oidc, name: Staff, issuer: "https://sso.example.com/realms/staff", clientId: stint, groups: groups }
`);

const lintsOf = (text: string): readonly string[] => {
  const { document, place } = acceptedDocument(text);
  return lintDocument(document).map(({ code, path }) => `${place(path).line} ${code}`);
};

const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  ['nothing', CLEAN, []],
  ['anyone without a condition', clean('subject: alice', 'anyone: true'), ['12 anyone-without-condition']],
  [
    'anyone with a condition: nothing',
    clean('subject: alice }', 'anyone: true }\n    when: claims.a == 1'),
    [],
  ],
  ['a wildcard for all of a service', clean('"oss:Get*"', '"oss:*"'), ['20 action-wildcard']],
  [
    'a wildcard for everything',
    clean(
      '    role: uploader\n',
      '    role: uploader\n    allowIdentityActions: true\n',
      clean('[oss:PutObject, "oss:Get*"]', '"*"'),
    ),
    ['21 action-wildcard'],
  ],
  ['a wildcard in the service', clean('"oss:Get*"', '"o?s:GetObject"'), ['20 action-wildcard']],
  [
    'Allow with NotAction',
    clean('Action: [oss:PutObject, "oss:Get*"]', 'NotAction: [oss:PutObject, "sts:*", "ram:*"]'),
    ['20 action-wildcard'],
  ],
  [
    'inherit',
    `${CLEAN}${edited(/sessionPolicy.*/.exec(SECOND)?.[0] ?? '', 'sessionPolicy: inherit', edited('alice', 'bob', SECOND))}`,
    ['28 inherits-role'],
  ],
  [
    'an issuer that many share',
    clean('https://id.example.com', 'https://agent.buildkite.com'),
    ['5 shared-issuer'],
  ],
  [
    'the same, with a claim that only ours have: nothing',
    clean('https://id.example.com', 'https://agent.buildkite.com\n    require: { organization_id: ours }'),
    [],
  ],
  [
    'the same, with a claim that another customer can have too',
    clean('https://id.example.com', 'https://accounts.google.com\n    require: { email_verified: true }'),
    ['5 shared-issuer'],
  ],
  [
    'the same, with a condition on a claim that only ours have: nothing',
    clean('https://id.example.com', 'https://oidc.vercel.com\n    when: claims.owner_id == "team_a"'),
    [],
  ],
  [
    'the same, with a condition on another claim',
    clean('https://id.example.com', 'https://oidc.vercel.com\n    when: claims.environment == "production"'),
    ['5 shared-issuer'],
  ],
  [
    'the same, with the one subject that is meant: nothing',
    clean('https://id.example.com', 'https://app.terraform.io/\n    require: { sub: "organization:a:x" }'),
    [],
  ],
  [
    'a mutable claim as subject',
    clean('groups: groups', 'groups: groups\n    subject: email'),
    ['7 mutable-claim'],
  ],
  [
    'a mutable claim in a subject of several',
    clean(
      'groups: groups',
      'groups: groups\n    subject: [org, email]',
      clean('subject: alice', 'subject: a/b'),
    ),
    ['7 mutable-claim'],
  ],
  ...['email', 'preferred_username', 'repository', 'login'].map((claim): (typeof CASES)[number] => [
    `a condition on the mutable claim ${claim}`,
    clean('    role: uploader\n', `    when: claims.${claim} == "a"\n    role: uploader\n`),
    ['13 mutable-claim'],
  ]),
  [
    'a condition on a mutable claim, named in brackets and inside others',
    clean(
      '    role: uploader\n',
      `    when: '[1].exists(i, "x" in groups && claims["upn"].endsWith("@a.b"))'\n    role: uploader\n`,
    ),
    ['13 mutable-claim'],
  ],
  [
    'a condition on ids: nothing',
    clean(
      '    role: uploader\n',
      `    when: claims.repository_id == "74" && claims.email_verified == true\n    role: uploader\n`,
    ),
    [],
  ],
  ...[`claims.job == "a*"`, `"dba-*" in groups`, `claims.job in ["a", "*"] || '*-b' == claims.job`].map(
    (when): (typeof CASES)[number] => [
      `a wildcard in a condition: ${when}`,
      clean('    role: uploader\n', `    when: ${JSON.stringify(when)}\n    role: uploader\n`),
      ['13 name-like-pattern'],
    ],
  ),
  ...[
    'claims.ref == "refs/heads/main"',
    'claims["ref_protected"] == "true"',
    'claims.sub.endsWith("main")',
  ].map((when): (typeof CASES)[number] => [
    `a ref of GitHub without the event: ${when}`,
    github(when),
    ['8 ref-without-event'],
  ]),
  ...[
    'claims.ref == "refs/heads/main" && claims.event_name == "push"',
    'claims.ref == "refs/heads/main" && claims.environment == "production"',
    'claims.job_workflow_ref == "a/b/.github/workflows/x.yml@refs/heads/main"',
  ].map((when): (typeof CASES)[number] => [
    `what settles the event at GitHub: ${when}: nothing`,
    github(when),
    [],
  ]),
  [
    'a ref beside the group of a ref, which has the event: nothing',
    edited(
      'subject: "owner:65/repo:74"',
      'group: "owner:65/repo:74/ref:refs/heads/main"',
      github('claims.ref == "refs/heads/main"'),
    ),
    [],
  ],
  [
    'a ref at GitHub’s issuer without the preset',
    edited(
      'preset: github-actions, tenants: ["65"]',
      'require: { repository_owner_id: "65" }',
      github('claims.ref == "refs/heads/main"'),
    ),
    ['8 ref-without-event'],
  ],
  [
    'a ref at another issuer: nothing',
    clean('    role: uploader\n', `    when: claims.ref == "refs/heads/main"\n    role: uploader\n`),
    [],
  ],
  ...['team-?', '^staff', 'staff$', '(a|b)', 'team-[0-9]', 'a.+'].map((group): (typeof CASES)[number] => [
    `a name that looks like a pattern: ${group}`,
    clean('subject: alice', `group: ${JSON.stringify(group)}`),
    ['12 name-like-pattern'],
  ]),
  ['names with marks in them: nothing', clean('subject: alice', 'group: "/a (b)/c.d+e [f]|g"'), []],
  ['a mutable claim in a variable', clean('claim: sub', 'claim: preferred_username'), ['15 mutable-claim']],
  ['a lifetime that is fetched anew', first('{ effectiveSeconds: 900 }'), ['14 short-lifetime']],
  [
    'a short cap of the grant',
    clean('    role: uploader\n', '    role: uploader\n    maxDurationSeconds: 600\n'),
    ['14 short-lifetime'],
  ],
  ['a lifetime of one second more: nothing', first('{ effectiveSeconds: 901 }'), []],
  [
    'an account that no role is in',
    clean('grants:', 'accounts:\n  - { id: "9", alias: spare }\ngrants:'),
    ['11 unused-account'],
  ],
  [
    'a role that no grant gives',
    clean('grants:', '  - id: spare\n    roleArn: acs:ram::1:role/spare\ngrants:'),
    ['10 unused-role'],
  ],
  [
    'a provider that no grant names',
    clean('roles:', '  - id: spare\n    kind: oidc\n    issuer: https://b.example.com\nroles:'),
    ['7 unused-provider'],
  ],
  ['a grant that an earlier one covers', CLEAN + SECOND, ['25 covered-grant']],
  ['a grant below one with a test: nothing', first('{ mfa: true }') + SECOND, []],
  ['a grant below one for holders of a key: nothing', first('{ dpop: true }') + SECOND, []],
  [
    'a grant below one with hours: nothing',
    first('{ timeWindows: [{ timeZone: UTC, days: [mon], from: "09:00", to: "10:00" }] }') + SECOND,
    [],
  ],
  [
    'a grant below one that only shapes credentials',
    first('{ secureTransport: true }') + SECOND,
    ['26 covered-grant'],
  ],
  ['a grant that lasts longer than the one above: nothing', first('{ effectiveSeconds: 1800 }') + SECOND, []],
  ['a grant to someone else below: nothing', CLEAN + edited('alice', 'bob', SECOND), []],
  [
    'a group of a provider without groups',
    clean('subject: alice', 'group: staff', clean('    groups: groups\n', '')),
    ['11 unreachable-grant'],
  ],
  [
    'a group that the filter leaves out',
    clean(
      'subject: alice',
      'group: staff',
      clean('groups: groups', 'groups: { claim: groups, prefix: aws- }'),
    ),
    ['12 unreachable-grant'],
  ],
  ...(['contractors', 'aws-a'] as const).map((group): (typeof CASES)[number] => [
    `a condition on the group ${group}, of which the filter takes those of aws-`,
    clean(
      '    role: uploader\n',
      `    when: '!("${group}" in groups)'\n    role: uploader\n`,
      clean('groups: groups', 'groups: { claim: groups, prefix: aws- }'),
    ),
    group === 'aws-a' ? [] : ['13 group-left-out'],
  ]),
  [
    'a group that the filter takes: nothing',
    clean(
      'subject: alice',
      'group: aws-a',
      clean('groups: groups', 'groups: { claim: groups, match: "aws-[a-z]+" }'),
    ),
    [],
  ],
  ...(
    [
      ['a group that the filter of each connection leaves out', 'engineers', '', ['7 unreachable-grant']],
      ['a group that the filter of a connection takes: nothing', '/engineers', '', []],
      [
        'a group that the directory may give: nothing',
        'engineers',
        ', directories: [{ id: corporate, connections: [realm] }]',
        [],
      ],
      [
        'a condition on a group that the filter of each connection leaves out',
        '/engineers',
        '',
        ['7 group-left-out'],
        `, when: '!("interns" in groups)'`,
      ],
    ] as const
  ).map(([name, group, directories, codes, when = '']): (typeof CASES)[number] => [
    `people who sign on, and ${name}`,
    signedOn(group, directories, when),
    codes,
  ]),
  ['a step-up that may not count as a second factor', steppingUp('["urn:mfa"]'), ['5 step-up-uncounted']],
  ['a step-up that counts: nothing', steppingUp('["urn:otp", "urn:mfa"]'), []],
  ['a step-up that no grant asks for: nothing', steppingUp('["urn:mfa"]', ''), []],
  [
    'people who sign on at connections without groups',
    edited('groups: { claim: groups, prefix: / }, ', '', signedOn('/engineers')),
    ['7 unreachable-grant'],
  ],
  ...(
    [
      ['two groups of Keycloak with one bare name', KEYCLOAK_GROUPS, ['7 same-bare-name']],
      ['a path beside its bare name', edited('/b/admins', 'admins', KEYCLOAK_GROUPS), ['7 same-bare-name']],
      [
        'two groups of Keycloak, of which full paths alone count: nothing',
        edited('groups: groups', 'groups: { claim: groups, prefix: / }', KEYCLOAK_GROUPS),
        [],
      ],
      ['two groups of people of Keycloak with one bare name', KEYCLOAK_PEOPLE, ['7 same-bare-name']],
      [
        'two groups of people of Keycloak, of which full paths alone count: nothing',
        edited(
          'clientId: stint, groups: groups',
          'clientId: stint, groups: { claim: groups, prefix: / }',
          KEYCLOAK_PEOPLE,
        ),
        [],
      ],
      [
        'two groups of people of another provider: nothing',
        edited('/realms/staff', '/staff', KEYCLOAK_PEOPLE),
        [],
      ],
      ['groups with other bare names: nothing', edited('/b/admins', '/b/users', KEYCLOAK_GROUPS), []],
      [
        'roles of Keycloak, which have no paths: nothing',
        edited('groups: groups', 'groups: resource_access.x.roles', KEYCLOAK_GROUPS),
        [],
      ],
    ] as const
  ).map(([name, text, found]): (typeof CASES)[number] => [name, text, found]),
  ['a subject that the pattern refuses', clean('subject: alice', 'subject: "42"'), ['15 unreachable-grant']],
];

describe('lintDocument', () => {
  /**
   * @attack Grant by a claim that can pass to someone else
   * @removed the look at the claims of `when`
   * @failed 5 of 42: finds a condition on the mutable claim email: `expected [] to deeply equal [ '13
   *   mutable-claim' ]`
   * @note a warning; `--strict` makes it a fault
   */
  it.each(CASES)('finds %s', (_name, text, found) => {
    expect(lintsOf(text)).toEqual(found);
  });

  it('has a case for every code', () => {
    const found = new Set(CASES.flatMap(([, , lints]) => lints.map((lint) => lint.split(' ')[1])));
    expect([...found].sort()).toEqual([...LINT_CODES].sort());
  });

  it('gives the reason and the fix, and repeats no value of the document', () => {
    for (const { message } of lintDocument(
      acceptedDocument(edited('alice', 'canary', clean('"oss:Get*"', '"oss:*"'))).document,
    )) {
      expect(message).toContain(': ');
      expect(message).not.toContain('canary');
    }
  });
});
