// Makes the next calls go wrong, so that tests can see what a client does about it.
import type { StsErrorCode } from './sts-error.ts';

export type Fault =
  /** Answers with this code before anything is looked at; `Throttling*` and `InternalError` among them. */
  | { readonly kind: 'refuse'; readonly code: StsErrorCode }
  /** The bare 302 with which STS may throttle (FAQ about RAM roles). */
  | { readonly kind: 'redirect' }
  /** 200 and a body that is no answer. */
  | { readonly kind: 'garbage' }
  /** Accepts the request and never answers. */
  | { readonly kind: 'hang' }
  /** Answers as usual, after the delay. */
  | { readonly kind: 'slow'; readonly delayMillis: number }
  /** Drops the connection without a byte. */
  | { readonly kind: 'close' };

export interface Faults {
  /** Spoils the next calls, after those that are to be spoilt already. */
  inject(fault: Fault, calls?: number): void;
  clear(): void;
}

export interface FaultQueue extends Faults {
  next(): Fault | undefined;
}

export function createFaultQueue(): FaultQueue {
  let queue: readonly Fault[] = [];
  return {
    inject(fault, calls = 1) {
      queue = [...queue, ...Array<Fault>(calls).fill(fault)];
    },
    clear() {
      queue = [];
    },
    next() {
      const [first, ...rest] = queue;
      queue = rest;
      return first;
    },
  };
}
