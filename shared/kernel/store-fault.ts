// How a store can fail, whichever store it is, and how that fails a request.

/** The store did not answer, or holds what cannot be read. `cause` is the service's own error code. */
export interface StoreFault {
  readonly reason: 'store-failed' | 'rules-unreadable';
  readonly cause: string;
}

/** A request that cannot go on because a store failed: answered with 503, so the caller may try again. */
export interface StoreUnavailable extends StoreFault {
  readonly code: 'store_unavailable';
}

/** A store's fault as the failure of the request that needed the store. */
export const storeUnavailable = (fault: StoreFault): StoreUnavailable => ({
  code: 'store_unavailable',
  ...fault,
});
