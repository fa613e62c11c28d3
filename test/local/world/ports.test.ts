// Guarantees: the local services keep their ports across starts, and avoid ports that are taken.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../local/fc/listen.ts';
import { chooseGatewayPort, choosePorts } from '../../../local/world/ports.ts';

const HOST = '127.0.0.1';
/** Below the ports that systems give away by themselves, and not where the end-to-end tests look. */
const FIRST_PORT = 14_000;
const PORT_SPAN = 5_000;

let folder: string;
let gateway: number;
const held: Server[] = [];

async function hold(port: number): Promise<void> {
  const server = createServer().listen(port, HOST);
  held.push(server);
  await once(server, 'listening');
}

/** The first of ten free ports in a row. */
async function freeRow(): Promise<number> {
  for (;;) {
    const first = FIRST_PORT + Math.floor(Math.random() * PORT_SPAN);
    const row = Array.from({ length: 10 }, (_, i) => first + i);
    const free = await Promise.all(row.map((port) => freePort(port, HOST)));
    if (free.every((port, i) => port === row[i])) return first;
  }
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stint-ports-'));
  gateway = await freeRow();
});
afterEach(() => {
  for (const server of held.splice(0)) server.close();
  rmSync(folder, { recursive: true });
});

describe('the ports of the local services', () => {
  it('follow the gateway’s', async () => {
    expect(await choosePorts(folder, gateway)).toEqual({
      idp: gateway + 1,
      sts: gateway + 2,
      tablestore: gateway + 3,
      ram: gateway + 4,
      saml: gateway + 5,
      cloudSso: gateway + 6,
      actionTrail: gateway + 7,
    });
  });

  it('are those of the first start at every later one, also for another gateway port', async () => {
    const first = await choosePorts(folder, gateway);
    expect(await choosePorts(folder, gateway + 8)).toEqual(first);
  });

  it('leave out what somebody else holds, and remember what they took instead', async () => {
    await hold(gateway + 2);
    const ports = await choosePorts(folder, gateway);
    expect(ports).toMatchObject({ idp: gateway + 1, tablestore: gateway + 3 });
    expect(ports.sts).not.toBe(gateway + 2);
    for (const server of held.splice(0)) await once(server.close(), 'close');
    expect(await choosePorts(folder, gateway)).toEqual(ports);
  });

  it('are kept from before there was a local RAM, SAML, CloudSSO or ActionTrail', async () => {
    const kept = { idp: gateway + 8, sts: gateway + 9, tablestore: gateway + 3 };
    writeFileSync(join(folder, 'ports.json'), JSON.stringify(kept));
    expect(await choosePorts(folder, gateway)).toEqual({
      ...kept,
      ram: gateway + 4,
      saml: gateway + 5,
      cloudSso: gateway + 6,
      actionTrail: gateway + 7,
    });
  });

  it('differ, also where a kept one is the next of another', async () => {
    const kept = { idp: gateway + 5, sts: gateway + 6, tablestore: gateway + 4 };
    writeFileSync(join(folder, 'ports.json'), JSON.stringify(kept));
    const ports = await choosePorts(folder, gateway);
    expect(ports).toMatchObject(kept);
    expect(new Set(Object.values(ports)).size).toBe(7);
  });

  it('do not take the one that the gateway is asked to have now', async () => {
    await choosePorts(folder, gateway);
    const ports = await choosePorts(folder, gateway + 1);
    expect(ports).toMatchObject({ sts: gateway + 2, tablestore: gateway + 3 });
    expect(ports.idp).not.toBe(gateway + 1);
  });

  it('stay within the ports that there are', async () => {
    const ports = await choosePorts(folder, 65_534);
    for (const port of Object.values(ports)) expect(port).toBeLessThan(65_536);
  });

  it.each(['{', '{"idp":1}', '{"idp":"9001","sts":9002,"tablestore":9003}'])(
    'are chosen anew when %s is what was remembered',
    async (text) => {
      writeFileSync(join(folder, 'ports.json'), text);
      expect(await choosePorts(folder, gateway)).toMatchObject({ idp: gateway + 1 });
    },
  );
});

describe('a port that was asked for', () => {
  it('is free again after it was found free', async () => {
    await chooseGatewayPort(gateway, 1);
    expect(await freePort(gateway, HOST)).toBe(gateway);
  });

  it('is named when it is taken', async () => {
    await hold(gateway);
    await expect(chooseGatewayPort(gateway, 1)).rejects.toThrow(
      `port ${gateway} is taken on ${HOST}; set PORT`,
    );
  });

  it('is followed by its neighbour when it is taken and nobody insisted', async () => {
    await hold(gateway);
    expect(await chooseGatewayPort(gateway, 2)).toBe(gateway + 1);
  });
});
