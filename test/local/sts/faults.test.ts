// Guarantees: injected faults of the local STS strike as many calls as asked, and then stop.
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSts } from '../../../local/sts/server.ts';
import { BROKER, callV3, openWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const identify = () => world.client(BROKER).getCallerIdentity();

describe('an injected fault', () => {
  it('spoils as many calls as asked, then the service is itself again', async () => {
    world.sts.faults.inject({ kind: 'refuse', code: 'InternalError' }, 2);
    await expect(identify()).rejects.toMatchObject({ code: 'InternalError', statusCode: 500 });
    await expect(identify()).rejects.toMatchObject({ code: 'InternalError' });
    expect((await identify()).statusCode).toBe(200);
  });

  it.each(['Throttling', 'Throttling.User', 'Throttling.Api'] as const)(
    'throttles with %s, which the SDK knows as throttling',
    async (code) => {
      world.sts.faults.inject({ kind: 'refuse', code });
      await expect(identify()).rejects.toMatchObject({ name: 'ThrottlingError', code });
    },
  );

  it('answers a bare 302', async () => {
    world.sts.faults.inject({ kind: 'redirect' });
    const response = await fetch(world.sts.url, { redirect: 'manual' });
    expect([response.status, response.headers.get('location'), await response.text()]).toEqual([
      302,
      null,
      '',
    ]);
  });

  it('answers garbage', async () => {
    world.sts.faults.inject({ kind: 'garbage' });
    const answer = await callV3(world.sts.url, {});
    expect(answer.status).toBe(200);
    expect(() => JSON.parse(answer.text)).toThrow();
  });

  it('drops the connection', async () => {
    world.sts.faults.inject({ kind: 'close' });
    await expect(callV3(world.sts.url, {})).rejects.toThrow('fetch failed');
  });

  it('is slow, then answers properly', async () => {
    world.sts.faults.inject({ kind: 'slow', delayMillis: 30 });
    const before = performance.now();
    expect((await identify()).statusCode).toBe(200);
    expect(performance.now() - before).toBeGreaterThanOrEqual(29);
  });

  it('hangs until the service closes', async () => {
    const other = await startSts({ iam: world.iam });
    other.faults.inject({ kind: 'hang' });
    const hung = request(other.url, { headers: { expect: '100-continue' } });
    const ended = new Promise((resolve) => {
      hung.on('response', () => resolve('answered')).on('error', () => resolve('cut'));
    });
    // The server says "continue" as it takes the request up.
    const arrived = new Promise<void>((resolve) => hung.on('continue', resolve));
    hung.end();
    await arrived;
    expect((await callV3(other.url, {})).status).toBe(200);
    await other.close();
    expect(await ended).toBe('cut');
  });

  it('is forgotten when cleared', async () => {
    world.sts.faults.inject({ kind: 'close' }, 5);
    world.sts.faults.clear();
    expect((await identify()).statusCode).toBe(200);
  });
});

describe('startSts', () => {
  it('answers InternalError when it has a bug, tells the operator, and goes on', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    let bugs = 1;
    const find: typeof world.iam.find = (...key) => {
      if (bugs-- > 0) throw new Error('a bug');
      return world.iam.find(...key);
    };
    const broken = await startSts({ iam: { ...world.iam, find } });
    expect((await callV3(broken.url, {})).status).toBe(500);
    expect(logged).toHaveBeenCalledOnce();
    expect((await callV3(broken.url, {})).status).toBe(200);
    await broken.close();
    logged.mockRestore();
  });

  it('says so when the port is taken', async () => {
    const port = Number(new URL(world.sts.url).port);
    await expect(startSts({ iam: world.iam, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
