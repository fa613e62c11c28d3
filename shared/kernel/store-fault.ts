// How a store can fail, whichever store it is.

/** The store did not answer, or holds what cannot be read. `cause` is the service's own code. */
export interface StoreFault {
  readonly reason: 'store-failed' | 'rules-unreadable';
  readonly cause: string;
}
