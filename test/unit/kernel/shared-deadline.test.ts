// Each work that shares the deadline ends by its own time, whatever the others do, with one timer.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSharedDeadline } from '../../../shared/kernel/shared-deadline.ts';

class Late extends Error {}
const late = () => new Late();
const never = () => new Promise<never>(() => undefined);

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

describe('a shared deadline', () => {
  it('gives what the work comes to, good or bad', async () => {
    const inTime = createSharedDeadline(1_000);
    expect(await inTime(async () => 'done', late)).toBe('done');
    await expect(inTime(() => Promise.reject(new Error('a bug')), late)).rejects.toThrow('a bug');
  });

  it('ends each work by its own time, whichever began first, and what is done is left alone', async () => {
    const inTime = createSharedDeadline(1_000);
    const ended: string[] = [];
    const begin = (name: string, work: () => Promise<unknown>) =>
      inTime(work, late).then(
        () => ended.push(`${name} done`),
        (error: unknown) => ended.push(`${name} ${error instanceof Late ? 'late' : 'failed'}`),
      );
    void begin('first', never);
    void begin('quick', async () => undefined);
    await vi.advanceTimersByTimeAsync(600);
    void begin('second', never);
    await vi.advanceTimersByTimeAsync(399);
    expect(ended).toEqual(['quick done']);
    await vi.advanceTimersByTimeAsync(1);
    expect(ended).toEqual(['quick done', 'first late']);
    await vi.advanceTimersByTimeAsync(599);
    expect(ended).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(ended).toEqual(['quick done', 'first late', 'second late']);
  });

  it('starts anew after all that waited has ended', async () => {
    const inTime = createSharedDeadline(1_000);
    const first = inTime(never, late);
    const isLate = expect(first).rejects.toThrow(Late);
    await vi.advanceTimersByTimeAsync(1_000);
    await isLate;
    const second = expect(inTime(never, late)).rejects.toThrow(Late);
    await vi.advanceTimersByTimeAsync(1_000);
    await second;
  });
});
