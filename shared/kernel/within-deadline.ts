// One deadline for everything that waits for somebody else's answer. It depends on no event of a socket or an SDK: a
// server can answer so that none comes (101 Switching Protocols, say), and whoever waited would wait for ever.

/**
 * Rejects with `onDeadline()` after so many milliseconds, whatever the work does. Its signal aborts at the same moment, so
 * that sockets are destroyed; what the work comes to after that is ignored.
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
