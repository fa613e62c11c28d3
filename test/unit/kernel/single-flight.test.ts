// Work of one key is done once for all that wait for it, and never holds them longer than the deadline.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSingleFlight } from '../../../shared/kernel/single-flight.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = () => new Promise<string>(() => undefined);
const open = () => createSingleFlight<string>(1_000, () => 'late');

describe('work that callers share', () => {
  it('is done once for all who wait, and again for whoever comes later', async () => {
    const flights = open();
    let done = 0;
    const work = async () => `work ${++done}`;
    expect(await Promise.all([flights.run('a', work), flights.run('a', work)])).toEqual(['work 1', 'work 1']);
    expect(await flights.run('a', work)).toBe('work 2');
  });

  it('that never settles is given up at the deadline, for everybody who waits', async () => {
    const flights = open();
    const waiting = Promise.all([flights.run('a', never), flights.run('a', never)]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await waiting).toEqual(['late', 'late']);
    expect(flights.isUnderWay('a')).toBe(false);
    expect(await flights.run('a', async () => 'afresh')).toBe('afresh');
  });

  it('learns of the deadline by its signal', async () => {
    const flights = open();
    let given: AbortSignal | undefined;
    const waiting = flights.run('a', (signal) => {
      given = signal;
      return never();
    });
    expect(given?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    await waiting;
    expect(given?.aborted).toBe(true);
  });

  it.each<[string, () => Promise<string>]>([
    ['rejects', () => Promise.reject(new Error('bug'))],
    [
      'throws',
      () => {
        throw new Error('bug');
      },
    ],
  ])('that %s is a bug for all who wait, and for nobody later', async (_, work) => {
    const flights = open();
    const waiting = Promise.allSettled([flights.run('a', work), flights.run('a', work)]);
    expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await flights.run('a', async () => 'afresh')).toBe('afresh');
  });

  it('is shared by its key alone', async () => {
    const flights = open();
    expect(await Promise.all([flights.run('a', async () => 'a'), flights.run('b', async () => 'b')])).toEqual(
      ['a', 'b'],
    );
  });
});
