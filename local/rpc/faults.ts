// Makes the next calls go wrong, so that tests can see what a client does about it.

export type Fault<Code extends string> =
  /** Answers with this code before anything is looked at; `Throttling*` and `InternalError` among them. */
  | { readonly kind: 'refuse'; readonly code: Code }
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

export interface Faults<Code extends string> {
  /** Spoils the next calls, after those that are to be spoilt already. */
  inject(fault: Fault<Code>, calls?: number): void;
  clear(): void;
}

export interface FaultQueue<Code extends string> extends Faults<Code> {
  next(): Fault<Code> | undefined;
}

export function createFaultQueue<Code extends string>(): FaultQueue<Code> {
  let queue: readonly Fault<Code>[] = [];
  return {
    inject(fault, calls = 1) {
      queue = [...queue, ...Array<Fault<Code>>(calls).fill(fault)];
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
