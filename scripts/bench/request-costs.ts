// What requests of several kinds cost the server, by CPU time. The kinds take turns, a round after the other, so that all of
// them meet the same disturbances of the machine.
import type { ChildProcess } from 'node:child_process';
import type { Measurement } from './bench-row.ts';
import { expectAnswers, type RequestOf, send } from './load.ts';
import { median } from './median.ts';
import { cpuMicros } from './processes.ts';

/** Requests of one kind. */
export interface RequestKind {
  readonly server: ChildProcess;
  readonly url: string;
  readonly nextToken: () => string;
  readonly requestsInRound: number;
  /** Default: 50. */
  readonly connections?: number;
  readonly requestOf?: RequestOf;
  /** Default: granted. */
  readonly expected?: 'granted' | 'refused';
}

/** One kind in one round. */
interface Round {
  /** µs of CPU a request. */
  readonly cpu: number | undefined;
  readonly perSecond: number;
  readonly millis: readonly number[];
}

/** The rounds of a kind, in their order. */
type RoundsOf<Name extends string> = (name: Name) => readonly Round[];

async function runRound(kind: RequestKind, onEmpty: (text: string) => void): Promise<Round> {
  const { server, url, nextToken, requestsInRound, connections, requestOf, expected = 'granted' } = kind;
  const traffic = {
    url,
    nextToken,
    extent: { requests: requestsInRound },
    ...(connections === undefined ? {} : { connections }),
    ...(requestOf === undefined ? {} : { requestOf }),
  };
  const before = cpuMicros(server);
  const { seconds, millis } = await expectAnswers(expected, () => send(traffic), onEmpty);
  const after = cpuMicros(server);
  const cpu = before === undefined || after === undefined ? undefined : (after - before) / millis.length;
  return { cpu, perSecond: millis.length / seconds, millis };
}

/** `rounds` of every kind, after one that warms up and does not count. */
export async function measureCosts<Name extends string>(
  kinds: Readonly<Record<Name, RequestKind>>,
  rounds: number,
  onProgress: (text: string) => void,
): Promise<RoundsOf<Name>> {
  const entries = Object.entries<RequestKind>(kinds);
  const costs = new Map<string, Round[]>(entries.map(([name]) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    onProgress(round === 0 ? 'warm-up …' : `round ${round} of ${rounds} …`);
    for (const [name, kind] of entries) {
      const measured = await runRound(kind, onProgress);
      if (round > 0) costs.get(name)?.push(measured);
    }
  }
  return (name) => costs.get(name) ?? [];
}

const percentile = (sorted: readonly number[], part: number): string =>
  (sorted[Math.floor(sorted.length * part)] ?? Number.NaN).toFixed(1);

function describeRate(rounds: readonly Round[]): string {
  const perSecond = median(rounds.map((round) => round.perSecond));
  const millis = rounds.flatMap((round) => round.millis).sort((a, b) => a - b);
  return `${perSecond.toFixed(0)}/s, p50 ${percentile(millis, 0.5)} ms, p99 ${percentile(millis, 0.99)} ms`;
}

const medianCpu = (rounds: readonly Round[]): number | undefined => {
  const known = rounds.flatMap(({ cpu }) => cpu ?? []);
  return known.length === 0 ? undefined : median(known);
};

/** CPU of one kind against another; the ratio is the median of the rounds' own ratios. */
export function compareCosts(what: string, subject: readonly Round[], floor: readonly Round[]): Measurement {
  const ratios = subject.flatMap(({ cpu }, round) => {
    const base = floor[round]?.cpu;
    return cpu === undefined || base === undefined ? [] : [cpu / base];
  });
  return {
    what,
    subject: medianCpu(subject),
    floor: medianCpu(floor),
    show: (value) => `${value.toFixed(0)} µs`,
    ratio: ratios.length === 0 ? undefined : median(ratios),
    spread: ratios.length === 0 ? undefined : [Math.min(...ratios), Math.max(...ratios)],
    more: `${describeRate(subject)} (floor ${describeRate(floor)})`,
  };
}
