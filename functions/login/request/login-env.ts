// The values that a request carries through the login app.
import type { Context } from 'hono';
import type { SecureHeadersVariables } from 'hono/secure-headers';
import type { RequestId } from '../../../shared/kernel/names.ts';
import type { RequestSpan } from '../../../shared/kernel/tracer.ts';
import type { ScimToken } from '../../../shared/people/scim-token.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { Action } from '../../../shared/pipeline/audit/audit-event.ts';
import type { Directory } from '../../../shared/rules/sign-on/directory.ts';

export interface SignedIn {
  readonly session: Session;
  /** When the session ends at the latest. */
  readonly endsAt: Date;
  /** The name of the requirement of its connection, which the session meets; see requirementName. */
  readonly requirement: string | undefined;
  /** Whether this response has a new cookie for the browser. */
  readonly isCookieNew: boolean;
}

/** A client whose token opens this directory. */
export interface ScimClient {
  readonly directory: Directory;
  readonly token: Pick<ScimToken, 'id' | 'name'>;
}

export interface LoginEnv {
  Variables: SecureHeadersVariables & {
    requestId: RequestId;
    /** The time for every decision of the request: when its last byte had arrived. */
    now: Date;
    /** By the stopwatch of the numbers: when the request's last byte had arrived. */
    receivedAt: number | undefined;
    /** Undefined where no traces are sent. */
    span: RequestSpan | undefined;
    /** What the request's last audit row is about, for its trace. */
    action: Action | undefined;
    /** What the line `refused` said, for the trace. */
    refusal: { readonly code: string; readonly reason: string } | undefined;
    /** The number of audit rows that the request has written. */
    rows: number | undefined;
    signedIn: SignedIn | undefined;
    /** The request proved who sends it, so the limits of limit-routes.ts do not count it. */
    hasProved: boolean | undefined;
    /** The SCIM client that sends the request, and its directory. */
    scim: ScimClient | undefined;
    /** The scheme of the URL that the form of the page leads to; see leadFormTo. */
    formScheme: string | undefined;
  };
}

export type LoginContext = Context<LoginEnv>;
