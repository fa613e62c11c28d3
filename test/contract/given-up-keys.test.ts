// Keys of login that an administrator gave up: no second fault keeps them in use.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LOGIN_KEYS } from '../../shared/adapters/tablestore/tables.ts';
import { createPlainSeal, type Seal } from '../../shared/kernel/seal.ts';
import { FakeRows } from '../support/fake-rows.ts';
import { must } from './must.ts';
import { order, startInstanceOn, OwnKeysTime as Time } from './own-keys-instance.ts';

const REFRESH_MS = 30_000;
const REFRESH_DEADLINE_MS = 12_000;

afterEach(() => {
  vi.useRealTimers();
});

/** `mayUse`: whether the seal answers for this row. */
function sealThatFails(mayUse: (row: string, work: 'open' | 'seal') => boolean): Seal {
  const plain = createPlainSeal();
  const down = { ok: false, error: { kind: 'unavailable', cause: 'down' } } as const;
  return {
    open: async (place, sealed) => (mayUse(place.row, 'open') ? plain.open(place, sealed) : down),
    seal: async (place, secret) => (mayUse(place.row, 'seal') ? plain.seal(place, secret) : down),
  };
}

describe('after an order to give the keys up, an instance does not serve with them', () => {
  it('when the tables fail once it has seen the order', async () => {
    const [rows, time] = [new FakeRows(), new Time()];
    let isDown = false;
    const instance = startInstanceOn(rows, {
      time,
      seal: sealThatFails((_, work) => !isDown || work === 'open'),
    });
    must(await instance.ready());
    isDown = true;
    await order(rows, 'session-keys', 'leaked');
    time.passSeconds(REFRESH_MS / 1_000);
    expect((await instance.ready()).ok).toBe(false);
    rows.intercept = () => ({ code: 'OTSServerBusy', requestId: undefined });
    time.passSeconds(REFRESH_MS / 1_000);
    expect(await instance.ready()).toMatchObject({ ok: false });
  });

  /**
   * @attack Session keys that were given up, kept in use by a fault of the SAML keys
   * @removed the comparison with the order of the session keys that were read
   * @failed 1 of 4: when another instance has carried it out, and the saml-keys cannot be read: `expected
   *   { ok: true, value: undefined } to match object { ok: false }`
   */
  it.each(['saml-keys', 'session-keys'])(
    'when another instance has carried it out, and the %s cannot be read',
    async (kind) => {
      const [rows, time] = [new FakeRows(), new Time()];
      let isDown = false;
      const seal = sealThatFails((row) => !isDown || row !== kind);
      const instance = startInstanceOn(rows, { time, seal });
      must(await instance.ready());
      isDown = true;
      await order(rows, 'session-keys', 'leaked');
      await order(rows, 'saml-keys', 'first');
      must(await startInstanceOn(rows, { time }).ready());
      time.passSeconds(REFRESH_MS / 1_000);
      expect(await instance.ready()).toMatchObject({ ok: false });
    },
  );

  /**
   * @attack Session keys that were given up, kept in use by a KMS that holds its answers back
   * @removed the note of the order before it is carried out
   * @failed 1 of 5: when the order takes longer than the deadline of a read: `expected
   *   { ok: true, value: undefined } to match object { ok: false }`
   */
  it('when the order takes longer than the deadline of a read', async () => {
    const [rows, time] = [new FakeRows(), new Time()];
    const plain = createPlainSeal();
    let isHeldBack = false;
    const seal: Seal = {
      open: plain.open,
      seal: (place, secret) => (isHeldBack ? new Promise(() => {}) : plain.seal(place, secret)),
    };
    const instance = startInstanceOn(rows, { time, seal });
    must(await instance.ready());
    isHeldBack = true;
    await order(rows, 'session-keys', 'leaked');
    time.passSeconds(REFRESH_MS / 1_000);
    vi.useFakeTimers();
    const ready = instance.ready();
    await vi.advanceTimersByTimeAsync(REFRESH_DEADLINE_MS);
    expect(await ready).toMatchObject({ ok: false });
  });

  it('when the row says that they carried it out', async () => {
    const [rows, time] = [new FakeRows(), new Time()];
    const instance = startInstanceOn(rows, { time });
    must(await instance.ready());
    const [row] = must(await rows.getRows(LOGIN_KEYS, [['session-keys']]));
    const columns = { ...row?.columns, carried_out: 'leaked' };
    must(await rows.putRows([{ table: LOGIN_KEYS, key: ['session-keys'], columns }]));
    await order(rows, 'session-keys', 'leaked');
    time.passSeconds(REFRESH_MS / 1_000);
    expect(await instance.ready()).toMatchObject({ ok: false });
  });
});
