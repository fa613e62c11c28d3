// npm run bench: speed and memory of the vend function as it is deployed, each as a ratio to a floor that is measured
// in the same run. Prints a table; a missed target is marked, and does not fail the run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFunctions } from '../build.ts';
import { signTokens } from '../miniature/sign-tokens.ts';
import { startMiniature } from '../miniature/start-miniature.ts';
import { benchAgent } from './agent-bench.ts';
import { printRow } from './bench-row.ts';
import { benchCli } from './cli-bench.ts';
import { benchCompose } from './compose-bench.ts';
import { benchConditions } from './condition-bench.ts';
import { benchDocument } from './document-bench.ts';
import { benchGroups } from './groups-bench.ts';
import { benchHostile, FRESH_TOKENS } from './hostile-bench.ts';
import { canPin, pinSelf, stop } from './processes.ts';
import { benchRam } from './ram-bench.ts';
import { benchSaml } from './saml-bench.ts';
import { bundleFloors, createServers } from './servers.ts';
import { benchTableSize } from './table-size-bench.ts';
import { benchMany, benchReuse, benchStart, benchStsWire, MANY_IDENTITIES } from './vend-bench.ts';

/** Everything but the server under test, which has core 0 for itself; the miniature world inherits it. */
const WORLD_CORE = 1;
const REUSE_IDENTITIES = 100;
const showProgress = (text: string): void => void process.stderr.write(`${text}\n`);

async function benchVend(vendFolder: string, floorFolder: string): Promise<void> {
  const { child, world } = await startMiniature();
  try {
    const servers = createServers(world, floorFolder, vendFolder);
    const few = await signTokens(world, 'reuse-', REUSE_IDENTITIES);
    showProgress('start …');
    printRow(await benchStart(servers, few[0] ?? ''));
    showProgress('reuse …');
    printRow(await benchReuse(servers, few));
    showProgress('the STS wire …');
    printRow(await benchStsWire(servers, few));
    showProgress('a thousand groups …');
    printRow(await benchGroups(servers, world));
    showProgress('hostile traffic …');
    const fresh = await signTokens(world, 'reuse-', FRESH_TOKENS, REUSE_IDENTITIES);
    for (const row of await benchHostile(servers, { good: few, fresh })) printRow(row);
    showProgress('many identities …');
    for (const row of await benchMany(servers, await signTokens(world, 'many-', MANY_IDENTITIES)))
      printRow(row);
  } finally {
    await stop(child);
  }
}

async function main(): Promise<void> {
  showProgress(
    canPin ? 'The server under test has core 0, all else core 1.' : 'taskset is missing: nothing is pinned.',
  );
  pinSelf(WORLD_CORE);
  const floors = mkdtempSync(join(tmpdir(), 'stint-bench-floor-'));
  try {
    const built = await buildFunctions();
    await bundleFloors(floors);
    await benchVend(built.find(({ name }) => name === 'vend')?.folder ?? '', floors);
    showProgress('the command line …');
    printRow(await benchCli());
    showProgress('the agent …');
    for (const row of await benchAgent(floors)) printRow(row);
    showProgress('policies and conditions …');
    for (const row of [...benchRam(), benchCompose(), ...benchConditions()]) printRow(row);
    showProgress('a SAML response …');
    printRow(benchSaml());
    showProgress('rules of 100, 10,000 and 1,000,000 grants …');
    for (const row of await benchTableSize()) printRow(row);
    showProgress('a document of 100,000 grants …');
    for (const row of await benchDocument()) printRow(row);
  } finally {
    rmSync(floors, { recursive: true, force: true });
  }
}

await main();
