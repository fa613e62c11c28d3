// Sealed state in a cookie of the browser that is sent to an identity provider: only the browser that started can finish
// (login CSRF), and only once.
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import * as z from 'zod';
import { onceKey } from '../../../shared/kernel/consume-once.ts';
import { ConnectionId } from '../../../shared/kernel/names.ts';
import type { Result } from '../../../shared/kernel/result.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { consumeState, openState, type SingleUse, sealState } from '../keys/sealed-state.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';

export interface StateCookie<State> {
  readonly name: string;
  /** `None` if the browser comes back by a POST of another site: browsers send no other cookie with that. */
  readonly sameSite: 'Lax' | 'None';
  readonly seconds: number;
  readonly kind: z.ZodType<State>;
}

const attributesOf = ({ sameSite }: Pick<StateCookie<unknown>, 'sameSite'>) =>
  ({ prefix: 'host', path: '/', secure: true, httpOnly: true, sameSite }) as const;

export async function writeState<State extends Readonly<Record<string, string>>>(
  c: LoginContext,
  cookie: StateCookie<State>,
  state: State,
  { tokens }: LoginDeps,
): Promise<void> {
  const sealed = await sealState(state, c.get('now'), tokens.keys, cookie.seconds);
  setCookie(c, cookie.name, sealed, { ...attributesOf(cookie), maxAge: cookie.seconds });
}

/** Undefined if there is none, or none that `openState` opens. Leaves the cookie as it is. */
export function readState<State>(
  c: LoginContext,
  { name, kind }: StateCookie<State>,
  { tokens }: LoginDeps,
): Promise<State | undefined> {
  return openState(kind, getCookie(c, name, 'host') ?? '', c.get('now'), tokens.keys);
}

export function clearState(c: LoginContext, cookie: StateCookie<unknown>): void {
  deleteCookie(c, cookie.name, attributesOf(cookie));
}

/** Deletes the cookie and consumes its state; fails as `consumeState` does. */
export function consumeStateCookie<State>(
  c: LoginContext,
  cookie: StateCookie<State>,
  use: Pick<SingleUse<State>, 'isExpected' | 'keyOf'>,
  deps: LoginDeps,
): Promise<Result<State, SignOnFailure>> {
  const sealed = getCookie(c, cookie.name, 'host');
  clearState(c, cookie);
  const { kind, seconds } = cookie;
  return consumeState(sealed, { kind, seconds, ...use }, c.get('now'), deps);
}

/** What every state of a sign-on has; each kind of connection adds the values that the answer is checked with. */
export const SIGN_ON_STATE = { connection: ConnectionId, state: z.string(), returnTo: z.string() };

interface SignOnState {
  readonly connection: ConnectionId;
  readonly state: string;
}

/** `expected`: the connection at whose address the browser is, and the `state` parameter that it brings. */
export const consumeSignOnState = <State extends SignOnState>(
  c: LoginContext,
  cookie: StateCookie<State>,
  expected: { readonly connection: ConnectionId; readonly state: unknown },
  deps: LoginDeps,
): Promise<Result<State, SignOnFailure>> =>
  consumeStateCookie(
    c,
    cookie,
    {
      isExpected: ({ connection, state }) => connection === expected.connection && state === expected.state,
      keyOf: ({ connection, state }) => onceKey('sign-on-state', connection, state),
    },
    deps,
  );
