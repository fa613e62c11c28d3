// The caller proof of `stint caller-proof`: which access key signs it, for which service.
import { resolve } from 'node:path';
import * as z from 'zod';
import { parseEndpointUrl } from '../../../shared/kernel/endpoint-url.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { signCallerProof } from '../../../shared/pipeline/authenticate/aliyun/sign-caller-proof.ts';
import { readEnvFile } from '../base/cloud-settings.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';

const text = z.string().min(1);
/** An empty variable counts as unset. */
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
type CallerVariables = z.infer<typeof CallerVariables>;

export interface CallerOptions {
  readonly env?: string;
  readonly audience?: string;
  readonly sts?: string;
}

const HOW_TO_SET: Readonly<Record<string, string>> = {
  STINT_AUDIENCE: 'give --audience, or set STINT_AUDIENCE: the audience of the Stint service',
  STINT_STS_ENDPOINT:
    'give --sts, or set STINT_STS_ENDPOINT: the https URL of the STS that the Stint service asks',
};

/** The proof at the time `now`. Fails when a setting is missing or malformed. */
export function makeCallerProof(
  options: CallerOptions,
  terminal: Terminal,
  now: Date,
): Result<string, CommandFault> {
  const variables = readCallerVariables(options, terminal);
  return variables.ok ? ok(signProof(variables.value, now)) : variables;
}

/**
 * From the options, and the environment or the file of `--env`. Other commands fall back on the administrator's key of the
 * local cloud; this one does not, since the proof would name the administrator as the caller.
 */
function readCallerVariables(
  { env: envFile, audience, sts }: CallerOptions,
  { env, folder }: Terminal,
): Result<CallerVariables, CommandFault> {
  const environment = envFile === undefined ? ok(env) : readEnvFile(resolve(folder, envFile));
  if (!environment.ok) return environment;
  const parsed = CallerVariables.safeParse({
    ...environment.value,
    ...(audience === undefined ? {} : { STINT_AUDIENCE: audience }),
    ...(sts === undefined ? {} : { STINT_STS_ENDPOINT: sts }),
  });
  if (parsed.success) return ok(parsed.data);
  const names = parsed.error.issues.map(({ path }) => path.join());
  return wrongUsage(names.map((name) => HOW_TO_SET[name] ?? `set ${name}`).join('\n'));
}

const signProof = (variables: CallerVariables, now: Date): string =>
  signCallerProof(
    { audience: variables.STINT_AUDIENCE, stsEndpoint: variables.STINT_STS_ENDPOINT },
    {
      accessKeyId: variables.ALIBABA_CLOUD_ACCESS_KEY_ID,
      accessKeySecret: variables.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
      securityToken: variables.ALIBABA_CLOUD_SECURITY_TOKEN,
    },
    now,
  );
