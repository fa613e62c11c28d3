// Of the requests that wait for a place the newest is next, and the oldest is refused.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createConcurrencyLimit,
  type RequestPlace,
} from '../../../shared/pipeline/limit/limit-concurrency.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start(bounds = { atOnce: 1, waiting: 2 }) {
  const { enter } = createConcurrencyLimit(bounds);
  const settled: string[] = [];
  const lost: string[] = [];
  const places = new Map<string, RequestPlace>();
  /** `whole`: the request has come, so that it cannot lose its place. */
  const come = async (name: string, whole = true): Promise<void> => {
    const place = await enter(() => lost.push(name));
    settled.push(place ? `${name} in` : `${name} refused`);
    if (!place) return;
    places.set(name, place);
    if (whole) place.keep();
  };
  return { come, settled, lost, places };
}

const turn = () => vi.advanceTimersByTimeAsync(0);

describe('requests that wait for a place', () => {
  it('get it as it becomes free, the newest first', async () => {
    const { come, settled, places } = start();
    for (const name of ['a', 'b', 'c']) void come(name);
    await turn();
    places.get('a')?.leave();
    places.get('a')?.leave();
    await turn();
    expect(settled).toEqual(['a in', 'c in']);
    places.get('c')?.leave();
    await turn();
    expect(settled).toEqual(['a in', 'c in', 'b in']);
  });

  it('are refused when there are more, the oldest first', async () => {
    const { come, settled } = start();
    for (const name of ['a', 'b', 'c', 'd']) void come(name);
    await turn();
    expect(settled).toEqual(['a in', 'b refused']);
  });

  it('are refused after a second, each after its own', async () => {
    const { come, settled } = start();
    void come('a');
    void come('b');
    await vi.advanceTimersByTimeAsync(600);
    void come('c');
    await vi.advanceTimersByTimeAsync(399);
    expect(settled).toEqual(['a in']);
    await vi.advanceTimersByTimeAsync(1);
    expect(settled).toEqual(['a in', 'b refused']);
    await vi.advanceTimersByTimeAsync(600);
    expect(settled).toEqual(['a in', 'b refused', 'c refused']);
  });
});

describe('a place', () => {
  it('is lost to another request when its own has not come whole in a second, the oldest first', async () => {
    const { come, settled, lost, places } = start({ atOnce: 2, waiting: 2 });
    await come('a', false);
    await come('b', false);
    void come('c');
    await vi.advanceTimersByTimeAsync(999);
    expect([lost, settled]).toEqual([[], ['a in', 'b in']]);
    await vi.advanceTimersByTimeAsync(1);
    expect([lost, settled.at(-1)]).toEqual([['a'], 'c in']);
    expect([places.get('a')?.keep(), places.get('b')?.keep()]).toEqual([false, true]);
    void come('d');
    // What lost its place has none to give.
    places.get('a')?.leave();
    await turn();
    expect([lost, settled.at(-1)]).toEqual([['a'], 'c in']);
  });

  it('is lost at once to a request that comes after that second', async () => {
    const { come, settled, lost } = start();
    await come('a', false);
    await vi.advanceTimersByTimeAsync(1_000);
    await come('b');
    expect([lost, settled]).toEqual([['a'], ['a in', 'b in']]);
  });
});
