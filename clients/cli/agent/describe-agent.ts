// How programs reach a running agent: the lines that a shell runs before it starts a program, so that the program's SDK asks
// the agent and nothing else, and the same for programs as JSON. They name the file of the secret and not the secret: what is
// printed may end in a log.
import { inShell } from '../../../shared/people/credential-formats.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import { withoutProxyTo } from '../base/use-proxies.ts';

export interface RunningAgent {
  readonly pid: number;
  readonly address: string;
  readonly port: number;
  readonly secretFile: string;
  /** At least one. The first is the one that the lines are for. */
  readonly roles: readonly string[];
  /** Whether the container protocol of AWS is served. */
  readonly aws: boolean;
  /** Where the metadata service of ECS is served, if it is. */
  readonly metadata: { readonly address: string; readonly port: number } | undefined;
}

export const CREDENTIALS_URI = 'ALIBABA_CLOUD_CREDENTIALS_URI';
/** Profiles of the aliyun CLI come before the URI in the SDKs' default chain, and so does the role of the machine. */
export const PROFILE_DISABLED = 'ALIBABA_CLOUD_CLI_PROFILE_DISABLED';
export const METADATA_DISABLED = 'ALIBABA_CLOUD_ECS_METADATA_DISABLED';
/** And so do static keys, and the OIDC token of a pod. */
export const UNSET = [
  'ALIBABA_CLOUD_ACCESS_KEY_ID',
  'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  'ALIBABA_CLOUD_SECURITY_TOKEN',
  'ALIBABA_CLOUD_ROLE_ARN',
  'ALIBABA_CLOUD_OIDC_PROVIDER_ARN',
  'ALIBABA_CLOUD_OIDC_TOKEN_FILE',
];
/** Before the container protocol in the chain of the AWS SDKs. */
const UNSET_FOR_AWS = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_PROFILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
];

export const originOf = ({ address, port }: Pick<RunningAgent, 'address' | 'port'>): string =>
  `http://${address}:${port}`;

/** Percent-encoding leaves nothing that a shell reads in double quotes. */
export const encodeRole = (role: string): string => encodeURIComponent(role).replaceAll('!', '%21');

function awsLines(agent: RunningAgent, role: string): readonly string[] {
  if (!agent.aws) return [];
  return [
    `export AWS_CONTAINER_CREDENTIALS_FULL_URI="${originOf(agent)}/aws/${encodeRole(role)}"`,
    `export AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=${inShell(agent.secretFile)}`,
    `unset ${UNSET_FOR_AWS.join(' ')}`,
  ];
}

/** A proxy cannot reach the agent, and must not see the URI, which holds the secret. */
function proxyLines({ address, metadata }: RunningAgent, env: Terminal['env']): readonly string[] {
  const hosts = [address, ...(metadata ? [metadata.address] : [])];
  return Object.entries(withoutProxyTo(hosts, env)).map(([name, list]) => `export ${name}=${inShell(list)}`);
}

/** For sh, bash and zsh; one statement a line. `env`: of the shell. */
export function environmentLines(agent: RunningAgent, env: Terminal['env']): readonly string[] {
  const [role = ''] = agent.roles;
  const secret = `$(cat ${inShell(agent.secretFile)})`;
  return [
    `export ${CREDENTIALS_URI}="${originOf(agent)}/${secret}/${encodeRole(role)}"`,
    `export ${PROFILE_DISABLED}=true`,
    // The metadata service may be the agent's own.
    agent.metadata ? `unset ${METADATA_DISABLED}` : `export ${METADATA_DISABLED}=true`,
    `unset ${UNSET.join(' ')}`,
    ...awsLines(agent, role),
    ...proxyLines(agent, env),
  ];
}

/** `{secret}` stands for the content of the secret file. */
export function formatAgent({ secretFile, ...agent }: RunningAgent): string {
  const roles = agent.roles.map((role) => ({
    role,
    credentialsUri: `${originOf(agent)}/{secret}/${encodeRole(role)}`,
    ossAuthServerUri: `${originOf(agent)}/{secret}/oss/${encodeRole(role)}`,
    ...(agent.aws ? { containerUri: `${originOf(agent)}/aws/${encodeRole(role)}` } : {}),
  }));
  const metadata = agent.metadata && { metadataUrl: originOf(agent.metadata) };
  return formatJson({ format: 1, pid: agent.pid, secretFile, roles, ...metadata }, 2);
}
