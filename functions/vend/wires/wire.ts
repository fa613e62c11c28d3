// What a wire is: a dialect in which programs ask for credentials without knowing Stint. It translates a request into the body
// of POST /v1/credentials, and the outcome back. It decides nothing: every wire goes through the one pipeline.
// The token is a parameter. What is in headers proves nothing by a wire: no token, no DPoP proof, no client certificate.
import type { HonoRequest } from 'hono';
import type { Answer } from '../../../shared/http/answer.ts';
import type { Principal } from '../../../shared/identity/principal.ts';
import type { Failure } from '../../../shared/kernel/failure.ts';
import type { RequestId } from '../../../shared/kernel/names.ts';
import type { Result } from '../../../shared/kernel/result.ts';
import type { WireName } from '../../../shared/pipeline/audit/audit-event.ts';

export interface Wire {
  readonly name: WireName;
  readonly paths: readonly `/${string}`[];
  /** Is a duration that is longer than the grant gives shortened? Otherwise it is refused. */
  readonly shortensDuration: boolean;
  readonly open: (request: HonoRequest, publicUrl: string) => WireExchange;
}

/** One request of a wire, and the ways to answer it. */
export interface WireExchange {
  /** The body that POST /v1/credentials would have got; unchecked but for what only this dialect knows. */
  readonly read: () => Promise<Result<CredentialsBody, Failure>>;
  readonly grant: (granted: Granted) => Answer;
  readonly refuse: (failure: Failure, requestId: RequestId) => Answer;
}

export interface CredentialsBody {
  readonly role: string;
  readonly durationSeconds?: number | undefined;
  readonly policy?: unknown;
  readonly token?: string | undefined;
}

/** Credentials in the clear: only for the answer. */
export interface RevealedCredentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  /** When the credentials stop working, or a time before that at which the client is to think so. */
  readonly expiresAt: Date;
}

export interface Granted {
  readonly credentials: RevealedCredentials;
  readonly assumedRoleArn: string;
  readonly assumedRoleId: string | undefined;
  readonly principal: Principal;
  readonly sourceIdentity: string | undefined;
  readonly requestId: RequestId;
  readonly now: Date;
}
