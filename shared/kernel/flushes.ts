// The flushes that operators ordered. Whatever an instance made, read or admitted before a flush does not count after it.

/** Each number only grows, so anything that carries a smaller one is from before the flush. Zero: never flushed. */
export interface Flushes {
  /** Vended credentials, composed policies, verified proofs and key sets that instances keep. */
  readonly caches: number;
  /** People's sessions, the sign-ons that their passkeys stand for, command lines and session tokens. */
  readonly signIns: number;
}

export const NEVER_FLUSHED: Flushes = { caches: 0, signIns: 0 };

export const isSameFlush = (one: Flushes, other: Flushes): boolean =>
  one.caches === other.caches && one.signIns === other.signIns;
