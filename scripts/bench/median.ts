// Medians: a slow moment of the machine does not move them.

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const ROUNDS = 1000;

/** µs of a call that takes some µs at least. Each call is timed alone, and as many calls warm the code up first. */
export function medianMicros(call: () => unknown, rounds = ROUNDS): number {
  const times: number[] = [];
  for (let round = 0; round < 2 * rounds; round += 1) {
    const start = process.hrtime.bigint();
    call();
    if (round >= rounds) times.push(Number(process.hrtime.bigint() - start) / 1000);
  }
  return median(times);
}
