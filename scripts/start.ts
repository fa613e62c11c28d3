// npm start: the local cloud and Stint on it, until Ctrl-C. Prints; everything else is in local/world/.
import { relative } from 'node:path';
import { DEMO_PEOPLE } from '../local/demo/people.ts';
import { startWorld } from '../local/world/start-world.ts';
import { lockStateDir, type RunningWorld, stateDirOf } from '../local/world/state-dir.ts';
import { vendOnce } from '../local/world/vend-once.ts';
import { buildFunctions } from './build.ts';

const DEFAULT_PORT = 9000;
const HIGHEST_PORT = 65_535;
const PARENT_POLL_MS = 1000;
/** Enough of a function's last words to see why it did not start. */
const KEPT_LOG_LINES = 10;
const GATEWAY_MARK = '[gateway]';

const stateDir = stateDirOf(process.env);
const closers: (() => Promise<void> | void)[] = [];
const lastLines: string[] = [];
let stopping = false;

const shown = (path: string): string => relative(process.cwd(), path) || path;

/** For lines that are pasted into another terminal, which knows nothing of how this one was started. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const onThisState = (): string =>
  process.env['STINT_STATE_DIR'] === undefined ? '' : `STINT_STATE_DIR=${quoted(stateDir)} `;

async function stop(exitCode: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  for (const close of closers.reverse()) {
    try {
      await close();
    } catch (error) {
      console.error(`stint: while stopping: ${String(error)}`);
    }
  }
  process.exit(exitCode);
}

function stopOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!stopping) console.log('\nstint: stopping.');
      void stop(0);
    });
  }
  // npm starts this process through a shell that passes no signals on, so the end of npm shows as another parent.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) void stop(0);
  }, PARENT_POLL_MS).unref();
}

function requestedPort(): number | undefined {
  const text = process.env['PORT'];
  if (text === undefined || text === '') return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port <= HIGHEST_PORT) return port;
  throw new Error(`PORT must be a number from 1 to ${HIGHEST_PORT}, not "${text}"`);
}

function onLog(functionName: string, line: string): void {
  lastLines.push(line);
  if (lastLines.length > KEPT_LOG_LINES) lastLines.shift();
  if (line.startsWith(GATEWAY_MARK) && !stopping)
    console.error(`stint: ${functionName}: ${line.slice(GATEWAY_MARK.length + 1)}`);
}

function createStep(): (title: string, detail?: string) => void {
  let count = 0;
  return (title, detail = '') => {
    count += 1;
    console.log(`  ${count}. ${title.padEnd(18)} ${detail}`);
  };
}

function printWelcome(world: RunningWorld): void {
  const people = DEMO_PEOPLE.map(({ sub, role }) => `  ${sub.padEnd(8)} ${role}`).join('\n');
  console.log(`
Demo people
${people}

Paste this into another terminal, in this folder:

  curl -s ${world.url}/v1/credentials -H "Authorization: Bearer $(${onThisState()}npm run --silent local:token -- alice)" -H 'Content-Type: application/json' -d '{"role":"media-uploader"}'

The portal, for people: ${world.portal}
On the command line: npx stint login --url ${new URL(world.portal).origin}, then npx stint roles
With the aliyun command line: aliyun configure --profile stint --mode CloudSSO --cloud-sso-sign-in-url ${world.cloudSso}

Administrator's settings: ${shown(stateDir)}/admin.env; an auditor's: ${shown(stateDir)}/auditor.env; a partner's: ${shown(stateDir)}/partner.env; applied rules: ${shown(stateDir)}/access.yaml; logs: ${shown(stateDir)}/logs
Stint is up at ${new URL(world.portal).origin}. Ctrl-C stops it; the state stays.`);
}

async function main(): Promise<void> {
  const fixed = requestedPort();
  const lock = lockStateDir(stateDir);
  if (typeof lock === 'number') {
    throw new Error(
      `process ${lock} already runs a local cloud on ${shown(stateDir)}; stop it, or set STINT_STATE_DIR`,
    );
  }
  closers.push(lock);
  stopOnSignals();
  console.log('Stint: starting the local Alibaba Cloud');
  const step = createStep();
  const port = fixed ?? DEFAULT_PORT;
  const world = await startWorld({
    stateDir,
    build: buildFunctions,
    port,
    portIsFixed: fixed !== undefined,
    signOnSecrets: process.env['STINT_SIGN_ON_SECRETS'] ?? '',
    step,
    onLog,
    onStarted: (close) => closers.push(close),
  });
  if (new URL(world.url).port !== String(port))
    console.log(`     port ${port} is taken, so it is ${world.url}`);
  const lines = await vendOnce(world, 'alice', 'media-uploader');
  step('First vend', 'alice signed in and took media-uploader:');
  for (const line of lines) console.log(`       ${line}`);
  printWelcome(world);
}

try {
  await main();
} catch (error) {
  if (!stopping) {
    console.error(`stint: ${error instanceof Error ? error.message : String(error)}`);
    if (lastLines.length > 0) console.error(`the function's last lines:\n  ${lastLines.join('\n  ')}`);
    await stop(1);
  }
}
