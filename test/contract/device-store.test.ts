// What devices ask, on rows in memory and on the local Tablestore: one suite for both.
import { afterAll, describe, expect, it } from 'vitest';
import { DEVICES } from '../../shared/adapters/tablestore/tables.ts';
import { createDeviceStore } from '../../shared/adapters/tablestore/tablestore-device-store.ts';
import type { TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { ok } from '../../shared/kernel/result.ts';
import { type DeviceRequest, deviceRequestKey, UserCode } from '../../shared/people/device-request.ts';
import { NOW } from '../support/builders.ts';
import { FakeRows } from '../support/fake-rows.ts';
import { openLocalRows, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const instance = await startInstance();
afterAll(() => instance.server.close());

const request = (code: string, parts: Partial<DeviceRequest> = {}): DeviceRequest => ({
  key: deviceRequestKey(UserCode.parse(code.padEnd(8, 'B'))),
  secretHash: 'hash',
  askedAt: NOW,
  expiresAt: NOW,
  status: 'waiting',
  version: 1,
  ...parts,
});

const ROWS: readonly (readonly [string, () => Promise<TablestoreRows>])[] = [
  ['rows in memory', async () => new FakeRows()],
  ['the local Tablestore', () => openLocalRows(instance)],
];

describe.each(ROWS)('DeviceStore on %s', (_, open) => {
  it('finds a request as it was added, and no other', async () => {
    const store = createDeviceStore(await open());
    const added = request('F', { device: 'Ünïcode "host"', address: '203.0.113.7' });
    expect(await store.add(added)).toEqual(ok('added'));
    expect(await store.find(added.key)).toEqual(ok(added));
    expect(await store.find(request('G').key)).toEqual(ok(undefined));
  });

  it('keeps the request that had a code first', async () => {
    const store = createDeviceStore(await open());
    const first = request('H');
    must(await store.add(first));
    expect(await store.add({ ...first, secretHash: 'another' })).toEqual(ok('known'));
    expect(await store.find(first.key)).toEqual(ok(first));
  });

  it('replaces what nobody wrote meanwhile, and nothing else', async () => {
    const store = createDeviceStore(await open());
    const before = request('J');
    must(await store.add(before));
    const after = { ...before, status: 'denied', version: 2 } as const;
    expect(await store.replace(before, after)).toEqual(ok('replaced'));
    expect(await store.replace(before, { ...after, status: 'approved' })).toEqual(ok('changed'));
    expect(await store.find(before.key)).toEqual(ok(after));
  });

  it('takes a row that it cannot read for nobody’s', async () => {
    const rows = await open();
    const { key } = request('K');
    must(await rows.putRows([{ table: DEVICES, key: [key], columns: { version: '1', json: '{}' } }]));
    expect(await createDeviceStore(rows).find(key)).toEqual(ok(undefined));
  });
});

it.each(['getRows', 'putRowIf'] as const)('a fault of %s is a fault of the store', async (operation) => {
  const rows = new FakeRows();
  rows.intercept = (asked) =>
    asked === operation ? { code: 'OTSServerBusy', requestId: undefined } : undefined;
  const store = createDeviceStore(rows);
  const one = request('L');
  const answers = operation === 'getRows' ? [store.find(one.key)] : [store.add(one), store.replace(one, one)];
  for (const answer of answers)
    expect(await answer).toEqual({ ok: false, error: { reason: 'store-failed', cause: 'OTSServerBusy' } });
});
