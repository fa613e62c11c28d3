// Makes the next calls go wrong, so that tests can see what a client does about it.

export type RpcFault<Code extends string> =
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

export interface RpcFaults<Code extends string> {
  /** Spoils the next calls, after those that are to be spoilt already. */
  inject(fault: RpcFault<Code>, calls?: number): void;
  clear(): void;
}

export interface FaultQueue<Code extends string> extends RpcFaults<Code> {
  next(): RpcFault<Code> | undefined;
}

/** Injected faults strike in their order, one a call. */
export function createFaultQueue<Code extends string>(): FaultQueue<Code> {
  let queue: readonly RpcFault<Code>[] = [];
  return {
    inject(fault, calls = 1) {
      queue = [...queue, ...Array<RpcFault<Code>>(calls).fill(fault)];
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
