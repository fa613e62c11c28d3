// The environment of a program that `stint exec` starts: the role's credentials under the names that stock tools read, and
// nothing by which the program could be someone else. What the parent has of credentials, profiles and proofs is removed, and
// sources that would come before or after the role's are switched off.
import { METADATA_DISABLED, PROFILE_DISABLED, UNSET } from '../agent/describe-agent.ts';
import type { Terminal } from '../base/terminal.ts';
import type { VendedCredentials } from '../credentials/take-credentials.ts';
import { PROOF_VARIABLES } from '../proof/find-proof.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Of the SDKs and the aliyun CLI; of Terraform's provider before 1.228; of the OSS SDKs v2 and ossutil 2. */
const KEY_NAMES = {
  accessKeyId: ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALICLOUD_ACCESS_KEY', 'OSS_ACCESS_KEY_ID'],
  accessKeySecret: ['ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'ALICLOUD_SECRET_KEY', 'OSS_ACCESS_KEY_SECRET'],
  securityToken: ['ALIBABA_CLOUD_SECURITY_TOKEN', 'ALICLOUD_SECURITY_TOKEN', 'OSS_SESSION_TOKEN'],
} as const;

/** The aliyun CLI reads a profile before the environment, unless this is TRUE. */
const IGNORE_PROFILE = 'ALIBABA_CLOUD_IGNORE_PROFILE';

/** Other names for keys, and for what leads to keys: profiles, files, roles to assume. */
const OTHER_SOURCES = [
  ...['ALIBABACLOUD', 'ALICLOUD', 'ALIYUN'].flatMap((vendor) => [
    `${vendor}_ACCESS_KEY_ID`,
    `${vendor}_ACCESS_KEY_SECRET`,
    `${vendor}_SECURITY_TOKEN`,
    `${vendor}_PROFILE`,
  ]),
  'ACCESS_KEY_ID',
  'ACCESS_KEY_SECRET',
  'SECURITY_TOKEN',
  'ALIBABA_CLOUD_BEARER_TOKEN',
  'ALIBABA_CLOUD_CMS_ACCESS_KEY_ID',
  'ALIBABA_CLOUD_CMS_ACCESS_KEY_SECRET',
  'ALIBABA_CLOUD_PROFILE',
  'ALIBABA_CLOUD_PROFILE_MODE',
  'ALIBABA_CLOUD_CREDENTIALS_FILE',
  'ALIBABA_CLOUD_CREDENTIALS_URI',
  'ALIBABA_CLOUD_ROLE_SESSION_NAME',
  'ALIBABA_CLOUD_ECS_METADATA',
  'ALIBABACLOUD_IGNORE_PROFILE',
  'ALICLOUD_SHARED_CREDENTIALS_FILE',
  'ALICLOUD_CREDENTIALS_URI',
  'ALICLOUD_ECS_ROLE_NAME',
  'ALICLOUD_ASSUME_ROLE_ARN',
  'ALICLOUD_ASSUME_ROLE_SESSION_NAME',
];

const REMOVED: ReadonlySet<string> = new Set([
  ...Object.values(KEY_NAMES).flat(),
  ...UNSET,
  ...OTHER_SOURCES,
  ...PROOF_VARIABLES,
]);

const SWITCHES = { [PROFILE_DISABLED]: 'true', [METADATA_DISABLED]: 'true', [IGNORE_PROFILE]: 'TRUE' };

/** For programs that end before the credentials do. */
export function keyVariables(vended: VendedCredentials): Variables {
  const { accessKeyId, accessKeySecret, securityToken } = vended;
  const values = { accessKeyId, accessKeySecret, securityToken };
  const named = (kind: keyof typeof KEY_NAMES): readonly (readonly [string, string])[] =>
    KEY_NAMES[kind].map((name) => [name, values[kind]]);
  return Object.fromEntries([
    ...named('accessKeyId'),
    ...named('accessKeySecret'),
    ...named('securityToken'),
  ]);
}

/** `own`: the variables of the role. Windows does not tell the case of names apart, so no case counts here. */
export function childEnvironment(parent: Terminal['env'], own: Variables): Variables {
  const kept = Object.entries(parent).filter(([name]) => {
    const upper = name.toUpperCase();
    return !REMOVED.has(upper) && !Object.hasOwn(SWITCHES, upper);
  });
  return { ...Object.fromEntries(kept), ...SWITCHES, ...own };
}
