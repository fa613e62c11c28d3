// The settings of the login function. A fault names its setting and never quotes the value, because some are secrets.
import * as z from 'zod';
import {
  COMMON_SETTINGS,
  type Config,
  endpoint,
  parseSettings,
  type Variables,
} from '../../shared/config.ts';
import { KmsKey } from '../../shared/kernel/names.ts';
import { readJson } from '../../shared/kernel/read-json.ts';
import { ok, type Result } from '../../shared/kernel/result.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { ClientSecrets } from './keys/client-secrets.ts';
import { SamlJwks } from './keys/saml-key-set.ts';
import { SessionJwks } from './keys/session-key-set.ts';

const SESSION_KEYS_HELP =
  'must be a JSON list of private EC P-256 JWKs with kid; stint session-keys new makes one';

const SAML_KEYS_HELP =
  'must be a JSON list of private RSA keys of 2048 to 4096 bits with kty, e, p and q; stint saml-keys new makes one';

const SECRETS_HELP =
  'must be a JSON object of connection ids, each with a client secret of 1 to 512 characters, on one line';

/** A fault says what a valid value looks like, and nothing about this value. */
const secretJson = <Value>(kind: z.ZodType<Value>, help: string) =>
  z.string().transform((text, context) => {
    const value = readJson(kind, text);
    if (value !== undefined) return new Secret(value);
    context.addIssue({ code: 'custom', message: help });
    return z.NEVER;
  });

const isOrigin = (url: string): boolean => {
  const { origin, href } = URL.canParse(url) ? new URL(url) : { origin: '', href: url };
  return href === `${origin}/`;
};

const hostOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).hostname : undefined);

/** Cookies do not tell ports apart (RFC 6265 section 8.5), so another port of the portal's host is not enough. */
const hasOwnHost = ({ STINT_PUBLIC_URL, STINT_CLOUDSSO_URL }: Partial<Record<string, unknown>>): boolean =>
  STINT_CLOUDSSO_URL === undefined || hostOf(String(STINT_CLOUDSSO_URL)) !== hostOf(String(STINT_PUBLIC_URL));

export const LoginSettings = z.strictObject({
  ...COMMON_SETTINGS,
  STINT_SESSION_KEYS: secretJson(SessionJwks, SESSION_KEYS_HELP)
    .optional()
    .describe(
      'Secret. The private keys that sign session tokens, as JSON. Unset: `login` makes, keeps and changes them itself: docs/sign-on.md#session-keys.',
    ),
  STINT_SAML_KEYS: secretJson(SamlJwks, SAML_KEYS_HELP)
    .optional()
    .describe(
      'Secret. The private keys that sign SAML requests and logouts, as JSON. Unset: `login` makes and keeps one where a connection needs it: docs/saml.md#stints-own-key.',
    ),
  STINT_SIGN_ON_SECRETS: secretJson(ClientSecrets, SECRETS_HELP)
    .optional()
    .describe(
      'Secret. The client secret of each connection, as JSON. It takes precedence over table `client_secrets`: docs/sign-on.md#client-secrets.',
    ),
  STINT_KMS_KEY: KmsKey.optional().describe(
    'The id or ARN of the KMS key that wraps the keys and client secrets in the tables of `login`: docs/sign-on.md#a-kms-key. Unset: the tables hold them unwrapped.',
  ),
  STINT_KMS_ENDPOINT: endpoint
    .optional()
    .describe('The endpoint of KMS. Unset: `https://kms.<region>.aliyuncs.com`.'),
  STINT_CLOUDSSO_URL: endpoint
    .refine(isOrigin, 'must have no path and no query')
    .transform((url) => new URL(url).origin)
    .optional()
    .describe(
      'The origin of the CloudSSO dialect, on a host of its own: docs/cloudsso.md. Unset: Stint does not speak it.',
    ),
  STINT_VEND_URL: endpoint
    .optional()
    .describe('The URL at which `login` reaches `vend`. Unset: the public URL.'),
  STINT_SIGNIN_ENDPOINT: endpoint
    .default('https://signin.aliyun.com/federation')
    .describe('Where credentials of STS become a sign-in token: docs/portal.md#console-sign-in.'),
  STINT_CONSOLE_URL: endpoint
    .default('https://homenew.console.aliyun.com/')
    .describe(
      'The page of the console that a sign-in leads to. Alibaba Cloud accepts only pages of its own.',
    ),
});

type Common =
  | 'publicUrl'
  | 'region'
  | 'audience'
  | 'tablestoreEndpoint'
  | 'tablestoreInstance'
  | 'clientIpHeader'
  | 'tracesEndpoint'
  | 'logLevel';

export interface LoginConfig extends Pick<Config, Common> {
  /** The origin of the CloudSSO dialect. Undefined: Stint does not speak it. */
  readonly cloudSsoUrl: string | undefined;
  /** Undefined: login keeps its own. */
  readonly sessionKeys: Secret<SessionJwks> | undefined;
  /** Undefined: login keeps its own. */
  readonly samlKeys: Secret<SamlJwks> | undefined;
  readonly signOnSecrets: ClientSecrets;
  /** Undefined: keys and client secrets stand unwrapped in their tables. */
  readonly kms: { readonly keyId: string; readonly endpoint: string } | undefined;
  /** The URL of vend: the public URL, unless a shorter way is configured. */
  readonly vendUrl: string;
  /** GetSigninToken and Login: Alibaba Cloud's sign-in for STS credentials. */
  readonly signinEndpoint: string;
  /** The page of the console that a sign-in leads to. */
  readonly consoleUrl: string;
}

/** Fails with one line for each fault. */
export function parseLoginConfig(environment: Variables): Result<LoginConfig, readonly string[]> {
  const settingsOfLogin = LoginSettings.refine(hasOwnHost, {
    path: ['STINT_CLOUDSSO_URL'],
    message: 'must have another host than STINT_PUBLIC_URL',
  });
  const parsed = parseSettings(settingsOfLogin, environment);
  if (!parsed.ok) return parsed;
  const settings = parsed.value;
  const publicUrl = settings.STINT_PUBLIC_URL.replace(/\/$/, '');
  return ok({
    publicUrl,
    audience: settings.STINT_AUDIENCE ?? settings.STINT_PUBLIC_URL,
    tablestoreEndpoint: settings.STINT_TABLESTORE_ENDPOINT,
    tablestoreInstance: settings.STINT_TABLESTORE_INSTANCE,
    clientIpHeader: settings.STINT_CLIENT_IP_HEADER,
    tracesEndpoint: settings.STINT_TRACES_ENDPOINT,
    logLevel: settings.STINT_LOG_LEVEL,
    cloudSsoUrl: settings.STINT_CLOUDSSO_URL,
    sessionKeys: settings.STINT_SESSION_KEYS,
    samlKeys: settings.STINT_SAML_KEYS,
    signOnSecrets: settings.STINT_SIGN_ON_SECRETS?.reveal() ?? new Map(),
    kms:
      settings.STINT_KMS_KEY === undefined
        ? undefined
        : {
            keyId: settings.STINT_KMS_KEY,
            endpoint: settings.STINT_KMS_ENDPOINT ?? `https://kms.${settings.STINT_REGION}.aliyuncs.com`,
          },
    vendUrl: settings.STINT_VEND_URL ?? publicUrl,
    region: settings.STINT_REGION,
    signinEndpoint: settings.STINT_SIGNIN_ENDPOINT,
    consoleUrl: settings.STINT_CONSOLE_URL,
  });
}
