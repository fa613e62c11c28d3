// The vend function against its floors: start, reuse, and many identities.

import { type BenchRow, ratioAtLeast, ratioAtMost, untargeted } from './bench-row.ts';
import { load, nativeRequest, stsRequest } from './load.ts';
import { cpuMillis, residentMiB, stop } from './processes.ts';
import { answering, FLOOR_PORT, type Servers, urlOf, VEND_PORT } from './servers.ts';
import { compareStarts, type Start } from './start-time.ts';

const LOAD_SECONDS = 8;
const WARM_UP_SECONDS = 3;
export const MANY_IDENTITIES = 10_000;
const MANY_VENDS = 100_000;
/** Memory is compared from here on: every identity has been seen, and the caches are as full as they get. */
const FULL_AFTER = 2 * MANY_IDENTITIES;

const count = (value: number): string => value.toLocaleString('en');
const millis = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const mebibytes = (value: number): string => `${value.toFixed(0)} MiB`;

export async function benchStart({ vend, bare }: Servers, token: string): Promise<BenchRow> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const common = { path: '/v1/credentials', headers, body: '{"role":"media-uploader"}' };
  const subject: Start = { ...common, spawn: vend, port: VEND_PORT };
  const floor: Start = { ...common, spawn: bare, port: FLOOR_PORT };
  const what = 'start to first vend answered (floor: bare node:http, start to first answer)';
  return ratioAtMost(2.5, { what, ...(await compareStarts(subject, floor)), show: millis });
}

async function rateOf(start: Servers['vend'], port: number, tokens: readonly string[]): Promise<number> {
  const child = await answering(start(), port);
  try {
    await load(urlOf(port), tokens, { seconds: WARM_UP_SECONDS });
    return (await load(urlOf(port), tokens, { seconds: LOAD_SECONDS })).perSecond;
  } finally {
    await stop(child);
  }
}

export async function benchReuse({ vend, floor }: Servers, tokens: readonly string[]): Promise<BenchRow> {
  return ratioAtLeast(0.5, {
    what: 'vends a second, credentials reused, audit row durable (floor: one RS256 verification a request)',
    floor: await rateOf(floor, FLOOR_PORT, tokens),
    subject: await rateOf(vend, VEND_PORT, tokens),
    show: (value) => `${value.toFixed(0)}/s`,
  });
}

const micros = (value: number): string => `${value.toFixed(0)} µs`;
const ROUNDS = 3;
const ROUND_SECONDS = 3;

/** Time of one request by each wire, at full load. The wires take turns, so that both meet the same disturbances. */
export async function benchStsWire({ vend }: Servers, tokens: readonly string[]): Promise<BenchRow> {
  const child = await answering(vend(), VEND_PORT);
  const url = urlOf(VEND_PORT);
  const total = { native: 0, sts: 0 };
  try {
    for (const requestOf of [nativeRequest, stsRequest])
      await load(url, tokens, { seconds: WARM_UP_SECONDS }, requestOf);
    for (let round = 0; round < ROUNDS; round += 1) {
      total.native += 1 / (await load(url, tokens, { seconds: ROUND_SECONDS }, nativeRequest)).perSecond;
      total.sts += 1 / (await load(url, tokens, { seconds: ROUND_SECONDS }, stsRequest)).perSecond;
    }
  } finally {
    await stop(child);
  }
  return ratioAtMost(1.1, {
    what: 'a vend by the STS wire, credentials reused (floor: the same by POST /v1/credentials)',
    subject: (total.sts / ROUNDS) * 1_000_000,
    floor: (total.native / ROUNDS) * 1_000_000,
    show: micros,
  });
}

interface Usage {
  readonly cpu: number | undefined;
  readonly early: number | undefined;
  readonly late: number | undefined;
}

/** CPU over the first request of each identity; memory after two and after ten requests of each. */
async function usageOf(start: Servers['vend'], port: number, tokens: readonly string[]): Promise<Usage> {
  const child = await answering(start(), port);
  try {
    const before = cpuMillis(child);
    await load(urlOf(port), tokens, { requests: MANY_IDENTITIES });
    const after = cpuMillis(child);
    const cpu = before === undefined || after === undefined ? undefined : (after - before) / MANY_IDENTITIES;
    await load(urlOf(port), tokens, { requests: FULL_AFTER - MANY_IDENTITIES });
    const early = residentMiB(child);
    await load(urlOf(port), tokens, { requests: MANY_VENDS - FULL_AFTER });
    return { cpu, early, late: residentMiB(child) };
  } finally {
    await stop(child);
  }
}

export async function benchMany(
  { vend, floor }: Servers,
  tokens: readonly string[],
): Promise<readonly BenchRow[]> {
  const base = await usageOf(floor, FLOOR_PORT, tokens);
  const own = await usageOf(vend, VEND_PORT, tokens);
  const vends = `${count(MANY_VENDS)} vends by ${count(MANY_IDENTITIES)} identities`;
  return [
    untargeted({
      what: 'CPU of a vend that calls AssumeRole (floor: one RS256 verification)',
      subject: own.cpu,
      floor: base.cpu,
      show: millis,
    }),
    untargeted({
      what: `memory after ${vends} (floor: the bare verifier after as many)`,
      subject: own.late,
      floor: base.late,
      show: mebibytes,
    }),
    ratioAtMost(1.1, {
      what: `memory after ${vends} (floor: after the first ${count(FULL_AFTER)}; flat is 1)`,
      subject: own.late,
      floor: own.early,
      show: mebibytes,
    }),
  ];
}
