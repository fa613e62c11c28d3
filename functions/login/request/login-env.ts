// What a request carries through the login app.
import type { Context } from 'hono';
import type { SecureHeadersVariables } from 'hono/secure-headers';
import type { RequestId } from '../../../shared/kernel/names.ts';
import type { Session } from '../../../shared/people/session.ts';

export interface SignedIn {
  readonly session: Session;
  /** When the session ends, whatever its owner does. */
  readonly endsAt: Date;
  /** What its connection requires, by which it was judged; see requirementName. */
  readonly requirement: string | undefined;
  /** Whether its browser is sent another cookie with this answer. */
  readonly isCookieNew: boolean;
}

export interface LoginEnv {
  Variables: SecureHeadersVariables & {
    requestId: RequestId;
    /** The request's moment: one for all that it decides, and when all of the request was there. */
    now: Date;
    /** Audit rows that were written of the request so far. */
    rows: number | undefined;
    signedIn: SignedIn | undefined;
    /** The request showed that it comes of a person or provider who may ask: no limit for strangers counts it. */
    hasProved: boolean | undefined;
    /** Of where the page's form leads, besides here. */
    formScheme: string | undefined;
  };
}

export type LoginContext = Context<LoginEnv>;
