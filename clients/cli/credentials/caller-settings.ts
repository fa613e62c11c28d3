// Whose key signs a caller's proof, and for which service: from the environment, or from the file of --env alone.
import { resolve } from 'node:path';
import * as z from 'zod';
import { parseEndpointUrl } from '../../../shared/kernel/endpoint-url.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { readEnvFile } from '../base/read-env-file.ts';
import type { Terminal } from '../base/terminal.ts';

const text = z.string().min(1);
/** An empty variable is an unset one. */
const optionalText = z.string().transform((value) => (value === '' ? undefined : value));

/** docs/settings.md is generated from this. */
export const CallerVariables = z.object({
  STINT_AUDIENCE: text.describe('The audience of the Stint deployment; `--audience` comes first.'),
  STINT_STS_ENDPOINT: z
    .string()
    .refine((value) => parseEndpointUrl(value) !== undefined)
    .describe('The endpoint of the STS that the deployment asks; `--sts` comes first.'),
  ALIBABA_CLOUD_ACCESS_KEY_ID: text.describe('The access key id of the caller.'),
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: text.describe('Secret. The access key secret.'),
  ALIBABA_CLOUD_SECURITY_TOKEN: optionalText
    .optional()
    .describe('Secret. The security token of temporary keys.'),
});

export interface CallerSettings {
  readonly audience: string;
  readonly stsHost: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string | undefined;
}

export interface CallerOptions {
  readonly env?: string;
  readonly audience?: string;
  readonly sts?: string;
}

const HOW: Readonly<Record<string, string>> = {
  STINT_AUDIENCE: 'give --audience, or set STINT_AUDIENCE: the audience of the Stint service',
  STINT_STS_ENDPOINT:
    'give --sts, or set STINT_STS_ENDPOINT: the https URL of the STS that the Stint service asks',
};

/** Never the administrator's key of the local cloud, which other commands fall back on: a proof says who one is. */
export function readCallerSettings(
  options: CallerOptions,
  { env, folder }: Terminal,
): Result<CallerSettings, string> {
  const environment = options.env === undefined ? ok(env) : readEnvFile(resolve(folder, options.env));
  if (!environment.ok) return environment;
  const { audience, sts } = options;
  const parsed = CallerVariables.safeParse({
    ...environment.value,
    ...(audience === undefined ? {} : { STINT_AUDIENCE: audience }),
    ...(sts === undefined ? {} : { STINT_STS_ENDPOINT: sts }),
  });
  if (!parsed.success) {
    const names = parsed.error.issues.map(({ path }) => path.join());
    return err(names.map((name) => HOW[name] ?? `set ${name}`).join('\n'));
  }
  const variables = parsed.data;
  return ok({
    audience: variables.STINT_AUDIENCE,
    stsHost: new URL(variables.STINT_STS_ENDPOINT).host,
    accessKeyId: variables.ALIBABA_CLOUD_ACCESS_KEY_ID,
    accessKeySecret: variables.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
    securityToken: variables.ALIBABA_CLOUD_SECURITY_TOKEN,
  });
}
