// The vend function under more load than it can answer, and while Tablestore or STS is slow, silent or failing: good answers in time,
// how soon the others are refused, and what the instance holds at the end.
import type { ChildProcess } from 'node:child_process';
import type { WorldFault } from '../miniature/miniature.ts';
import { type BenchRow, ratioAtLeast, subjectAtMost, untargeted } from './bench-row.ts';
import { inTurn, nativeRequest } from './load.ts';
import { median } from './median.ts';
import { type Load, type LoadAnswer, requestText, sendLoad } from './open-load.ts';
import { residentMiB, stop } from './processes.ts';
import { answering, type Servers, VEND_PORT } from './servers.ts';

/** A later answer is of use to no caller. */
const IN_TIME_MS = 1_000;
const WARM_UP_SECONDS = 8;
const ROUND_SECONDS = 3;
const FAULT_SECONDS = 4;
const ROUNDS = 3;
/** As many as the function works on: the most that it can answer. */
const CAPACITY_CONNECTIONS = 200;
const FACTORS = [1, 2, 5] as const;
const LEAST_GOODPUT = 0.9;
/** Of the capacity, while a service behind fails. */
const PART_OF_CAPACITY = 0.5;
/** One in so many requests is of a new identity, while STS fails. */
const NEW_EVERY = 20;
const MOST_MIB = 200;

const perSecond = (value: number): string => `${value.toFixed(0)}/s`;
const mebibytes = (value: number): string => `${value.toFixed(0)} MiB`;

interface Outcome {
  readonly goodput: number;
  readonly good: readonly number[];
  readonly refused: readonly number[];
  readonly unanswered: number;
}

const millisOf = (answers: readonly LoadAnswer[]): readonly number[] =>
  answers.map(({ millis }) => millis).toSorted((a, b) => a - b);

function outcomeOf(answers: readonly LoadAnswer[], seconds: number): Outcome {
  const isGood = ({ status, millis }: LoadAnswer) => status === 200 && millis <= IN_TIME_MS;
  const refusals = answers.filter(({ status }) => status === 429 || status === 503);
  if (refusals.some(({ hasRetryAfter }) => !hasRetryAfter)) throw new Error('a refusal without Retry-After');
  const good = millisOf(answers.filter(isGood));
  return {
    goodput: good.length / seconds,
    good,
    refused: millisOf(refusals),
    unanswered: answers.length - good.length - refusals.length,
  };
}

const at = (sorted: readonly number[], part: number): string =>
  `${sorted[Math.floor(sorted.length * part)]?.toFixed(0) ?? '–'} ms`;

function describe({ good, refused, unanswered }: Outcome): string {
  const waits = (sorted: readonly number[]) => `p50 ${at(sorted, 0.5)}, p99 ${at(sorted, 0.99)}`;
  const refusals = refused.length === 0 ? 'none refused' : `${refused.length} refused, ${waits(refused)}`;
  return `good ${waits(good)}; ${refusals}; ${unanswered} late or without an answer`;
}

/** Tokens of a few identities, each sent again and again, and of many, each sent once. */
export interface OverloadTokens {
  readonly known: readonly string[];
  readonly strangers: readonly string[];
}

type Order = (fault: WorldFault) => void;
type OnProgress = (text: string) => void;

function loadsOf({ known, strangers }: OverloadTokens) {
  const nextKnown = inTurn(known.map((token) => requestText(nativeRequest, token)));
  const nextStranger = inTurn(strangers);
  let sent = 0;
  return {
    reused: nextKnown,
    /** Most by those who are known, who need no call of STS. */
    mixed: () => {
      sent += 1;
      return sent % NEW_EVERY === 0 ? requestText(nativeRequest, nextStranger()) : nextKnown();
    },
  };
}

async function run(load: Omit<Load, 'port'>): Promise<Outcome> {
  return outcomeOf(await sendLoad({ port: VEND_PORT, ...load }), load.seconds);
}

async function measureCapacity(next: () => string): Promise<number> {
  const pace = { connections: CAPACITY_CONNECTIONS };
  await run({ next, seconds: WARM_UP_SECONDS, pace });
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    rounds.push((await run({ next, seconds: ROUND_SECONDS, pace })).goodput);
  return median(rounds);
}

async function benchFactors(
  next: () => string,
  capacity: number,
  onProgress: OnProgress,
): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const factor of FACTORS) {
    onProgress(`${factor} × the capacity …`);
    const outcome = await run({ next, seconds: ROUND_SECONDS, pace: { perSecond: capacity * factor } });
    const what = `good answers in time at ${factor} × the capacity (floor: the capacity)`;
    const measured = { what, subject: outcome.goodput, floor: capacity, show: perSecond };
    rows.push(ratioAtLeast(LEAST_GOODPUT, { ...measured, more: describe(outcome) }));
  }
  return rows;
}

type Failing = readonly [service: WorldFault['service'], kind: WorldFault['kind'], what: string];

const FAILING: readonly Failing[] = [
  ['tablestore', 'slow', 'Tablestore takes 1.5 s for each call'],
  ['tablestore', 'hang', 'Tablestore answers nothing'],
  ['tablestore', 'busy', 'Tablestore refuses every call'],
  ['sts', 'slow', 'STS takes 1.5 s for each call'],
  ['sts', 'hang', 'STS answers nothing'],
  ['sts', 'busy', 'STS refuses every call'],
];

/** No good answer is possible without Tablestore: what counts is how soon the refusal comes. Without STS, known callers go on. */
function rowOfFault(service: Failing[0], what: string, outcome: Outcome, known: number): BenchRow {
  const more = describe(outcome);
  if (service === 'sts') {
    const measured = { what: `good answers while ${what} (floor: requests of known callers)`, more };
    return ratioAtLeast(LEAST_GOODPUT, {
      ...measured,
      subject: outcome.goodput,
      floor: known,
      show: perSecond,
    });
  }
  const show = (value: number) => `${value.toFixed(0)} ms`;
  const subject = outcome.refused[Math.floor(outcome.refused.length / 2)];
  return untargeted({
    what: `p50 of refusals while ${what} (floor: what a client waits for)`,
    ...{ subject, floor: 10_000, show, more },
  });
}

async function benchFaults(
  loads: ReturnType<typeof loadsOf>,
  capacity: number,
  order: Order,
  onProgress: OnProgress,
): Promise<readonly BenchRow[]> {
  const rate = capacity * PART_OF_CAPACITY;
  const rows: BenchRow[] = [];
  for (const [service, kind, what] of FAILING) {
    onProgress(`${what} …`);
    order({ service, kind });
    const next = service === 'sts' ? loads.mixed : loads.reused;
    const outcome = await run({ next, seconds: FAULT_SECONDS, pace: { perSecond: rate } });
    order({ service, kind: 'none' });
    rows.push(rowOfFault(service, what, outcome, rate * (1 - 1 / NEW_EVERY)));
  }
  return rows;
}

/** The same as before all this, so that nothing that failed has left anything behind. */
async function benchAfterwards(next: () => string, capacity: number, vend: ChildProcess) {
  const rate = capacity * PART_OF_CAPACITY;
  const { goodput, ...rest } = await run({ next, seconds: ROUND_SECONDS, pace: { perSecond: rate } });
  return [
    ratioAtLeast(LEAST_GOODPUT, {
      what: 'good answers after all that, at half of the capacity (floor: requests)',
      ...{ subject: goodput, floor: rate, show: perSecond, more: describe({ goodput, ...rest }) },
    }),
    subjectAtMost(MOST_MIB, {
      what: 'memory after all that (floor: of the target)',
      ...{ subject: residentMiB(vend), floor: MOST_MIB, show: mebibytes },
    }),
  ];
}

export async function benchOverload(
  { vend }: Servers,
  tokens: OverloadTokens,
  order: Order,
  onProgress: OnProgress,
): Promise<readonly BenchRow[]> {
  const child = await answering(vend(), VEND_PORT);
  const loads = loadsOf(tokens);
  try {
    onProgress('the capacity …');
    const capacity = await measureCapacity(loads.reused);
    return [
      ...(await benchFactors(loads.reused, capacity, onProgress)),
      ...(await benchFaults(loads, capacity, order, onProgress)),
      ...(await benchAfterwards(loads.reused, capacity, child)),
    ];
  } finally {
    await stop(child);
  }
}
