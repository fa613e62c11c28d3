// Puts the demo account into the local RAM: its roles, its administrator, its auditor, a partner's user and one custom policy.
// Running it again changes nothing.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KMS_POLICY_NAME } from '../../clients/cli/setup/desired-deployment.ts';
import { fillPolicy } from '../../clients/cli/setup/function-policies.ts';
import { functionRoleName } from '../../shared/checks/run-checks.ts';
import {
  ARMS_READER,
  DEMO_ACCOUNT,
  DEMO_INSTANCE,
  DEMO_REGION,
  LOGIN_ROLE,
  MEDIA_EXTERNAL_ID,
  MEDIA_UPLOADER,
  PARTNER_ACCOUNT,
  PARTNER_USER,
  SWEEP_ROLE,
  TABLE_READER,
  VEND_ROLE,
} from '../demo/demo-account.ts';
import type { LocalIam } from '../iam/local-iam.ts';
import type { PolicyStore } from '../iam/policy-store.ts';
import type { KeptKey } from './kept-keys.ts';

const FUNCTIONS = join(dirname(fileURLToPath(import.meta.url)), '../../functions');
const VALUES = {
  account: DEMO_ACCOUNT,
  region: DEMO_REGION,
  instance: DEMO_INSTANCE,
  // Those of local/access.yaml: sweep and doctor report a role that vend may assume and the rules do not give.
  roles: [MEDIA_UPLOADER, ARMS_READER],
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

const table = (name: string): string =>
  `acs:ots:${DEMO_REGION}:${DEMO_ACCOUNT}:instance/${DEMO_INSTANCE}/table/${name}`;

/** The administrator changes rules, sets client secrets, creates tables and reads policies. STS is left out: an administrator cannot vend. */
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
  // Client secrets are set, and never read.
  allow(['ots:BatchWriteRow'], [table('client_secrets')]),
  allow(
    ['ram:GetPolicy', 'ram:GetPolicyVersion'],
    ['acs:ram:*:system:policy/*', `acs:ram:*:${DEMO_ACCOUNT}:policy/*`],
  ),
  allow(['ram:GetRole', 'ram:ListPoliciesForRole'], [`acs:ram:*:${DEMO_ACCOUNT}:role/*`]),
  allow(['ots:CreateTable', 'ots:DescribeTable', 'ots:ListTable', 'ots:UpdateTable'], [table('*')]),
];

/** For `stint contain`. Operators attach the same policy. */
const CONTAIN_POLICY = join(FUNCTIONS, '../clients/cli/ram/contain-policy.json');
/** For `stint leave`, likewise. */
const LEAVE_POLICY = join(FUNCTIONS, '../clients/cli/ram/leave-policy.json');
/** For `stint doctor`, likewise. */
const DOCTOR_POLICY = join(FUNCTIONS, '../clients/cli/ram/doctor-policy.json');

const ATTACHED_AT = '2026-01-01T00:00:00Z';
const FUNCTION_ROLES = [
  [VEND_ROLE, 'vend'],
  [LOGIN_ROLE, 'login'],
  [SWEEP_ROLE, 'sweep'],
] as const;

/** With the custom policies that stint setup makes: sweep and doctor look at what is attached. */
function putFunctionRole(iam: LocalIam, arn: string, name: string, kmsKey: string): void {
  const trustPolicy = fillPolicy(join(FUNCTIONS, name, 'trust-policy.json'), VALUES);
  demand(arn, iam.putRole({ arn, trustPolicy, policies: [] }));
  const files = [
    [functionRoleName(name), 'ram-policy.json'],
    ...(name === 'login' ? [[KMS_POLICY_NAME, 'kms-policy.json'] as const] : []),
  ] as const;
  const attached = files.map(([policyName, file]) => {
    const policy = { type: 'Custom', name: policyName, accountId: DEMO_ACCOUNT } as const;
    const text = JSON.stringify(fillPolicy(join(FUNCTIONS, name, file), { ...VALUES, kmsKey }));
    if (iam.policies.find(policy)?.current.text !== text) iam.policies.publish(policy, text);
    return { type: policy.type, name: policyName, attachDate: ATTACHED_AT };
  });
  iam.changeRole(arn, { attached });
}

const roles = () => [
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

/** Puts the roles of the demo account and its administrator into the local RAM; throws if one of them is not valid. */
export function seedIam(iam: LocalIam, adminKey: KeptKey, kmsKey: string): void {
  for (const [arn, name] of FUNCTION_ROLES) putFunctionRole(iam, arn, name, kmsKey);
  const wrapping = allow(['kms:GenerateDataKey'], [`acs:kms:${DEMO_REGION}:${DEMO_ACCOUNT}:key/${kmsKey}`]);
  const shipped = [CONTAIN_POLICY, DOCTOR_POLICY, LEAVE_POLICY].map((file) => fillPolicy(file, VALUES));
  const policies = [...ADMIN_POLICIES, ...shipped, wrapping];
  for (const role of roles()) demand(role.arn, iam.putRole(role));
  demand(
    'administrator',
    iam.putUser({ ...adminKey, accountId: DEMO_ACCOUNT, name: 'stint-admin', policies }),
  );
}

/** An auditor reads the audit trail and the register of issued keys, and changes nothing. Operators attach the same policy. */
const AUDITOR_POLICY = join(FUNCTIONS, '../clients/cli/ram/auditor-policy.json');

/** Puts the auditor into the local RAM: other people than the administrator, who cannot read what is recorded about them. */
export function seedAuditor(iam: LocalIam, key: KeptKey): void {
  const policies = [fillPolicy(AUDITOR_POLICY, VALUES)];
  demand('auditor', iam.putUser({ ...key, accountId: DEMO_ACCOUNT, name: 'stint-auditor', policies }));
}

/** Puts the partner's user into the local RAM. It has no policy: GetCallerIdentity needs none. */
export function seedPartner(iam: LocalIam, key: KeptKey): void {
  const user = iam.putUser({ ...key, accountId: PARTNER_ACCOUNT, name: PARTNER_USER, policies: [] });
  if (!user.ok) throw new Error(`the demo partner is not valid: ${JSON.stringify(user.error)}`);
}

/** The demo account's only custom policy, for `stint policy fetch`; the system policies are always there. */
const MEDIA_READER = {
  Version: '1',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['oss:GetObject', 'oss:ListObjects'],
      Resource: ['acs:oss:*:*:media', 'acs:oss:*:*:media/*'],
    },
  ],
};

/** Publishes the demo account's custom policy. */
export function seedPolicies(policies: PolicyStore): void {
  const address = { type: 'Custom', name: 'media-reader', accountId: DEMO_ACCOUNT } as const;
  const text = JSON.stringify(MEDIA_READER);
  if (policies.find(address)?.current.text !== text) policies.publish(address, text);
}
