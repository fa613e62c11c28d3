// How login calls vend for a person who is signed in.
import type { Result } from '../kernel/result.ts';
import type { Secret } from '../kernel/secret.ts';

/** The token is in the body as well, since that of somebody with many groups fits into no header: every call is a POST. */
export interface VendCall {
  readonly path: `/v1/${string}`;
  readonly body?: object;
}

/** `body` is what vend said, a problem included; it may hold secrets. */
export interface VendAnswer {
  readonly status: number;
  readonly body: Secret<unknown>;
  /** How long ago what it hands out was made; absent: just now, or not known. */
  readonly ageSeconds?: number;
}

export interface VendClient {
  call(token: Secret<string>, call: VendCall): Promise<Result<VendAnswer, 'vend-unreachable'>>;
}
