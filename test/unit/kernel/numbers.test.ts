// The numbers of an instance are told in time, lose nothing and count nothing twice.
import { describe, expect, test } from 'vitest';
import { createVendNumbers } from '../../../shared/kernel/numbers.ts';
import { watchRequest } from '../../../shared/kernel/request-watch.ts';
import { FakeLogger } from '../../support/fakes.ts';

function start() {
  let at = 1_000_000;
  const logger = new FakeLogger();
  const numbers = createVendNumbers({ stopwatch: () => at, logger });
  const pass = (milliseconds: number): void => {
    at += milliseconds;
  };
  const sumOf = (name: string): number =>
    logger.lines.reduce((sum, { fields }) => sum + Number(fields[name]), 0);
  return { numbers, logger, pass, sumOf };
}

describe('the numbers of an instance', () => {
  test('are told by its first request, and then once in ten seconds', () => {
    const { numbers, logger, pass } = start();
    numbers.requestEnded(200, 1);
    expect(logger.lines).toHaveLength(1);
    for (let request = 0; request < 99; request += 1) {
      pass(100);
      numbers.requestEnded(200, 1);
    }
    expect(logger.lines).toHaveLength(1);
    pass(100);
    numbers.requestEnded(200, 1);
    expect(logger.lines.map(({ event, fields }) => [event, fields['seconds'], fields['requests']])).toEqual([
      ['vend-numbers', 0, 1],
      ['vend-numbers', 10, 100],
    ]);
  });

  test('lose no request and count none twice, over any number of lines', () => {
    const { numbers, logger, pass, sumOf } = start();
    for (let request = 0; request < 1000; request += 1) {
      numbers.count('vends');
      numbers.took('assume', 3);
      numbers.requestEnded(200, 5);
      pass(request % 7 === 0 ? 4000 : 1);
    }
    numbers.flush();
    expect(logger.lines.length).toBeGreaterThan(10);
    expect(['requests', 'vends', 'assumeMs', 'requestMs'].map(sumOf)).toEqual([1000, 1000, 3000, 5000]);
  });

  test('are not told when there are none', () => {
    const { numbers, logger } = start();
    numbers.flush();
    numbers.requestEnded(200, 1);
    numbers.flush();
    expect(logger.lines).toHaveLength(1);
  });

  test('tell refusals from failures, and slow requests from the slowest', () => {
    const { numbers, logger, sumOf } = start();
    numbers.requestEnded(403, 0.5);
    numbers.requestEnded(503, 100);
    numbers.requestEnded(200, 6000);
    numbers.requestEnded(200, 101);
    numbers.flush();
    const names = ['refused', 'failed', 'over100ms', 'over1000ms', 'over5000ms', 'requestMs'];
    expect(names.map(sumOf)).toEqual([1, 1, 2, 1, 1, 6201.5]);
    expect(logger.lines.at(-1)?.fields).toMatchObject({ requestMaxMs: 6000 });
  });
});

describe('a request', () => {
  test('takes the time from its last byte to its answer: what a caller holds back does not count', async () => {
    const { numbers, logger, pass } = start();
    const watch = watchRequest(numbers);
    pass(20_000);
    watch.received();
    await watch.timed('decide', async () => pass(3));
    pass(4);
    watch.ended(200, () => ({ isKnown: false, attributes: {} }));
    expect(logger.lines.at(-1)?.fields).toMatchObject({ requestMs: 7, decideMs: 3, over5000ms: 0 });
  });

  test('counts once, though it is answered a second time after a deadline', () => {
    const { numbers, sumOf } = start();
    const watch = watchRequest(numbers);
    watch.ended(503, () => ({ isKnown: false, attributes: {} }));
    watch.ended(200, () => ({ isKnown: false, attributes: {} }));
    numbers.flush();
    expect(sumOf('requests')).toBe(1);
  });

  test('has the time of a part that throws', async () => {
    const { numbers, pass, sumOf } = start();
    const watch = watchRequest(numbers);
    const late = watch.timed('assume', async () => {
      pass(9);
      throw new Error('bug');
    });
    await expect(late).rejects.toThrow('bug');
    watch.ended(500, () => ({ isKnown: false, attributes: {} }));
    expect(sumOf('assumeMs')).toBe(9);
  });
});
