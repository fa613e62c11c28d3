// The clock of a simulation: time passes from event to event, in the order in which they were planned.
import { describe, expect, it } from 'vitest';
import { VirtualTime } from '../../../scripts/simulate/virtual-time.ts';

describe('virtual time', () => {
  it('lets events happen in their order, and waiting code go on at its time', async () => {
    const time = new VirtualTime();
    const seen: string[] = [];
    const note = (what: string) => seen.push(`${what} ${time.elapsedMs}`);
    for (const at of [900, 300, 500, 300, 700]) time.at(at, () => note('event'));
    time.start(async () => {
      await time.sleep(400);
      note('slept');
      await time.sleep(400);
      note('slept');
    });
    await time.runUntil(800);
    expect(seen).toEqual(['event 300', 'event 300', 'slept 400', 'event 500', 'event 700', 'slept 800']);
    expect(time.now().getTime() - time.since(time.now())).toBe(Date.UTC(2026, 0, 1));
  });

  it('forgets what was called off', async () => {
    const time = new VirtualTime();
    let happened = 0;
    const callOff = time.at(100, () => {
      happened += 1;
    });
    time.at(200, () => {
      happened += 10;
    });
    callOff();
    await time.runUntil(1_000);
    expect([happened, time.elapsedMs]).toEqual([10, 1_000]);
  });

  it('ends work at its deadline, and only then', async () => {
    const time = new VirtualTime();
    const outcomes: unknown[] = [];
    const run = (milliseconds: number) =>
      time.start(async () => {
        const work = async () => {
          await time.sleep(500);
          return 'done';
        };
        outcomes.push(await time.within(milliseconds, work, () => new Error('late')).catch(String));
      });
    run(600);
    run(400);
    await time.runUntil(1_000);
    expect(outcomes).toEqual(['Error: late', 'done']);
  });

  it('ends with the first bug', async () => {
    const time = new VirtualTime();
    time.start(() => Promise.reject(new Error('a bug')));
    time.at(100, () => undefined);
    await expect(time.runUntil(1_000)).rejects.toThrow('a bug');
  });
});
