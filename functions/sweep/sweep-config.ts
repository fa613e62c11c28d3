// The settings of the sweep function.
import * as z from 'zod';
import { COMMON_SETTINGS, endpoint, hubRoles, parseSettings, type Variables } from '../../shared/config.ts';
import { hubRolesOf } from '../../shared/kernel/hub-roles.ts';
import type { LogLevel } from '../../shared/kernel/logger.ts';
import { type RoleArn, RoleId } from '../../shared/kernel/names.ts';
import { ok, type Result } from '../../shared/kernel/result.ts';
import { ACCOUNT_ID } from '../../shared/rules/values/ram-member.ts';

const {
  STINT_PUBLIC_URL,
  STINT_AUDIENCE,
  STINT_REGION,
  STINT_TABLESTORE_ENDPOINT,
  STINT_TABLESTORE_INSTANCE,
  STINT_LOG_LEVEL,
} = COMMON_SETTINGS;

export const SweepSettings = z.strictObject({
  STINT_PUBLIC_URL,
  STINT_AUDIENCE,
  STINT_REGION,
  STINT_TABLESTORE_ENDPOINT,
  STINT_TABLESTORE_INSTANCE,
  STINT_LOG_LEVEL,
  STINT_ACCOUNT_ID: z
    .string()
    .regex(ACCOUNT_ID, 'must be the digits of an account id')
    .describe('The id of the Alibaba Cloud account, whose roles `sweep` looks at.'),
  STINT_RAM_ENDPOINT: endpoint
    .default('https://ram.aliyuncs.com')
    .describe('The endpoint of RAM, which `sweep` asks about roles and policies.'),
  STINT_STS_ENDPOINT: endpoint
    .optional()
    .describe('The endpoint of STS, as `vend` has it: the probe proves who it is there.'),
  STINT_HUB_ROLES: hubRoles,
  STINT_PROBE_ROLE: RoleId.optional().describe(
    'The id of the role that the probe must get: docs/operations.md#the-probe. Unset: no probe.',
  ),
});

export interface SweepConfig {
  readonly publicUrl: string;
  readonly audience: string;
  readonly region: string;
  readonly accountId: string;
  readonly tablestoreEndpoint: string;
  readonly tablestoreInstance: string;
  readonly ramEndpoint: string;
  readonly stsEndpoint: string;
  readonly hubRoles: readonly RoleArn[];
  readonly probeRole: string | undefined;
  readonly logLevel: LogLevel;
}

/** Fails with one line for each fault. */
export function parseSweepConfig(environment: Variables): Result<SweepConfig, readonly string[]> {
  const parsed = parseSettings(SweepSettings, environment);
  if (!parsed.ok) return parsed;
  const settings = parsed.value;
  return ok({
    publicUrl: settings.STINT_PUBLIC_URL,
    audience: settings.STINT_AUDIENCE ?? settings.STINT_PUBLIC_URL,
    region: settings.STINT_REGION,
    accountId: settings.STINT_ACCOUNT_ID,
    tablestoreEndpoint: settings.STINT_TABLESTORE_ENDPOINT,
    tablestoreInstance: settings.STINT_TABLESTORE_INSTANCE,
    ramEndpoint: settings.STINT_RAM_ENDPOINT,
    stsEndpoint: settings.STINT_STS_ENDPOINT ?? `https://sts.${settings.STINT_REGION}.aliyuncs.com`,
    hubRoles: hubRolesOf(settings.STINT_HUB_ROLES),
    probeRole: settings.STINT_PROBE_ROLE,
    logLevel: settings.STINT_LOG_LEVEL,
  });
}
