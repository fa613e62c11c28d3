// Puts the roles and the administrator of the demo account into the local RAM. Running it again changes nothing.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  ACCOUNT,
  ARMS_READER,
  INSTANCE,
  LOGIN_ROLE,
  MEDIA_EXTERNAL_ID,
  MEDIA_UPLOADER,
  REGION,
  TABLE_READER,
  VEND_ROLE,
} from '../demo/demo-account.ts';
import type { LocalIam } from '../iam/local-iam.ts';
import { fillPolicy } from './fill-policy.ts';
import type { KeptKey } from './kept-key.ts';

const FUNCTIONS = join(dirname(fileURLToPath(import.meta.url)), '../../functions');
const VALUES = {
  account: ACCOUNT,
  region: REGION,
  instance: INSTANCE,
  roles: [MEDIA_UPLOADER, ARMS_READER, TABLE_READER],
};

const allow = (action: readonly string[], resource: readonly string[]) => ({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
});

function vendTrust(externalId?: string) {
  const condition =
    externalId === undefined ? {} : { Condition: { StringEquals: { 'sts:ExternalId': [externalId] } } };
  const statement = {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { RAM: [VEND_ROLE] },
    ...condition,
  };
  return { Version: '1', Statement: [statement] };
}

const table = (name: string): string => `acs:ots:${REGION}:${ACCOUNT}:instance/${INSTANCE}/table/${name}`;

/** Rules, tables and the text of policies, and nothing of STS: who may change the rules cannot use them. */
const ADMIN_POLICIES = [
  allow(
    [
      'ots:GetRow',
      'ots:BatchGetRow',
      'ots:GetRange',
      'ots:PutRow',
      'ots:UpdateRow',
      'ots:DeleteRow',
      'ots:BatchWriteRow',
    ],
    [table('access'), table('catalog')],
  ),
  allow(['ots:GetRange'], [table('keys')]),
  allow(
    ['ram:GetPolicy', 'ram:GetPolicyVersion'],
    ['acs:ram:*:system:policy/*', `acs:ram:*:${ACCOUNT}:policy/*`],
  ),
  allow(['ots:CreateTable', 'ots:DescribeTable', 'ots:ListTable', 'ots:UpdateTable'], [table('*')]),
];

const functionRole = (arn: string, name: string) => ({
  arn,
  trustPolicy: fillPolicy(join(FUNCTIONS, name, 'trust-policy.json'), VALUES),
  policies: [fillPolicy(join(FUNCTIONS, name, 'ram-policy.json'), VALUES)],
});

const roles = () => [
  functionRole(VEND_ROLE, 'vend'),
  functionRole(LOGIN_ROLE, 'login'),
  {
    arn: MEDIA_UPLOADER,
    trustPolicy: vendTrust(MEDIA_EXTERNAL_ID),
    policies: [
      allow(
        ['oss:PutObject', 'oss:GetObject', 'oss:ListObjects'],
        ['acs:oss:*:*:media', 'acs:oss:*:*:media/*'],
      ),
    ],
  },
  {
    arn: ARMS_READER,
    trustPolicy: vendTrust(),
    policies: [allow(['arms:Get*', 'arms:List*', 'arms:Query*', 'arms:Describe*', 'arms:Search*'], ['*'])],
  },
  {
    arn: TABLE_READER,
    trustPolicy: vendTrust(),
    policies: [allow(['ots:GetRow', 'ots:BatchGetRow', 'ots:GetRange'], [table('*')])],
  },
];

function demand(
  what: string,
  result: { readonly ok: true } | { readonly ok: false; readonly error: unknown },
): void {
  if (!result.ok) throw new Error(`the demo world's ${what} is not valid: ${JSON.stringify(result.error)}`);
}

export function seedIam(iam: LocalIam, adminKey: KeptKey): void {
  for (const role of roles()) demand(role.arn, iam.putRole(role));
  demand(
    'administrator',
    iam.putUser({ ...adminKey, accountId: ACCOUNT, name: 'stint-admin', policies: ADMIN_POLICIES }),
  );
}
