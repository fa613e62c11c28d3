// npm run bench: speed and memory of the vend function as it is deployed, each as a ratio to a floor that is measured
// in the same run. Prints a table; a missed target is marked, and does not fail the run.
//
//   npm run bench                          all parts
//   npm run bench -- requests start        these parts alone
//   npm run bench -- --json FILE           writes the figures to the file, too
//   npm run bench -- --page                writes docs/performance.md, too
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildFunctions } from '../build.ts';
import type { Miniature } from '../miniature/miniature.ts';
import { signTokens } from '../miniature/sign-tokens.ts';
import { startMiniature } from '../miniature/start-miniature.ts';
import { benchAgent } from './agent-bench.ts';
import { type BenchRow, printRow } from './bench-row.ts';
import { benchCallers } from './callers-bench.ts';
import { benchCli } from './cli-bench.ts';
import { benchCompose } from './compose-bench.ts';
import { benchConditions } from './condition-bench.ts';
import { benchDocument } from './document-bench.ts';
import { benchHostile } from './hostile-bench.ts';
import { benchOperations } from './operations-bench.ts';
import { benchOverload } from './overload-bench.ts';
import { describeMachine, type PartResult, renderPage } from './performance-page.ts';
import { canPin, pinSelf, stop } from './processes.ts';
import { benchRam } from './ram-bench.ts';
import { benchRequests } from './request-bench.ts';
import { benchSaml } from './saml-bench.ts';
import { benchScim } from './scim-bench.ts';
import { bundleFloors, createServers, type Servers } from './servers.ts';
import { benchTableSize } from './table-size-bench.ts';
import { benchMemory, benchStart, MANY_IDENTITIES } from './vend-bench.ts';

/** Everything but the server under test, which has core 0 for itself; the miniature world inherits it. */
const WORLD_CORE = 1;
const FEW_IDENTITIES = 100;
/** While STS fails: more than are sent. */
const NEW_IN_OVERLOAD = 2_000;
const PAGE = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));
const showProgress = (text: string): void => void process.stderr.write(`${text}\n`);

interface Built {
  readonly floors: string;
  readonly vend: string;
}

interface Part {
  readonly title: string;
  readonly run: (built: Built) => Promise<readonly BenchRow[]>;
}

/** A part that needs a world around the function has one of its own. */
function inWorld(
  run: (servers: Servers, world: Miniature, child: ChildProcess) => Promise<readonly BenchRow[]>,
): Part['run'] {
  return async ({ floors, vend }) => {
    const { child, world } = await startMiniature();
    try {
      return await run(createServers(world, floors, vend), world, child);
    } finally {
      await stop(child);
    }
  };
}

const PARTS: Readonly<Record<string, Part>> = {
  requests: {
    title: 'CPU of a request',
    run: inWorld((servers, world) => benchRequests(servers, world, showProgress)),
  },
  start: {
    title: 'Start',
    run: inWorld(async (servers, world) =>
      benchStart(servers, (await signTokens(world, 'start-', 1))[0] ?? ''),
    ),
  },
  hostile: {
    title: 'Hostile traffic',
    run: inWorld(async (servers, world) =>
      benchHostile(servers, await signTokens(world, 'good-', FEW_IDENTITIES), showProgress),
    ),
  },
  overload: {
    title: 'Overload',
    run: inWorld(async (servers, world, child) => {
      const known = await signTokens(world, 'known-', FEW_IDENTITIES);
      const strangers = await signTokens(world, 'new-', NEW_IN_OVERLOAD);
      return benchOverload(servers, { known, strangers }, (fault) => void child.send(fault), showProgress);
    }),
  },
  memory: {
    title: 'Memory',
    run: inWorld(async (servers, world) =>
      benchMemory(servers, await signTokens(world, 'many-', MANY_IDENTITIES), showProgress),
    ),
  },
  callers: { title: 'Many callers', run: ({ floors }) => benchCallers(floors) },
  cli: { title: 'The command line', run: async () => [await benchCli()] },
  agent: { title: 'The agent', run: ({ floors }) => benchAgent(floors) },
  policies: {
    title: 'Policies and conditions',
    run: async () => [...benchRam(), benchCompose(), ...benchConditions()],
  },
  saml: { title: 'Sign-on', run: async () => [benchSaml()] },
  scim: { title: 'SCIM', run: async () => [await benchScim()] },
  operations: { title: 'The audit trail and the sweep', run: ({ floors }) => benchOperations(floors) },
  rules: { title: 'Rules of 100, 10,000 and 1,000,000 grants', run: benchTableSize },
  document: { title: 'A document of 100,000 grants', run: benchDocument },
};

/** The results of the parts that could be run. One that cannot is named, and the others go on. */
async function runParts(names: readonly string[], built: Built): Promise<readonly PartResult[]> {
  const results: PartResult[] = [];
  for (const name of names) {
    const part = PARTS[name];
    if (!part)
      throw new Error(`no part of the benchmark: ${name}. The parts: ${Object.keys(PARTS).join(', ')}`);
    showProgress(`${part.title} …`);
    try {
      const rows = await part.run(built);
      rows.forEach(printRow);
      results.push({ name, title: part.title, rows });
    } catch (error) {
      process.exitCode = 1;
      console.error(`${part.title}: not measured.`, error);
    }
  }
  return results;
}

async function main(): Promise<void> {
  const options = { json: { type: 'string' }, page: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  showProgress(
    canPin ? 'The server under test has core 0, all else core 1.' : 'taskset is missing: nothing is pinned.',
  );
  pinSelf(WORLD_CORE);
  const floors = mkdtempSync(join(tmpdir(), 'stint-bench-floor-'));
  try {
    const built = await buildFunctions();
    await bundleFloors(floors);
    const names = positionals.length === 0 ? Object.keys(PARTS) : positionals;
    const vend = built.find(({ name }) => name === 'vend')?.folder ?? '';
    const parts = await runParts(names, { floors, vend });
    const report = { machine: describeMachine(), parts };
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
    if (values.page && process.exitCode === undefined) writeFileSync(PAGE, renderPage(report));
  } finally {
    rmSync(floors, { recursive: true, force: true });
  }
}

await main();
