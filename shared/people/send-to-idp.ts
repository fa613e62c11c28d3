// How an identity provider is asked. A port: adapters/ sends, and the sign-on knows only this.
import type { Result } from '../kernel/result.ts';

export interface IdpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** The host may have an address of a private network. */
  readonly privateNetwork: boolean;
  readonly deadlineMs: number;
}

export interface IdpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `unreachable`: no connection could be made. `no-answer`: there was one, and nothing that could be read came of it. */
export type IdpFault = 'unreachable' | 'no-answer';

/** Follows no redirect, and connects to public addresses alone unless the request says otherwise. */
export type SendToIdp = (url: URL, request: IdpRequest) => Promise<Result<IdpAnswer, IdpFault>>;
