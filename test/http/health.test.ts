// The health endpoints tell a platform whether the process and its dependencies answer, and are no way to flood the
// dependencies.
import { describe, expect, it } from 'vitest';
import { startVend } from '../support/vend-app.ts';

describe('the health endpoints', () => {
  it('say that the process is up, and ask nobody', async () => {
    const app = startVend();
    const { status, body } = await app.send('GET', '/healthz', { token: null });
    expect([status, body]).toEqual([200, { status: 'up' }]);
    expect(app.probed).toEqual({ tablestore: 0, sts: 0 });
  });

  it('ask the dependencies at most once in 5 seconds', async () => {
    const app = startVend();
    const ready = () => app.send('GET', '/readyz', { token: null });
    const first = await ready();
    expect(first.body).toEqual({ status: 'up', checks: { tablestore: 'up', sts: 'up' } });
    expect(first.headers.get('retry-after')).toBeNull();
    app.up.sts = false;
    app.clock.advance(4_999);
    expect((await ready()).status).toBe(200);
    expect(app.probed).toEqual({ tablestore: 1, sts: 1 });
    app.clock.advance(1);
    const down = await ready();
    expect([down.status, down.body]).toEqual([
      503,
      { status: 'down', checks: { tablestore: 'up', sts: 'down' } },
    ]);
    expect(down.headers.get('retry-after')).toBe('2');
    expect(app.probed).toEqual({ tablestore: 2, sts: 2 });
  });

  it('say of hub roles whether each can be assumed, which keeps nobody from being answered', async () => {
    const ready = async (hubs: boolean) =>
      startVend({ hubs: async () => hubs }).send('GET', '/readyz', { token: null });
    for (const [up, word] of [
      [true, 'up'],
      [false, 'down'],
    ] as const) {
      const { status, body } = await ready(up);
      expect([status, body]).toEqual([
        200,
        { status: 'up', checks: { tablestore: 'up', sts: 'up', hubs: word } },
      ]);
    }
  });
});
