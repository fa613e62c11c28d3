// The numbers that requests leave in the log of vend.
import { describe, expect, test } from 'vitest';
import { startVend } from '../support/vend-app.ts';

/** Two lines and more, added up: the first request writes one. */
function numbersOf({ numbers, numbersLog }: ReturnType<typeof startVend>) {
  numbers.flush();
  return (name: string): number =>
    numbersLog.lines.reduce((sum, { fields }) => sum + Number(fields[name] ?? 0), 0);
}

describe('a vend', () => {
  test('counts, and so do credentials that are handed out again and a proof that was known', async () => {
    const app = startVend();
    await app.vend();
    await app.vend();
    const number = numbersOf(app);
    expect(['requests', 'vends', 'reused', 'knownProofs', 'assumeRoleCalls'].map(number)).toEqual([
      2, 2, 1, 1, 1,
    ]);
  });

  test.each([
    ['throttled', 'assumeRoleThrottled'],
    ['refused', 'assumeRoleFailed'],
    ['unavailable', 'assumeRoleFailed'],
  ] as const)('that STS answers with %s counts as %s', async (kind, name) => {
    const app = startVend();
    app.assumer.fault = { kind, cause: 'of-the-test' };
    await app.vend();
    const number = numbersOf(app);
    expect(['requests', 'vends', 'assumeRoleCalls', name].map(number)).toEqual([1, 0, 1, 1]);
  });

  test('without its audit row is a failure and no vend', async () => {
    const app = startVend();
    app.auditLog.recordFault = { reason: 'store-failed', cause: 'of-the-test' };
    await app.vend();
    const number = numbersOf(app);
    expect(['requests', 'vends', 'failed'].map(number)).toEqual([1, 0, 1]);
  });
});

test('refusals count by whose fault they are', async () => {
  const app = startVend();
  await app.vend({ role: 'nothing-of-this-name' });
  await app.vend({}, { token: null });
  app.store.fault = { reason: 'store-failed', cause: 'of-the-test' };
  await app.vend();
  const number = numbersOf(app);
  expect(['requests', 'refused', 'failed', 'vends'].map(number)).toEqual([3, 2, 1, 0]);
});

test('health checks, preflights and unknown paths do not count', async () => {
  const app = startVend();
  await app.send('GET', '/healthz', { token: null });
  await app.send('GET', '/nothing', { token: null });
  app.numbers.flush();
  expect(app.numbersLog.lines).toEqual([]);
});
