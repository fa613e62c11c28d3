// The vend function against its floors: its start, and its memory after many identities.

import { type BenchRow, ratioAtMost, untargeted } from './bench-row.ts';
import { expectAnswers, inTurn, send } from './load.ts';
import { residentMiB, stop } from './processes.ts';
import { answering, FLOOR_PORT, type Servers, urlOf, VEND_PORT } from './servers.ts';
import { compareStarts, type Start } from './start-time.ts';

export const MANY_IDENTITIES = 10_000;
const MANY_VENDS = 100_000;
/** Memory is compared from here on: every identity has been seen, and the caches are as full as they get. */
const FULL_AFTER = 2 * MANY_IDENTITIES;

const count = (value: number): string => value.toLocaleString('en');
const millis = (value: number): string => `${value.toFixed(0)} ms`;
const mebibytes = (value: number): string => `${value.toFixed(0)} MiB`;

export async function benchStart({ vend, bare }: Servers, token: string): Promise<readonly BenchRow[]> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const common = { path: '/v1/credentials', headers, body: '{"role":"media-uploader"}' };
  const subject: Start = { ...common, spawn: vend, port: VEND_PORT };
  const floor: Start = { ...common, spawn: bare, port: FLOOR_PORT };
  const what = 'start to first vend answered (floor: bare node:http, start to first answer)';
  return [ratioAtMost(2.6, { what, ...(await compareStarts(subject, floor)), show: millis })];
}

interface Memory {
  readonly early: number | undefined;
  readonly late: number | undefined;
}

type OnProgress = (text: string) => void;

/** After two and after ten requests of each identity. */
async function memoryOf(
  start: Servers['vend'],
  port: number,
  tokens: readonly string[],
  onProgress: OnProgress,
): Promise<Memory> {
  const child = await answering(start(), port);
  const nextToken = inTurn(tokens);
  const sendMany = (requests: number) =>
    expectAnswers('granted', () => send({ url: urlOf(port), nextToken, extent: { requests } }), onProgress);
  try {
    await sendMany(FULL_AFTER);
    const early = residentMiB(child);
    await sendMany(MANY_VENDS - FULL_AFTER);
    return { early, late: residentMiB(child) };
  } finally {
    await stop(child);
  }
}

export async function benchMemory(
  { vend, floor }: Servers,
  tokens: readonly string[],
  onProgress: OnProgress,
): Promise<readonly BenchRow[]> {
  const base = await memoryOf(floor, FLOOR_PORT, tokens, onProgress);
  const own = await memoryOf(vend, VEND_PORT, tokens, onProgress);
  const vends = `${count(MANY_VENDS)} vends by ${count(MANY_IDENTITIES)} identities`;
  return [
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
