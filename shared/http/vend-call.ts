// How login calls vend for a person who is signed in.
import type { Result } from '../kernel/result.ts';
import type { Secret } from '../kernel/secret.ts';

/** The token is sent in the body, since the token of a person with many groups fits into no header: every call is a POST. */
export interface VendCall {
  readonly path: `/v1/${string}`;
  readonly body?: object;
  /** Beside those of every call. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** `body` is vend's answer, also when it is a problem; it may hold secrets. */
export interface VendAnswer {
  readonly status: number;
  readonly body: Secret<unknown>;
  /** The age of the credentials in the answer; absent when they are new, or when the age is not known. */
  readonly ageSeconds?: number;
  /** Of Retry-After, in seconds; absent when there is none, or when it is a date. */
  readonly retryAfterSeconds?: number;
}

/** `vend-untrusted`: vend's certificate is of an unknown authority. `vend-unreachable`: no answer came in time, or it was not JSON. */
export type VendFault = 'vend-unreachable' | 'vend-untrusted';

/** The port to vend. */
export interface VendClient {
  call(token: Secret<string>, call: VendCall): Promise<Result<VendAnswer, VendFault>>;
}
