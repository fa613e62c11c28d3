// The connection in the address of a route, by the rules in force.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { Connection, SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';

type ConnectionOf<Kind extends Connection['kind']> = Extract<Connection, { kind: Kind }>;

export interface FoundConnection<Kind extends Connection['kind']> {
  readonly connection: ConnectionOf<Kind>;
  readonly signOn: SignOnInForce;
}

/**
 * Fails with `not_found`, in the same way for a connection that does not exist and one of another kind, or with
 * `store_unavailable`.
 */
export async function findConnection<Kind extends Connection['kind']>(
  c: LoginContext,
  kind: Kind,
  deps: LoginDeps,
): Promise<Result<FoundConnection<Kind>, SignOnFailure>> {
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok) return signOn;
  const id = c.req.param('connection') ?? '';
  const isWanted = (one: Connection): one is ConnectionOf<Kind> => one.kind === kind && one.id === id;
  const connection = signOn.value.connections.find(isWanted);
  return connection
    ? ok({ connection, signOn: signOn.value })
    : err({ code: 'not_found', reason: 'connection-unknown' });
}

/** A handler that answers with the page of the failure if there is no such connection. */
export const atConnection =
  <Kind extends Connection['kind']>(
    kind: Kind,
    deps: LoginDeps,
    handle: (c: LoginContext, found: FoundConnection<Kind>) => Response | Promise<Response>,
  ) =>
  async (c: LoginContext) => {
    const found = await findConnection(c, kind, deps);
    return found.ok ? handle(c, found.value) : failurePage(c, found.error, deps);
  };
