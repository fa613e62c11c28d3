// A deadline for work that waits for another service's answer. It depends on no event of a socket or an SDK: a server can answer
// so that no event ever comes, with 101 Switching Protocols for example.

export type WithinDeadline = typeof withinDeadline;

/**
 * The outcome of the work, or a rejection with `onDeadline()` after the milliseconds. The signal aborts at that moment, so that
 * sockets are destroyed; the outcome of the work after that is ignored.
 */
export async function withinDeadline<T>(
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<T>,
  onDeadline: () => Error,
): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(onDeadline());
      controller.abort();
    }, milliseconds);
  });
  try {
    return await Promise.race([work(controller.signal), deadline]);
  } finally {
    clearTimeout(timer);
  }
}
