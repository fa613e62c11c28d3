// The settings of the sweep function.
import * as z from 'zod';
import { COMMON_SETTINGS, parseSettings, type Variables } from '../../shared/config.ts';
import type { LogLevel } from '../../shared/kernel/logger.ts';
import { ok, type Result } from '../../shared/kernel/result.ts';

const { STINT_REGION, STINT_TABLESTORE_ENDPOINT, STINT_TABLESTORE_INSTANCE, STINT_LOG_LEVEL } =
  COMMON_SETTINGS;

export const SweepSettings = z.strictObject({
  STINT_REGION,
  STINT_TABLESTORE_ENDPOINT,
  STINT_TABLESTORE_INSTANCE,
  STINT_LOG_LEVEL,
});

export interface SweepConfig {
  readonly tablestoreEndpoint: string;
  readonly tablestoreInstance: string;
  readonly logLevel: LogLevel;
}

/** Fails with one line for each fault. */
export function parseSweepConfig(environment: Variables): Result<SweepConfig, readonly string[]> {
  const parsed = parseSettings(SweepSettings, environment);
  if (!parsed.ok) return parsed;
  return ok({
    tablestoreEndpoint: parsed.value.STINT_TABLESTORE_ENDPOINT,
    tablestoreInstance: parsed.value.STINT_TABLESTORE_INSTANCE,
    logLevel: parsed.value.STINT_LOG_LEVEL,
  });
}
