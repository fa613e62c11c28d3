// npm run bench: speed and memory of the vend function as it is deployed, each as a ratio to a floor that is measured
// in the same run. Prints a table; a missed target is marked, and does not fail the run.
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildFunctions } from '../build.ts';
import { AUDIENCE, type Miniature } from '../miniature/contents.ts';
import { signTokens } from '../miniature/sign-tokens.ts';
import { startMiniature } from '../miniature/start-miniature.ts';
import { load } from './load.ts';
import { canPin, cpuMillis, pinSelf, residentMiB, startOnCore, stop } from './processes.ts';
import { compareStarts, type Start } from './start-time.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const VEND_PORT = 9451;
const FLOOR_PORT = 9452;
const SUBJECT_CORE = 0;
const WORLD_CORE = 1; // the miniature world inherits it from this process

const REUSE_IDENTITIES = 100;
const LOAD_SECONDS = 8;
const WARM_UP_SECONDS = 3;
const MANY_IDENTITIES = 10_000;
const MANY_VENDS = 100_000;
/** Memory is compared from here on: every identity has been seen, and the caches are as full as they get. */
const FULL_AFTER = 2 * MANY_IDENTITIES;

interface Row {
  readonly what: string;
  readonly subject: string;
  readonly floor: string;
  readonly ratio: number | undefined;
  readonly target: { readonly atLeast: number } | { readonly atMost: number } | undefined;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function bundleFloors(folder: string): Promise<void> {
  await build({
    entryPoints: [join(HERE, 'floor-server.ts'), join(HERE, 'bare-server.ts')],
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  });
}

async function answering(child: ChildProcess, port: number): Promise<ChildProcess> {
  for (;;) {
    const up = await fetch(`http://127.0.0.1:${port}/healthz`).then(
      () => true,
      () => false,
    );
    if (up) return child;
    if (child.exitCode !== null) throw new Error('the server under test ended');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function servers(world: Miniature, floors: string, vendFolder: string) {
  const floorEnvironment = {
    PORT: String(FLOOR_PORT),
    JWK: JSON.stringify(world.publicJwk),
    ISSUER: world.issuer,
    AUDIENCE,
  };
  const vendEnvironment = { ...world.environment, FC_CUSTOM_LISTEN_PORT: String(VEND_PORT) };
  const run = (file: string, env: Record<string, string>, cwd: string) =>
    startOnCore(SUBJECT_CORE, [file], env, cwd);
  return {
    vend: () => run('index.cjs', vendEnvironment, vendFolder),
    floor: () => run('floor-server.cjs', floorEnvironment, floors),
    bare: () => run('bare-server.cjs', floorEnvironment, floors),
  };
}

type Servers = ReturnType<typeof servers>;

async function benchStart({ vend, bare }: Servers, token: string): Promise<Row> {
  say('start to first vend …');
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const common = { path: '/v1/credentials', headers, body: '{"role":"media-uploader"}' };
  const subject: Start = { ...common, spawn: vend, port: VEND_PORT };
  const floor: Start = { ...common, spawn: bare, port: FLOOR_PORT };
  const times = await compareStarts(subject, floor);
  return {
    what: 'start to first vend answered (floor: bare node:http)',
    subject: `${times.subject.toFixed(0)} ms`,
    floor: `${times.floor.toFixed(0)} ms`,
    ratio: times.subject / times.floor,
    target: { atMost: 2.5 },
  };
}

const url = (port: number) => `http://127.0.0.1:${port}`;

async function benchReuse({ vend, floor }: Servers, tokens: readonly string[]): Promise<Row> {
  say('vends with reused credentials …');
  const rates: number[] = [];
  for (const [start, port] of [
    [floor, FLOOR_PORT],
    [vend, VEND_PORT],
  ] as const) {
    const child = await answering(start(), port);
    await load(url(port), tokens, { seconds: WARM_UP_SECONDS });
    rates.push((await load(url(port), tokens, { seconds: LOAD_SECONDS })).perSecond);
    await stop(child);
  }
  const [floorRate = Number.NaN, vendRate = Number.NaN] = rates;
  return {
    what: 'vends a second, credentials reused, audit row durable (floor: one RS256 verification)',
    subject: `${vendRate.toFixed(0)}/s`,
    floor: `${floorRate.toFixed(0)}/s`,
    ratio: vendRate / floorRate,
    target: { atLeast: 0.5 },
  };
}

const part = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a / b;

/** CPU and memory over the same requests; the first of each identity calls AssumeRole, the rest reuse. */
async function benchMany({ vend, floor }: Servers, tokens: readonly string[]): Promise<readonly Row[]> {
  say(`${MANY_VENDS.toLocaleString('en')} vends by ${MANY_IDENTITIES.toLocaleString('en')} identities …`);
  const floorChild = await answering(floor(), FLOOR_PORT);
  const floorBefore = cpuMillis(floorChild);
  await load(url(FLOOR_PORT), tokens, { requests: MANY_IDENTITIES });
  const floorCpu = part((cpuMillis(floorChild) ?? Number.NaN) - (floorBefore ?? Number.NaN), MANY_IDENTITIES);
  await load(url(FLOOR_PORT), tokens, { requests: MANY_VENDS - MANY_IDENTITIES });
  const floorMemory = residentMiB(floorChild);
  await stop(floorChild);

  const vendChild = await answering(vend(), VEND_PORT);
  const vendBefore = cpuMillis(vendChild);
  await load(url(VEND_PORT), tokens, { requests: MANY_IDENTITIES });
  const vendCpu = part((cpuMillis(vendChild) ?? Number.NaN) - (vendBefore ?? Number.NaN), MANY_IDENTITIES);
  await load(url(VEND_PORT), tokens, { requests: FULL_AFTER - MANY_IDENTITIES });
  const early = residentMiB(vendChild);
  await load(url(VEND_PORT), tokens, { requests: MANY_VENDS - FULL_AFTER });
  const late = residentMiB(vendChild);
  await stop(vendChild);
  const mib = (value: number | undefined) => (value === undefined ? 'Linux only' : `${value.toFixed(0)} MiB`);
  const ms = (value: number | undefined) => (value === undefined ? 'Linux only' : `${value.toFixed(2)} ms`);
  return [
    {
      what: 'CPU of a vend that calls AssumeRole (floor: one RS256 verification)',
      subject: ms(vendCpu),
      floor: ms(floorCpu),
      ratio: part(vendCpu, floorCpu),
      target: undefined,
    },
    {
      what: `memory after ${MANY_VENDS.toLocaleString('en')} vends (floor: bare verifier after as many)`,
      subject: mib(late),
      floor: mib(floorMemory),
      ratio: part(late, floorMemory),
      target: undefined,
    },
    {
      what: `memory growth from ${FULL_AFTER.toLocaleString('en')} to ${MANY_VENDS.toLocaleString('en')} vends (flat is 1)`,
      subject: mib(late),
      floor: mib(early),
      ratio: part(late, early),
      target: { atMost: 1.1 },
    },
  ];
}

function verdict({ ratio, target }: Row): string {
  if (!target || ratio === undefined) return '';
  const [word, bound, met] =
    'atLeast' in target
      ? ['at least', target.atLeast, ratio >= target.atLeast]
      : ['at most', target.atMost, ratio <= target.atMost];
  return `target ${word} ${bound}: ${met ? 'met' : 'MISSED'}`;
}

function print(rows: readonly Row[]): void {
  for (const row of rows) {
    const ratio = row.ratio === undefined ? '–' : row.ratio.toFixed(2);
    console.log(`${row.what}\n    ${row.subject} against ${row.floor}: ratio ${ratio}  ${verdict(row)}`);
  }
}

async function main(): Promise<void> {
  say(canPin ? 'Server under test on core 0, all else on core 1.' : 'taskset is missing: nothing is pinned.');
  pinSelf(WORLD_CORE);
  const floors = mkdtempSync(join(tmpdir(), 'stint-bench-floor-'));
  const built = await buildFunctions();
  const vendFolder = built.find(({ name }) => name === 'vend')?.folder ?? '';
  await bundleFloors(floors);
  const { child, world } = await startMiniature();
  try {
    const started = servers(world, floors, vendFolder);
    const few = await signTokens(world, 'reuse-', REUSE_IDENTITIES);
    const rows = [await benchStart(started, few[0] ?? ''), await benchReuse(started, few)];
    print([...rows, ...(await benchMany(started, await signTokens(world, 'many-', MANY_IDENTITIES)))]);
  } finally {
    await stop(child);
    rmSync(floors, { recursive: true, force: true });
  }
}

await main();
