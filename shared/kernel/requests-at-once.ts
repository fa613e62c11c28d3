// How many requests an instance of vend works on at the same time: see limit-concurrency.ts, which holds them to it. What such
// requests can wait in is sized by it.

/**
 * Their audit rows are one BatchWriteRow. Function Compute sends an instance 50 at once (s.yaml); other platforms set no bound.
 * Where the rows take 10 ms, 50 keep one processor busy: with 200, an instance still answers while they take 40.
 */
export const MAX_REQUESTS_AT_ONCE = 200;

/**
 * Of these, how many may wait for one kind of thing that may be slow or silent, such as STS or an issuer. Callers who do not need it
 * have the other half.
 */
export const MAX_WAITING_FOR_ONE = MAX_REQUESTS_AT_ONCE / 2;
