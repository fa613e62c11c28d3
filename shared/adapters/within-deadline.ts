// A deadline for a vendor's promise, which may otherwise never settle. The work itself cannot be stopped; its outcome is
// no longer waited for.

export async function withinDeadline<T>(
  work: Promise<T>,
  milliseconds: number,
  onDeadline: () => Error,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(onDeadline()), milliseconds);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
