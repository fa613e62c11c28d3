// The configuration, parsed once from the environment. Every fault is reported; with any fault Stint does not start.
// The settings of login alone are in its folder. docs/settings.md is generated from these schemas and their descriptions.
import * as z from 'zod';
import { isEndpointUrl } from './kernel/endpoint-url.ts';
import { HUB_ROLES_HELP, hubRolesOf, parseHubRoles } from './kernel/hub-roles.ts';
import type { RoleArn } from './kernel/names.ts';
import { err, ok, type Result } from './kernel/result.ts';

export const endpoint = z
  .string()
  .refine(isEndpointUrl, 'must be an https URL (http is accepted for a loopback address only)');

const headerName = z.string().regex(/^[a-z0-9-]{1,64}$/, 'must be a header name in lower case');

/** Two, while a gateway's secret is being changed. */
const PROOF_HASHES = /^[0-9a-f]{64}(?:,[0-9a-f]{64})?$/;

/** Alibaba Cloud's receivers answer at port 80 of names that only its own network reaches. */
const INTERNAL_HOST = /^[a-z0-9-]+-internal\.aliyuncs\.com$/;

const isTraceReceiver = (text: string): boolean =>
  isEndpointUrl(text) ||
  (URL.canParse(text) && new URL(text).protocol === 'http:' && INTERNAL_HOST.test(new URL(text).host));

/** Of `vend` and `sweep`. */
export const hubRoles = z
  .string()
  .refine((text) => parseHubRoles(text) !== undefined, HUB_ROLES_HELP)
  .optional()
  .describe(
    'RAM roles of further accounts from which AssumeRole is called, to share out its quota: ARNs with commas between them, 10 at most. Unset: it is called from the own account alone. docs/hub-accounts.md.',
  );

/** Setting this makes every AssumeRole carry a SourceIdentity; some accounts need a permission of their own for it. */
const SWITCH = z.enum(['on', 'off']);

/** The settings of `vend` and `login`. `sweep` takes those that it needs. */
export const COMMON_SETTINGS = {
  STINT_PUBLIC_URL: endpoint.describe('The URL at which callers and browsers reach the deployment.'),
  STINT_AUDIENCE: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe(
      'The value that `aud` of a token must have, unless its provider lists `audiences`. Unset: the public URL.',
    ),
  STINT_REGION: z
    .string()
    .regex(/^[a-z]{2,}-[a-z0-9-]+$/, 'must be a region id such as cn-hangzhou')
    .describe('The id of the region, such as `cn-hangzhou`; it is also in the settings that people copy.'),
  STINT_TABLESTORE_ENDPOINT: endpoint.describe('The endpoint of the Tablestore instance.'),
  STINT_TABLESTORE_INSTANCE: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{1,15}$/, 'must be a Tablestore instance name')
    .describe('The name of the Tablestore instance.'),
  STINT_CLIENT_IP_HEADER: headerName
    .optional()
    .describe(
      'The header in which your gateway sends the address of the caller, in lower case. Unset: the address is unknown.',
    ),
  STINT_CLIENT_CERTIFICATE_HEADER: headerName
    .optional()
    .describe(
      'The header in which your gateway sends the certificate of the client, in lower case: docs/certificates.md. Only `vend` uses this one and the two below; `login` ignores them.',
    ),
  STINT_GATEWAY_PROOF_HEADER: headerName
    .default('stint-gateway-proof')
    .describe('The header in which your gateway sends its secret, in lower case.'),
  STINT_GATEWAY_PROOF_SHA256: z
    .string()
    .regex(PROOF_HASHES, 'must be one SHA-256 in hexadecimal digits, or two with a comma between them')
    .optional()
    .describe(
      'SHA-256 of that secret in hexadecimal digits; two with a comma between them while the secret is being changed. Certificates are ignored unless this and `STINT_CLIENT_CERTIFICATE_HEADER` are set.',
    ),
  STINT_LOG_LEVEL: z
    .enum(['error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('The lowest level that is logged: `error`, `warn`, `info` or `debug`.'),
  STINT_TRACES_ENDPOINT: z
    .string()
    .refine(
      isTraceReceiver,
      'must be an https URL (http is accepted for a loopback address and for …-internal.aliyuncs.com)',
    )
    .optional()
    .describe(
      'Where traces are sent by OTLP/HTTP, with the path: docs/operations.md#traces. It may hold a token, so `npm run preview` shows none of it. Unset: nothing is traced.',
    ),
};

export const VendSettings = z.strictObject({
  ...COMMON_SETTINGS,
  STINT_STS_ENDPOINT: endpoint
    .optional()
    .describe('The endpoint of STS. Unset: `https://sts.<region>.aliyuncs.com`.'),
  STINT_HUB_ROLES: hubRoles,
  STINT_SOURCE_IDENTITY: SWITCH.default('off').describe(
    '`on` sends a SourceIdentity with every AssumeRole: docs/deploy.md#what-only-the-live-service-can-answer.',
  ),
});

/** A gateway in front that terminates TLS and shows its clients' certificates. */
export interface Gateway {
  readonly certificateHeader: string;
  readonly proofHeader: string;
  readonly proofHashes: readonly string[];
}

export interface Config {
  readonly publicUrl: string;
  /** What a token's `aud` must hold, unless its provider says otherwise. */
  readonly audience: string;
  readonly region: string;
  readonly stsEndpoint: string;
  /** Empty: AssumeRole is called from the own account alone. */
  readonly hubRoles: readonly RoleArn[];
  readonly tablestoreEndpoint: string;
  readonly tablestoreInstance: string;
  readonly clientIpHeader: string | undefined;
  readonly gateway: Gateway | undefined;
  readonly sourceIdentity: boolean;
  /** Undefined: nothing is traced. */
  readonly tracesEndpoint: string | undefined;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
}

export type Variables = Readonly<Record<string, string | undefined>>;

/** An empty variable is an unset one: s.yaml writes optional settings as ''. */
function ownVariables(environment: Variables): Record<string, string> {
  const own = Object.entries(environment).filter(([name, value]) => name.startsWith('STINT_') && value);
  return Object.fromEntries(own.map(([name, value]) => [name, value ?? '']));
}

/** With one of the two settings the gateway could not be told from other clients: undefined as with none of them. */
function gatewayOf(settings: z.output<typeof VendSettings>): Gateway | undefined {
  const certificateHeader = settings.STINT_CLIENT_CERTIFICATE_HEADER;
  const hashes = settings.STINT_GATEWAY_PROOF_SHA256;
  if (certificateHeader === undefined || hashes === undefined) return undefined;
  const proofHeader = settings.STINT_GATEWAY_PROOF_HEADER;
  return { certificateHeader, proofHeader, proofHashes: hashes.split(',') };
}

/** A misspelt STINT_ variable is a fault: it would leave a setting at its default unnoticed. */
export function parseSettings<T>(schema: z.ZodType<T>, environment: Variables): Result<T, readonly string[]> {
  const parsed = schema.safeParse(ownVariables(environment));
  return parsed.success ? ok(parsed.data) : err(parsed.error.issues.map(describe));
}

export function parseConfig(environment: Variables): Result<Config, readonly string[]> {
  const parsed = parseSettings(VendSettings, environment);
  if (!parsed.ok) return parsed;
  const settings = parsed.value;
  return ok({
    publicUrl: settings.STINT_PUBLIC_URL,
    audience: settings.STINT_AUDIENCE ?? settings.STINT_PUBLIC_URL,
    region: settings.STINT_REGION,
    stsEndpoint: settings.STINT_STS_ENDPOINT ?? `https://sts.${settings.STINT_REGION}.aliyuncs.com`,
    hubRoles: hubRolesOf(settings.STINT_HUB_ROLES),
    tablestoreEndpoint: settings.STINT_TABLESTORE_ENDPOINT,
    tablestoreInstance: settings.STINT_TABLESTORE_INSTANCE,
    clientIpHeader: settings.STINT_CLIENT_IP_HEADER,
    gateway: gatewayOf(settings),
    sourceIdentity: settings.STINT_SOURCE_IDENTITY === 'on',
    tracesEndpoint: settings.STINT_TRACES_ENDPOINT,
    logLevel: settings.STINT_LOG_LEVEL,
  });
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')}: no such setting`;
  const name = String(issue.path[0]);
  return issue.code === 'invalid_type' ? `${name}: must be set` : `${name}: ${issue.message}`;
}
