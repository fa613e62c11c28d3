import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTable, tablestoreClient } from './cloud-clients.ts';
import { granted } from './exchange.ts';
import { type NpmStart, npmStart, untilGone } from './npm-start.ts';
import { choosePort, prepareState } from './state.ts';
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
const openPorts = async (world: World): Promise<readonly boolean[]> =>
  Promise.all(portsOf(world).map(isOpen));

async function expectNothingLeft(world: World, family: readonly number[]): Promise<void> {
  expect(family.length).toBeGreaterThan(3); // npm, its shell, the local cloud and the function at least
  await world.npm.exitCode;
  await untilGone(family);
  expect(await openPorts(world)).toEqual([false, false, false, false]);
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
  afterAll(() => world.close());

  it('while the first runs, another is refused, and the first goes on', async () => {
    const other = npmStart({ STINT_STATE_DIR: world.state.folder, PORT: String(await choosePort()) });
    expect(await other.exitCode).toBe(1);
    expect(other.errors()).toMatch(
      /^stint: process \d+ already runs a local cloud on .+; stop it, or set STINT_STATE_DIR$/m,
    );
    const [, pid] = /process (\d+)/.exec(other.errors()) ?? [];
    expect(world.npm.family()).toContain(Number(pid));
    granted(await world.vend(token, { role: 'media-uploader' }));
  });

  it('Ctrl-C leaves no process and no open port', async () => {
    expect(await openPorts(world)).toEqual([true, true, true, true]);
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

describe('a port that is taken', () => {
  it('is named in the error, before anything is started', async () => {
    const port = await choosePort();
    const holder = createServer().listen(port, HOST);
    await once(holder, 'listening');
    const state = await prepareState();
    const start: NpmStart = npmStart({ STINT_STATE_DIR: state.folder, PORT: String(port) });
    try {
      expect(await start.exitCode).toBe(1);
      expect(start.errors()).toContain(`stint: port ${port} is taken on ${HOST}; set PORT to a free one`);
      expect(start.output()).not.toContain('1. RAM');
    } finally {
      await start.stop();
      holder.close();
      rmSync(state.folder, { recursive: true });
    }
  });

  it('is an error too when it is no port at all', async () => {
    const state = await prepareState();
    const start = npmStart({ STINT_STATE_DIR: state.folder, PORT: '70000' });
    expect(await start.exitCode).toBe(1);
    expect(start.errors()).toContain('stint: PORT must be a number from 1 to 65535, not "70000"');
    rmSync(state.folder, { recursive: true });
  });
});
