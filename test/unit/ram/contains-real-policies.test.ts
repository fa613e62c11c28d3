// Policies as people write them for OSS, Tablestore, ECS and networks: containment is proved where it is true, and never the other
// way round.
import { describe, expect, it } from 'vitest';
import { contains } from '../../../shared/ram/contains.ts';
import { evaluate } from '../../../shared/ram/evaluate.ts';
import { parsePolicy } from '../../../shared/ram/parse-policy.ts';
import type { Policy } from '../../../shared/ram/policy.ts';

type OneOrMany = string | readonly string[];
type Parts = Record<string, unknown>;

const allow = (Action: OneOrMany, Resource: OneOrMany, more: Parts = {}): Parts => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const deny = (Action: OneOrMany, Resource: OneOrMany, more: Parts = {}): Parts => ({
  ...allow(Action, Resource, more),
  Effect: 'Deny',
});
const when = (operator: string, key: string, values: OneOrMany): Parts => ({
  Condition: { [operator]: { [key]: values } },
});

function policyOf(statements: readonly Parts[]): Policy {
  const parsed = parsePolicy({ Version: '1', Statement: statements });
  if (!parsed.ok) throw new Error(`${parsed.error.path} ${parsed.error.message}`);
  return parsed.value;
}

const MEDIA = 'acs:oss:*:*:media';
const SHOP = 'acs:oss:oss-cn-hangzhou:1234567890123456:shop';
const TABLES = 'acs:ots:cn-hangzhou:1234567890123456:instance/shop';
const LOGS = 'acs:log:cn-hangzhou:1234567890123456:project/web';
const ECS = 'acs:ecs:*:1234567890123456:instance';
const TLS = { Bool: { 'acs:SecureTransport': 'true' } };
const ADMIN_SERVICES = ['sts:*', 'ram:*', 'ims:*'];
const EVERYTHING = allow('*', '*');
const HARDENED = [EVERYTHING, deny(ADMIN_SERVICES, '*')];

type Case = readonly [claim: string, outer: readonly Parts[], inner: readonly Parts[]];

const PROVABLE: readonly Case[] = [
  [
    'OSS: a folder of the own prefix',
    [allow(['oss:PutObject', 'oss:GetObject'], `${MEDIA}/users/alice/*`)],
    [allow('oss:GetObject', `${MEDIA}/users/alice/photos/*`)],
  ],
  [
    'OSS: one object of a prefix',
    [allow('oss:Get*', `${MEDIA}/*`)],
    [allow('oss:GetObject', `${MEDIA}/a.png`)],
  ],
  [
    'OSS: reading where full access is granted',
    [allow('oss:*', [MEDIA, `${MEDIA}/*`])],
    [allow(['oss:GetObject', 'oss:ListObjects'], [MEDIA, `${MEDIA}/2026/*`])],
  ],
  [
    'OSS: bucket and object actions from two statements, asked for in one',
    [allow('oss:List*', '*'), allow('oss:GetObject', '*')],
    [allow(['oss:ListObjects', 'oss:GetObject'], `${MEDIA}/*`)],
  ],
  [
    'OSS: two prefixes from two statements, asked for in one',
    [allow('oss:GetObject', `${MEDIA}/a/*`), allow('oss:GetObject', `${MEDIA}/b/*`)],
    [allow('oss:GetObject', [`${MEDIA}/b/1`, `${MEDIA}/a/*`])],
  ],
  [
    'OSS: listing one folder by prefix',
    [allow('oss:ListObjects', MEDIA, when('StringLike', 'oss:Prefix', 'users/alice/*'))],
    [allow('oss:ListObjects', MEDIA, when('StringEquals', 'oss:Prefix', 'users/alice/photos/'))],
  ],
  [
    'OSS: listing fewer of the prefixes',
    [allow('oss:ListObjects', MEDIA, when('StringLike', 'oss:Prefix', ['', 'a/*', 'b/*']))],
    [allow('oss:ListObjects', MEDIA, when('StringLike', 'oss:Prefix', ['b/c/*', '']))],
  ],
  [
    'OSS: a suffix within a prefix',
    [allow('oss:GetObject', `${MEDIA}/*`)],
    [allow('oss:GetObject', `${MEDIA}/*.jpg`)],
  ],
  [
    'OSS: dated folders',
    [allow('oss:GetObject', `${MEDIA}/????-??/*`)],
    [allow('oss:GetObject', `${MEDIA}/2026-0?/cam1/*`)],
  ],
  [
    'OSS: action names of another case',
    [allow('oss:getobject', '*')],
    [allow('oss:GetObject', `${MEDIA}/*`)],
  ],
  [
    'Tablestore: one table of an instance',
    [allow('ots:*', `${TABLES}*`)],
    [allow(['ots:GetRow', 'ots:BatchGetRow'], `${TABLES}/table/orders`)],
  ],
  [
    'Tablestore: reading and writing granted apart, asked for together',
    [
      allow(['ots:GetRow', 'ots:GetRange'], `${TABLES}/table/*`),
      allow('ots:PutRow', `${TABLES}/table/orders`),
    ],
    [allow(['ots:PutRow', 'ots:GetRow'], `${TABLES}/table/orders`)],
  ],
  [
    'Tablestore: any region narrowed to one',
    [allow('ots:GetRow', 'acs:ots:*:*:instance/shop/table/orders')],
    [allow('ots:GetRow', `${TABLES}/table/orders`)],
  ],
  [
    'Log Service: one logstore of a project',
    [allow(['log:Get*', 'log:List*'], [LOGS, `${LOGS}/*`])],
    [allow(['log:GetLogStoreLogs', 'log:GetLogStore'], `${LOGS}/logstore/access`)],
  ],
  [
    'Log Service: posting over TLS only',
    [allow('log:PostLogStoreLogs', `${LOGS}/logstore/*`)],
    [allow('log:PostLogStoreLogs', `${LOGS}/logstore/access`, { Condition: TLS })],
  ],
  [
    'ECS: a tag of a known value under a tag pattern',
    [allow('ecs:*', `${ECS}/*`, when('StringLike', 'acs:ResourceTag/env', 'dev*'))],
    [allow('ecs:StopInstance', `${ECS}/*`, when('StringEquals', 'acs:ResourceTag/env', ['dev', 'dev-eu']))],
  ],
  [
    'ECS: a tag in any case',
    [allow('ecs:*', '*', when('StringEqualsIgnoreCase', 'acs:ResourceTag/env', 'dev'))],
    [allow('ecs:RebootInstance', '*', when('StringEquals', 'acs:ResourceTag/env', ['DEV', 'Dev']))],
  ],
  [
    'ECS: a known tag where another one is excluded',
    [allow('ecs:*', '*', when('StringNotEquals', 'acs:ResourceTag/env', ['prod', 'staging']))],
    [allow('ecs:StartInstance', '*', when('StringEquals', 'acs:ResourceTag/env', 'dev'))],
  ],
  [
    'ECS: any value of a tag, as long as it is there',
    [allow('ecs:*', '*', when('StringLike', 'acs:ResourceTag/owner', '*'))],
    [allow('ecs:StartInstance', '*', when('StringEqualsIgnoreCase', 'acs:ResourceTag/owner', 'alice'))],
  ],
  [
    'ECS: describing everywhere, changing only by tag',
    [allow('ecs:Describe*', '*'), allow('ecs:*', '*', when('StringEquals', 'acs:ResourceTag/team', 'web'))],
    [
      allow('ecs:DescribeInstances', '*'),
      allow(
        ['ecs:DescribeDisks', 'ecs:StopInstance'],
        `${ECS}/i-1`,
        when('StringEquals', 'acs:ResourceTag/team', 'web'),
      ),
    ],
  ],
  [
    'a resource group among several',
    [allow('ecs:*', '*', when('StringEquals', 'acs:ResourceGroupId', ['rg-a', 'rg-b']))],
    [allow('ecs:*', '*', when('StringEquals', 'acs:ResourceGroupId', 'rg-b'))],
  ],
  [
    'an address within the office network',
    [allow('oss:*', '*', when('IpAddress', 'acs:SourceIp', ['203.0.113.0/24', '2001:db8::/32']))],
    [allow('oss:*', '*', when('IpAddress', 'acs:SourceIp', ['203.0.113.7', '2001:db8:0:1::/64']))],
  ],
  [
    'an address outside the excluded network',
    [allow('oss:*', '*', when('NotIpAddress', 'acs:SourceIp', ['10.0.0.0/8', '192.168.0.0/16']))],
    [allow('oss:*', '*', when('IpAddress', 'acs:SourceIp', '203.0.113.0/24'))],
  ],
  [
    'a wider network excluded than must be',
    [allow('oss:*', '*', when('NotIpAddress', 'acs:SourceIp', '10.1.0.0/16'))],
    [allow('oss:*', '*', when('NotIpAddress', 'acs:SourceIp', '10.0.0.0/8'))],
  ],
  [
    'an end before the end, written otherwise',
    [allow('oss:*', '*', when('DateLessThanEquals', 'acs:CurrentTime', '2026-01-01T00:00:00Z'))],
    [allow('oss:*', '*', when('DateLessThan', 'acs:CurrentTime', '2026-01-01T08:00:00+08:00'))],
  ],
  [
    'a window within a window',
    [
      allow('oss:*', '*', {
        Condition: {
          DateGreaterThan: { 'acs:CurrentTime': '2026-01-01T00:00:00Z' },
          DateLessThan: { 'acs:CurrentTime': '2026-02-01T00:00:00Z' },
        },
      }),
    ],
    [
      allow('oss:*', '*', {
        Condition: {
          DateLessThanEquals: { 'acs:CurrentTime': '2026-01-20T00:00:00Z' },
          DateGreaterThanEquals: { 'acs:CurrentTime': '2026-01-10T00:00:00Z' },
          ...TLS,
        },
      }),
    ],
  ],
  [
    'an exact number within a bound',
    [allow('kms:*', '*', when('NumericLessThanEquals', 'kms:Days', '30'))],
    [allow('kms:*', '*', when('NumericEquals', 'kms:Days', ['7', '30']))],
  ],
  [
    'MFA, TLS and an address added to what is granted with MFA',
    [allow('ecs:*', '*', when('Bool', 'acs:MFAPresent', 'true'))],
    [
      allow('ecs:StopInstance', '*', {
        Condition: {
          Bool: { 'acs:MFAPresent': 'true', ...TLS.Bool },
          IpAddress: { 'acs:SourceIp': '10.0.0.1' },
        },
      }),
    ],
  ],
  [
    'a service under all but administration',
    [{ Effect: 'Allow', NotAction: ADMIN_SERVICES, Resource: '*' }],
    [allow(['oss:*', 'ecs:Describe*'], '*')],
  ],
  [
    'all but administration under everything',
    [EVERYTHING],
    [{ Effect: 'Allow', NotAction: ADMIN_SERVICES, Resource: '*' }],
  ],
  ['a service that the outer Deny is not about', HARDENED, [allow('oss:*', `${MEDIA}/*`)]],
  ['everything, with the outer Deny repeated', HARDENED, [EVERYTHING, deny(ADMIN_SERVICES, '*')]],
  ['everything, with a wider Deny', HARDENED, [EVERYTHING, deny([...ADMIN_SERVICES, 'kms:*'], '*')]],
  [
    'everything, with the outer Deny split in three',
    HARDENED,
    [EVERYTHING, ...ADMIN_SERVICES.map((service) => deny(service, '*'))],
  ],
  [
    'TLS on every Allow where the outer policy denies its absence',
    [allow('oss:*', '*'), deny('oss:*', '*', when('Bool', 'acs:SecureTransport', 'false'))],
    [allow('oss:GetObject', `${MEDIA}/*`, { Condition: TLS })],
  ],
  [
    'the office address where the outer policy denies others',
    [allow('oss:*', '*'), deny('*', '*', when('NotIpAddress', 'acs:SourceIp', '203.0.113.0/24'))],
    [allow('oss:*', '*', when('IpAddress', 'acs:SourceIp', '203.0.113.7'))],
  ],
  [
    'dev machines where the outer policy denies production',
    [allow('ecs:*', '*'), deny('ecs:*', '*', when('StringEquals', 'acs:ResourceTag/env', 'prod'))],
    [allow('ecs:*', '*', when('StringNotEquals', 'acs:ResourceTag/env', 'prod'))],
  ],
  [
    'objects beside the folder that the outer policy denies',
    [allow('oss:*', `${SHOP}/*`), deny('oss:*', `${SHOP}/secret/*`)],
    [allow('oss:GetObject', `${SHOP}/public/*`)],
  ],
  [
    'reading where the outer policy denies all but reading',
    [allow('oss:*', '*'), { Effect: 'Deny', NotAction: ['oss:Get*', 'oss:List*'], Resource: '*' }],
    [allow(['oss:GetObject', 'oss:ListObjects'], `${MEDIA}/*`)],
  ],
  [
    'more than is granted, denied again by the inner policy itself',
    [allow('oss:*', '*')],
    [allow(['oss:*', 'ram:GetUser'], '*'), deny('ram:*', '*')],
  ],
  [
    'what the outer policy denies more of, denied again by the inner policy itself',
    [allow('oss:*', '*'), deny('oss:Delete*', '*')],
    [allow('oss:DeleteObject', '*'), deny('oss:DeleteObject', '*')],
  ],
  ['nothing but a Deny', [allow('oss:GetObject', `${MEDIA}/a`)], [deny('*', '*')]],
];

describe('contains proves', () => {
  it.each(PROVABLE)('%s', (_, outer, inner) => {
    expect(contains(policyOf(outer), policyOf(inner))).toEqual({ ok: true, value: undefined });
  });

  it('none of them the other way round, but for three that are equal', () => {
    const bothWays = PROVABLE.filter(([, outer, inner]) => contains(policyOf(inner), policyOf(outer)).ok);
    expect(bothWays.map(([claim]) => claim)).toEqual([
      'everything, with the outer Deny repeated',
      'everything, with the outer Deny split in three',
      'more than is granted, denied again by the inner policy itself',
    ]);
  });

  it('not that folders are apart while a * before them may take a colon and a slash', () => {
    const outer = policyOf([allow('oss:*', `${MEDIA}/*`), deny('oss:*', `${MEDIA}/secret/*`)]);
    const inner = policyOf([allow('oss:GetObject', `${MEDIA}/public/*`)]);
    const both = {
      action: 'oss:GetObject',
      resource: 'acs:oss:r:1:media/secret/x:media/public/y',
      context: {},
    };
    expect([evaluate(outer, both), evaluate(inner, both)]).toEqual(['deny', 'allow']);
    expect(contains(outer, inner).ok).toBe(false);
  });
});
