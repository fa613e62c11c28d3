// `npm start` leaves no process and no port behind, keeps the state from one start to the next, and refuses a second
// start on it.
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readTable, tablestoreClient } from './cloud-clients.ts';
import { granted } from './exchange.ts';
import { type NpmStart, npmStart, untilGone } from './npm-start.ts';
import { choosePort, prepareState, type State } from './state.ts';
import { startWorld, type World } from './world.ts';

const HOST = '127.0.0.1';

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, HOST);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

const portsOf = ({ url, ports }: World): readonly number[] => [
  Number(new URL(url).port),
  ...Object.values(ports),
];
/** What the ports have in common. */
const portsAre = async (world: World): Promise<ReadonlySet<boolean>> =>
  new Set(await Promise.all(portsOf(world).map(isOpen)));

async function expectNothingLeft(world: World, family: readonly number[]): Promise<void> {
  onTestFinished(() => world.npm.stop());
  expect(family.length).toBeGreaterThan(3); // npm, its shell, the local cloud and the function at least
  await untilGone(family);
  expect(await portsAre(world)).toEqual(new Set([false]));
}

/** Of a start that must fail: one that succeeds is ended at once, and has another exit code. */
async function exitCodeOf(start: NpmStart): Promise<number | null> {
  onTestFinished(() => start.stop());
  start.ready.then(
    () => start.signal('SIGTERM', 'group'),
    () => undefined,
  );
  return start.exitCode;
}

const headOf = async ({ ports, state }: World) => {
  const rows = await readTable(tablestoreClient(ports.tablestore, state.rootKey), 'catalog', ['kind', 'id']);
  return rows.find(({ kind }) => kind === 'head');
};

describe('two starts after each other on one state folder', () => {
  let world: World;
  let token: string;
  let head: Awaited<ReturnType<typeof headOf>>;

  beforeAll(async () => {
    world = await startWorld();
    token = await world.token('alice');
    head = await headOf(world);
  });
  afterAll(() => world?.close()); // a start that failed has cleaned up after itself

  it('while the first runs, another is refused, and the first goes on', async () => {
    const other = npmStart({ STINT_STATE_DIR: world.state.folder, PORT: String(await choosePort()) });
    expect(await exitCodeOf(other)).toBe(1);
    expect(other.errors()).toMatch(
      /^stint: process \d+ already runs a local cloud on .+; stop it, or set STINT_STATE_DIR$/m,
    );
    const [, pid] = /process (\d+)/.exec(other.errors()) ?? [];
    expect(world.npm.family()).toContain(Number(pid));
    granted(await world.vend(token, { role: 'media-uploader' }));
  });

  it('Ctrl-C leaves no process and no open port', async () => {
    expect(await portsAre(world)).toEqual(new Set([true]));
    const family = world.npm.family();
    world.npm.signal('SIGINT', 'group');
    await expectNothingLeft(world, family);
    expect(world.npm.output()).toContain('stint: stopping.');
  });

  it('the next start keeps the rules, and tokens of before still vend', async () => {
    const { state, url } = world;
    world = await startWorld({ state, port: Number(new URL(url).port) });
    expect(world.url).toBe(url);
    expect(world.npm.output()).toContain('tables kept; Nothing to change: these rules are in force.');
    expect(head).toMatchObject({ revision: expect.any(String) });
    expect(await headOf(world)).toEqual(head);
    granted(await world.vend(token, { role: 'media-uploader' }));
  });

  it('SIGTERM to npm alone leaves no process and no open port', async () => {
    const family = world.npm.family();
    world.npm.signal('SIGTERM', 'npm');
    await expectNothingLeft(world, family);
  });
});

describe('a port', () => {
  let state: State;
  beforeAll(async () => {
    state = await prepareState();
  });
  afterAll(() => rmSync(state.folder, { recursive: true }));
  const startOn = (port: string) => npmStart({ STINT_STATE_DIR: state.folder, PORT: port });

  it('that is taken is named in the error, before anything is started', async () => {
    const port = await choosePort();
    const holder = createServer().listen(port, HOST);
    onTestFinished(() => void holder.close());
    await once(holder, 'listening');
    const start = startOn(String(port));
    expect(await exitCodeOf(start)).toBe(1);
    expect(start.errors()).toContain(`stint: port ${port} is taken on ${HOST}; set PORT to a free one`);
    expect(start.output()).not.toContain('1. RAM');
  });

  it('that is none is an error that says what a port is', async () => {
    const start = startOn('70000');
    expect(await exitCodeOf(start)).toBe(1);
    expect(start.errors()).toContain('stint: PORT must be a number from 1 to 65535, not "70000"');
  });
});
