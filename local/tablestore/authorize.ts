// Checks that a caller may do an operation on the tables of a request. One refused table refuses the whole request.
import { ok } from '../../shared/kernel/result.ts';
import type { ConditionContext } from '../../shared/ram/evaluate.ts';
import type { CloudCaller } from '../iam/identity.ts';
import { type Outcome, refuse } from './errors.ts';
import type { OtsOperation, RequestByOperation } from './protocol/messages.ts';

export interface InstanceLocation {
  readonly region: string;
  readonly instance: string;
}

/** OTSNoPermissionAccess unless the caller may do the operation on every table. */
export function authorize(
  caller: CloudCaller,
  operation: OtsOperation,
  tables: readonly string[],
  at: InstanceLocation,
  context: ConditionContext,
): Outcome<undefined> {
  const action = `ots:${operation}`;
  const prefix = `acs:ots:${at.region}:${caller.accountId}:instance/${at.instance.toLowerCase()}/table/`;
  const permitted = tables.every((table) => caller.may(action, prefix + table, context));
  if (permitted) return ok(undefined);
  return refuse(
    'OTSNoPermissionAccess',
    'You have no permission to access the requested resource, please contact the resource owner.',
  );
}

/** The tables that a request names; `*` where it concerns all of them. */
export function tablesOf<O extends OtsOperation>(request: RequestByOperation[O]): readonly string[] {
  if ('tableName' in request && typeof request.tableName === 'string') return [request.tableName];
  if ('tableMeta' in request) return [request.tableMeta.tableName];
  if ('tables' in request && Array.isArray(request.tables)) {
    return [...new Set(request.tables.map((table: { readonly tableName: string }) => table.tableName))];
  }
  return ['*'];
}
