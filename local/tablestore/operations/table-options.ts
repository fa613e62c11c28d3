// The options of a table as asked for, checked against the documented ranges.
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome } from '../errors.ts';
import {
  RESERVED_CAPACITY_UNITS_MAX,
  TIME_TO_LIVE_MIN_SECONDS,
  VERSION_DEVIATION_DEFAULT_SECONDS,
} from '../ots-limits.ts';
import type { CapacityUnit, TableOptionsMessage } from '../protocol/messages.ts';
import { NEVER_EXPIRES } from '../row/live-row.ts';
import type { StoredTable, TableOptions } from '../store/table.ts';

export const DEFAULT_OPTIONS: TableOptions = {
  timeToLive: NEVER_EXPIRES,
  maxVersions: 1,
  maxTimeDeviation: VERSION_DEVIATION_DEFAULT_SECONDS,
  allowUpdate: true,
};

export function checkOptions(asked: TableOptionsMessage, before: TableOptions): Outcome<TableOptions> {
  const options: TableOptions = {
    timeToLive: asked.timeToLive ?? before.timeToLive,
    maxVersions: asked.maxVersions ?? before.maxVersions,
    maxTimeDeviation:
      asked.deviationCellVersionInSec === undefined
        ? before.maxTimeDeviation
        : Number(asked.deviationCellVersionInSec),
    allowUpdate: asked.allowUpdate ?? before.allowUpdate,
  };
  if (options.timeToLive !== NEVER_EXPIRES && options.timeToLive < TIME_TO_LIVE_MIN_SECONDS) {
    return invalid(`TimeToLive must be -1 or at least ${TIME_TO_LIVE_MIN_SECONDS} seconds.`);
  }
  if (options.maxVersions < 1) return invalid('MaxVersions must be greater than 0.');
  if (options.maxTimeDeviation < 1) return invalid('DeviationCellVersionInSec must be greater than 0.');
  return ok(options);
}

export function optionsMessage(options: TableOptions): TableOptionsMessage {
  return {
    timeToLive: options.timeToLive,
    maxVersions: options.maxVersions,
    deviationCellVersionInSec: String(options.maxTimeDeviation),
    allowUpdate: options.allowUpdate,
  };
}

export function checkReserved(asked: CapacityUnit): Outcome<StoredTable['reserved']> {
  const { read, write } = asked;
  if (read === undefined || write === undefined) {
    return invalid('Both read and write capacity unit are required to create table.');
  }
  const inRange = [read, write].every((units) => units >= 0 && units <= RESERVED_CAPACITY_UNITS_MAX);
  return inRange ? ok({ read, write }) : invalid('The reserved throughput is out of range.');
}

export function reservedMessage(table: StoredTable) {
  return { capacityUnit: table.reserved, lastIncreaseTime: String(table.reservedSince) };
}
