// Vended credentials in the formats that people paste. The result contains secrets as text: use it only for the portal's
// credentials page and the standard output of `stint credentials`.
import { formatWholeSeconds } from '../kernel/whole-seconds.ts';

export const CREDENTIAL_FORMATS = ['shell', 'powershell', 'env', 'json', 'aliyun'] as const;
export type CredentialFormat = (typeof CREDENTIAL_FORMATS)[number];

export interface ShownCredentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  readonly expiration: string;
}

/** POSIX shell, 2.2.2: in single quotes, only the single quote itself is special. */
export const inShell = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
/** PowerShell, about_Quoting_Rules: a single quote is doubled. Typographic single quotes count as single quotes. */
const inPowerShell = (text: string): string => `'${text.replaceAll(/['\u2018-\u201b]/g, '$&$&')}'`;
/** Docker's --env-file makes quotes part of the value, so the values that STS sends have none. */
const inDotenv = (text: string): string => (/^[\w+/=.:-]*$/.test(text) ? text : inShell(text));

/** The names that every Alibaba Cloud SDK reads. */
const variables = ({ accessKeyId, accessKeySecret, securityToken }: ShownCredentials) =>
  Object.entries({
    ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret,
    ALIBABA_CLOUD_SECURITY_TOKEN: securityToken,
  });

const lines = (shown: ShownCredentials, line: (name: string, value: string) => string): string =>
  variables(shown)
    .map(([name, value]) => line(name, value))
    .join('\n');

function asJson({ accessKeyId, accessKeySecret, securityToken, expiration }: ShownCredentials): string {
  const body = {
    AccessKeyId: accessKeyId,
    AccessKeySecret: accessKeySecret,
    SecurityToken: securityToken,
    Expiration: formatWholeSeconds(new Date(expiration)),
  };
  return JSON.stringify(body, null, 2);
}

/** Alibaba Cloud CLI, "Configure credentials": mode StsToken, without prompts. */
function asAliyunProfile(shown: ShownCredentials, role: string, region: string): string {
  const settings = [
    `--profile ${inShell(`stint-${role}`)}`,
    '--mode StsToken',
    `--region ${inShell(region)}`,
    `--access-key-id ${inShell(shown.accessKeyId)}`,
    `--access-key-secret ${inShell(shown.accessKeySecret)}`,
    `--sts-token ${inShell(shown.securityToken)}`,
  ];
  return ['aliyun configure set', ...settings].join(' \\\n  ');
}

export function formatCredentials(
  shown: ShownCredentials,
  { role, region }: { readonly role: string; readonly region: string },
): Readonly<Record<CredentialFormat, string>> {
  return {
    shell: lines(shown, (name, value) => `export ${name}=${inShell(value)}`),
    powershell: lines(shown, (name, value) => `$Env:${name} = ${inPowerShell(value)}`),
    env: lines(shown, (name, value) => `${name}=${inDotenv(value)}`),
    json: asJson(shown),
    aliyun: asAliyunProfile(shown, role, region),
  };
}
