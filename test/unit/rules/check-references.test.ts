// Each name in a document refers to an entry that exists, and each id and issuer stands for one entry; the fault names the line and
// the fix.
import { describe, it } from 'vitest';
import { edited, expectFault, type FaultCase } from './documents.ts';

const tooManyGrants = Array.from(
  { length: 1001 },
  (_, i) =>
    `  - { id: g${i}, to: { provider: app-users, group: staff }, role: media-uploader, sessionPolicy: inherit }\n`,
).join('');

const CASES: readonly FaultCase[] = [
  [
    'a provider id twice',
    edited('roles:', '  - { id: app-users, kind: oidc, issuer: https://b.example.com }\nroles:'),
    7,
    'providers[1].id: give it an id of its own: providers[0] has the same',
  ],
  [
    'an issuer twice',
    edited('roles:', '  - { id: b, kind: oidc, issuer: https://id.example.com }\nroles:'),
    7,
    'providers[1].issuer: list an issuer, or the id of a client, once',
  ],
  [
    'a role id twice',
    edited('grants:', '  - { id: media-uploader, roleArn: acs:ram::1:role/b }\ngrants:'),
    12,
    'roles[1].id: give it an id of its own',
  ],
  [
    'a role ARN twice',
    edited('grants:', '  - { id: b, roleArn: acs:ram::1234567890123456:role/media-uploader }\ngrants:'),
    12,
    'roles[1].roleArn: list a role ARN once',
  ],
  ['a grant id twice', edited('id: staff', 'id: own-prefix'), 26, 'grants[1].id: give it an id of its own'],
  [
    'an unknown provider',
    edited('{ provider: app-users, group', '{ provider: nobody, group'),
    27,
    'grants[1].to.provider: name an entry of providers (app-users)',
  ],
  [
    'an unknown role',
    edited('role: media-uploader\n    sessionPolicy: inherit', 'role: admin\n    sessionPolicy: inherit'),
    28,
    'grants[1].role: name an entry of roles (media-uploader)',
  ],
  [
    'a grant that outlives its role',
    edited('Seconds: 1800', 'Seconds: 3601'),
    16,
    'grants[0].maxDurationSeconds: use at most 3600, the maxDurationSeconds of role media-uploader',
  ],
  [
    '1,001 grants to one group',
    `${edited('  - id: staff\n    to: { provider: app-users, group: staff }\n    role: media-uploader\n    sessionPolicy: inherit\n', '')}${tooManyGrants}`,
    1026,
    'grants[1001]: give one principal at most 1000 grants',
  ],
];

describe('what refers to something else is checked, and the line and the fix are named', () => {
  it.each(CASES)('refuses %s', (_name, text, line, says) => expectFault(text, line, says));
});
