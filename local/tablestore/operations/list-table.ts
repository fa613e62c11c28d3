// ListTable: names only, in order.
import { ok } from '../../../shared/kernel/result.ts';
import type { Outcome } from '../errors.ts';
import type { ResponseMessage } from '../protocol/messages.ts';
import type { RunContext } from './run-context.ts';

export async function listTable({ store }: RunContext): Promise<Outcome<ResponseMessage>> {
  return ok({ tableNames: store.tableNames() });
}
