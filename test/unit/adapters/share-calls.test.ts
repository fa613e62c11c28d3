// Guarantees: of asks that share calls each gets its own answer; none waits long, and one that comes alone not at all.
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { shareCalls } from '../../../shared/adapters/tablestore/share-calls.ts';
import { gate } from '../../support/catalog-rows.ts';

const SHARING = { maxSize: 3, sizeOf: (ask: string) => ask.length, calls: 1, maxWaitMs: 1 };

/** Calls that end when they are told to; each answer says what was asked. */
function start(sharing = SHARING) {
  const calls: { readonly asks: readonly string[]; readonly end: () => void }[] = [];
  const ask = shareCalls<string, string>(sharing, async (asks) => {
    const held = gate();
    calls.push({ asks, end: held.open });
    await held.closed;
    return asks.map((one) => `answer to ${one}`);
  });
  return { calls, ask, asked: () => calls.map(({ asks }) => asks.join('')) };
}

describe('asks', () => {
  it('that come in one turn share a call', async () => {
    const { ask, calls, asked } = start();
    const answers = Promise.all(['a', 'b'].map(ask));
    await setImmediate();
    expect(asked()).toEqual(['ab']);
    calls[0]?.end();
    expect(await answers).toEqual(['answer to a', 'answer to b']);
  });

  it('that fill calls wait for none', async () => {
    const { ask, asked } = start();
    for (const one of ['a', 'bb', 'cc', 'dd', 'e', 'f']) void ask(one);
    await setImmediate();
    expect(asked()).toEqual(['abb', 'cc', 'dde']);
  });

  it('that come while a call is under way wait for its end', async () => {
    const { ask, calls, asked } = start();
    void ask('a');
    await setImmediate();
    for (const one of 'bc') {
      void ask(one);
      await setImmediate();
    }
    expect(asked()).toEqual(['a']);
    calls[0]?.end();
    await setImmediate();
    expect(asked()).toEqual(['a', 'bc']);
  });

  it('do not wait for a call that does not end', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { ask, asked } = start();
      void ask('a');
      await setImmediate();
      void ask('b');
      await setImmediate();
      expect(asked()).toEqual(['a']);
      vi.advanceTimersByTime(SHARING.maxWaitMs);
      expect(asked()).toEqual(['a', 'b']);
      void ask('c');
      await setImmediate();
      vi.advanceTimersByTime(SHARING.maxWaitMs);
      expect(asked()).toEqual(['a', 'b', 'c']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('each get their own answer, however they come and whatever order the calls end in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ turns: fc.nat(2), endsLast: fc.boolean() }), { maxLength: 30 }),
        async (steps) => {
          const { ask, calls } = start();
          const answers: Promise<string>[] = [];
          for (const [i, { turns, endsLast }] of steps.entries()) {
            answers.push(ask(String(i)));
            for (let turn = 0; turn < turns; turn += 1) await setImmediate();
            (endsLast ? calls.at(-1) : calls[0])?.end();
          }
          const all = Promise.all(answers);
          let isDone = false;
          void all.then(() => {
            isDone = true;
          });
          while (!isDone) {
            for (const { end } of calls) end();
            await setImmediate();
          }
          expect(await all).toEqual(steps.map((_, i) => `answer to ${i}`));
          expect(calls.every(({ asks }) => asks.join('').length <= SHARING.maxSize)).toBe(true);
        },
      ),
    );
  });

  it('fail together when an answer is missing, and stop no later call', async () => {
    let missing = 1;
    const ask = shareCalls<string, string>(SHARING, async (asks) => asks.slice(missing));
    await expect(Promise.allSettled(['a', 'b'].map(ask))).resolves.toMatchObject([
      { status: 'rejected' },
      { status: 'rejected' },
    ]);
    missing = 0;
    expect(await ask('c')).toBe('c');
  });
});
