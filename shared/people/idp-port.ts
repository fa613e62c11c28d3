// The port for requests to identity providers, implemented in adapters/http/.
import type { Result } from '../kernel/result.ts';

export interface IdpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Whether the host may have an address of a private network. */
  readonly privateNetwork: boolean;
  readonly deadlineMs: number;
}

export interface IdpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `unreachable`: no connection. `no-answer`: a connection, and no response that could be read. */
export type IdpFault = 'unreachable' | 'no-answer';

/** Follows no redirect, and connects to public addresses only, unless the request allows private ones. */
export type SendToIdp = (url: URL, request: IdpRequest) => Promise<Result<IdpAnswer, IdpFault>>;
