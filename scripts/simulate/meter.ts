// What a simulation counts, and the figures that come of it.

/** Waiting times are counted by the second up to this; a longer one counts as this. */
const LONGEST_WAIT_SECONDS = 86_400;

export interface Figures {
  readonly requests: number;
  readonly vends: number;
  readonly reused: number;
  readonly stsCalls: number;
  readonly stsThrottled: number;
  /** Calls of AssumeRole in the busiest second, in the second that 99 % of the seconds stay below, and on average. */
  readonly stsPeak: number;
  readonly stsP99: number;
  readonly stsMean: number;
  /** Requests in the busiest second. */
  readonly requestPeak: number;
  /** By reason, with rows or without. */
  readonly refused: Readonly<Record<string, number>>;
  readonly rows: { readonly audit: number; readonly issued: number; readonly counters: number };
  /** Of rows and of log lines, as text. */
  readonly bytes: { readonly audit: number; readonly issued: number; readonly log: number };
  /** Seconds from a client's first request to its credentials: of 99 % of the clients, and the longest. */
  readonly waitP99: number;
  readonly waitMost: number;
  /** Clients whose credentials ended before they got new ones. */
  readonly ranOut: number;
  /** Clients that were still waiting at the end. */
  readonly waiting: number;
  /** Calls of AssumeRole by provider. */
  readonly stsOfProvider: Readonly<Record<string, number>>;
  /** Vends by provider. */
  readonly vendsOfProvider: Readonly<Record<string, number>>;
  /** The busiest second of each minute, for the chart. */
  readonly stsOfMinutes: readonly number[];
}

/** The value that this part of the values stay below or at. */
function quantile(values: Uint32Array, part: number): number {
  const sorted = values.toSorted();
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0;
}

/** Of how often each whole number came. */
function quantileOfCounts(counts: ReadonlyMap<number, number>, part: number): number {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [value, count] of [...counts].sort(([a], [b]) => a - b)) {
    seen += count;
    if (seen >= total * part) return value;
  }
  return 0;
}

const add = (counts: Record<string, number>, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};

/** Memory: two numbers for each simulated second. */
export class Meter {
  readonly #sts: Uint32Array<ArrayBuffer>;
  readonly #requests: Uint32Array<ArrayBuffer>;
  readonly #waits = new Map<number, number>();
  readonly #refused: Record<string, number> = {};
  readonly #stsOfProvider: Record<string, number> = {};
  readonly #vendsOfProvider: Record<string, number> = {};
  readonly rows = { audit: 0, issued: 0, counters: 0 };
  readonly bytes = { audit: 0, issued: 0, log: 0 };
  vends = 0;
  reused = 0;
  throttled = 0;
  ranOut = 0;
  waiting = 0;

  constructor(seconds: number) {
    this.#sts = new Uint32Array(seconds);
    this.#requests = new Uint32Array(seconds);
  }

  /** `second`: since the start. */
  request(second: number): void {
    this.#requests[second] = (this.#requests[second] ?? 0) + 1;
  }

  stsCall(second: number, provider: string): void {
    this.#sts[second] = (this.#sts[second] ?? 0) + 1;
    add(this.#stsOfProvider, provider);
  }

  vend(provider: string, reused: boolean): void {
    this.vends += 1;
    if (reused) this.reused += 1;
    add(this.#vendsOfProvider, provider);
  }

  refuse(reason: string): void {
    add(this.#refused, reason);
  }

  waited(seconds: number): void {
    const whole = Math.min(Math.ceil(seconds), LONGEST_WAIT_SECONDS);
    this.#waits.set(whole, (this.#waits.get(whole) ?? 0) + 1);
  }

  figures(): Figures {
    const stsCalls = this.#sts.reduce((sum, calls) => sum + calls, 0);
    const minutes = Math.ceil(this.#sts.length / 60);
    const peakOf = (calls: Uint32Array): number => calls.reduce((most, each) => Math.max(most, each), 0);
    return {
      requests: this.#requests.reduce((sum, requests) => sum + requests, 0),
      ...{ vends: this.vends, reused: this.reused, stsCalls, stsThrottled: this.throttled },
      stsPeak: peakOf(this.#sts),
      stsP99: quantile(this.#sts, 0.99),
      stsMean: stsCalls / this.#sts.length,
      requestPeak: peakOf(this.#requests),
      ...{ refused: this.#refused, rows: this.rows, bytes: this.bytes },
      waitP99: quantileOfCounts(this.#waits, 0.99),
      waitMost: [...this.#waits.keys()].reduce((most, each) => Math.max(most, each), 0),
      ...{ ranOut: this.ranOut, waiting: this.waiting },
      ...{ stsOfProvider: this.#stsOfProvider, vendsOfProvider: this.#vendsOfProvider },
      stsOfMinutes: Array.from({ length: minutes }, (_, i) =>
        peakOf(this.#sts.subarray(i * 60, (i + 1) * 60)),
      ),
    };
  }
}
