// Which action of which API version a request asks for. V3 names them in signed headers, V2 in parameters.
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { RpcError } from './rpc-error.ts';
import type { RpcRequest } from './rpc-request.ts';

export interface Api<Action extends string> {
  readonly version: string;
  readonly actions: readonly Action[];
}

/** A V3 request is not asked for the parameters. */
export function readAction<Action extends string>(
  { headers, parameters }: RpcRequest,
  { version: offered, actions }: Api<Action>,
): Result<Action, RpcError> {
  const isV3 = headers.has('authorization');
  const named = isV3 ? headers.get('x-acs-action') : parameters.get('Action');
  const version = isV3 ? headers.get('x-acs-version') : parameters.get('Version');
  if (named === undefined || named === '') return err({ code: 'MissingAction' });
  if (version === undefined || version === '') return err({ code: 'MissingVersion' });
  if (version !== offered) return err({ code: 'InvalidVersion' });
  const action = actions.find((known) => known === named);
  return action === undefined ? err({ code: 'InvalidAction.NotFound' }) : ok(action);
}
