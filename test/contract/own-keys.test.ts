// The keys that login makes by itself: several instances on one table, in memory and on the local Tablestore.
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openState, sealState } from '../../functions/login/keys/sealed-state.ts';
import { PUBLISHED_BEFORE_SECONDS, SIGNS_FOR_SECONDS } from '../../functions/login/keys/session-key-ring.ts';
import { readSessionKeys, SessionJwks } from '../../functions/login/keys/session-key-set.ts';
import { KEY_ORDER_KIND } from '../../shared/adapters/tablestore/catalog-keys.ts';
import { CATALOG, CLIENT_SECRETS, LOGIN_KEYS } from '../../shared/adapters/tablestore/tables.ts';
import type { TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { makeSessionKey } from '../../shared/kernel/make-private-keys.ts';
import { ok } from '../../shared/kernel/result.ts';
import { createPlainSeal, type Seal } from '../../shared/kernel/seal.ts';
import { SignOn } from '../../shared/rules/sign-on/sign-on.ts';
import { FakeRows } from '../support/fake-rows.ts';
import { connection } from '../support/saml-idp.ts';
import { openLocalRows, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';
import { type OwnKeysInstance, order, startInstanceOn, OwnKeysTime as Time } from './own-keys-instance.ts';

const REFRESH_MS = 30_000;
const TRUSTED_MS = 300_000;
const local = await startInstance();
const localRows = await openLocalRows(local);
afterAll(() => local.server.close());

const publishedKids = ({ own }: OwnKeysInstance) => own.keys.published.map(({ kid }) => kid);

async function emptied(rows: TablestoreRows): Promise<TablestoreRows> {
  must(await rows.deleteRows(LOGIN_KEYS, [['session-keys'], ['saml-keys']]));
  must(
    await rows.deleteRows(CATALOG, [
      [KEY_ORDER_KIND, 'session-keys'],
      [KEY_ORDER_KIND, 'saml-keys'],
    ]),
  );
  must(await rows.deleteRows(CLIENT_SECRETS, [['corporate']]));
  local.server.faults.clear();
  return rows;
}

const ROWS: readonly (readonly [string, () => Promise<TablestoreRows>])[] = [
  ['rows in memory', async () => new FakeRows()],
  ['the local Tablestore', () => emptied(localRows)],
];

describe.each(ROWS)('the keys that login makes itself, on %s', (_, open) => {
  /**
   * @attack Two instances with session keys of their own
   * @removed the condition of the write
   * @failed 7 of 27: are the same at all instances that start together: `expected 6 to be 1`
   */
  it('are the same at all instances that start together', async () => {
    const [rows, time] = [await open(), new Time()];
    const instances = Array.from({ length: 6 }, () => startInstanceOn(rows, { time }));
    for (const ready of await Promise.all(instances.map(({ ready }) => ready()))) must(ready);
    expect(new Set(instances.map(({ signingKid }) => signingKid())).size).toBe(1);
  });

  it('change once, whichever instances find that it is time, and the next key is published for a day before it signs', async () => {
    const [rows, time] = [await open(), new Time()];
    const instances = [startInstanceOn(rows, { time }), startInstanceOn(rows, { time })];
    for (const { ready } of instances) must(await ready());
    const first = instances[0]?.signingKid();
    time.passSeconds(SIGNS_FOR_SECONDS - PUBLISHED_BEFORE_SECONDS);
    await Promise.all(instances.map(({ ready }) => ready()));
    const [one, other] = instances.map(publishedKids);
    expect([one?.length, one?.[0]]).toEqual([2, first]);
    expect(other).toEqual(one);
    time.passSeconds(PUBLISHED_BEFORE_SECONDS - 1);
    await Promise.all(instances.map(({ ready }) => ready()));
    expect(instances.map(({ signingKid }) => signingKid())).toEqual([first, first]);
    time.passSeconds(TRUSTED_MS / 1_000);
    await Promise.all(instances.map(({ ready }) => ready()));
    expect(instances.map(({ signingKid }) => signingKid())).toEqual([one?.[1], one?.[1]]);
    expect(instances.map(publishedKids)).toEqual([
      [one?.[1], first],
      [one?.[1], first],
    ]);
    const [row] = must(await rows.getRows(LOGIN_KEYS, [['session-keys']]));
    expect(row?.columns['generation']).toBe('2');
  });

  it('go on when the deployment slept through the change: the old key signs until the next one was published for a day', async () => {
    const [rows, time] = [await open(), new Time()];
    must(await startInstanceOn(rows, { time }).ready());
    time.passSeconds(10 * SIGNS_FOR_SECONDS);
    const woken = startInstanceOn(rows, { time });
    must(await woken.ready());
    const [signing, next] = publishedKids(woken);
    expect([woken.signingKid(), next === undefined]).toEqual([signing, false]);
    time.passSeconds(PUBLISHED_BEFORE_SECONDS);
    must(await woken.ready());
    expect(woken.signingKid()).toBe(next);
  });

  it('open what another instance sealed with a key that is new here', async () => {
    const [rows, time] = [await open(), new Time()];
    const [one, other] = [startInstanceOn(rows, { time }), startInstanceOn(rows, { time })];
    must(await one.ready());
    must(await other.ready());
    await order(rows, 'session-keys', 'now');
    time.passSeconds(REFRESH_MS / 1_000);
    must(await one.ready());
    const sealed = await sealState({ a: 'b' }, time.clock.now(), one.own.keys);
    const kind = z.object({ a: z.string() });
    expect(await openState(kind, sealed, time.clock.now(), other.own.keys)).toEqual({ a: 'b' });
  });

  it('are made anew by an order, once, and the old ones are gone', async () => {
    const [rows, time] = [await open(), new Time()];
    const instances = [startInstanceOn(rows, { time }), startInstanceOn(rows, { time })];
    for (const { ready } of instances) must(await ready());
    const before = instances[0]?.signingKid();
    await order(rows, 'session-keys', 'leaked');
    time.passSeconds(REFRESH_MS / 1_000);
    await Promise.all(instances.map(({ ready }) => ready()));
    const after = instances.map(publishedKids);
    expect([after[0]?.length, after[0]?.includes(before ?? '')]).toEqual([1, false]);
    expect(after[1]).toEqual(after[0]);
    time.passSeconds(REFRESH_MS / 1_000);
    must(await (instances[0] ?? startInstanceOn(rows, { time })).ready());
    expect(instances.map(publishedKids)[0]).toEqual(after[0]);
  });

  it('are read again after the clock was set back, so that no order is missed', async () => {
    const [rows, time] = [await open(), new Time()];
    const instance = startInstanceOn(rows, { time });
    must(await instance.ready());
    const before = instance.signingKid();
    await order(rows, 'session-keys', 'leaked');
    time.passSeconds(-3_600);
    must(await instance.ready());
    expect(instance.signingKid()).not.toBe(before);
  });

  /**
   * @attack Signing on with keys that an administrator had given up, by keeping login from making new ones
   * @removed the check of the order
   * @failed 2 of 27: do not serve after an order that cannot be carried out: `expected { ok: true, value:
   *   undefined } to match object { ok: false, … }`
   */
  it('do not serve after an order that cannot be carried out', async () => {
    const [rows, time] = [await open(), new Time()];
    let isDown = false;
    const plain = createPlainSeal();
    const seal: Seal = {
      open: plain.open,
      seal: async (place, secret) =>
        isDown ? { ok: false, error: { kind: 'unavailable', cause: 'down' } } : plain.seal(place, secret),
    };
    const instance = startInstanceOn(rows, { time, seal });
    must(await instance.ready());
    isDown = true;
    await order(rows, 'session-keys', 'leaked');
    time.passSeconds(REFRESH_MS / 1_000);
    expect(await instance.ready()).toMatchObject({ ok: false, error: { cause: 'down' } });
    isDown = false;
    time.passSeconds(REFRESH_MS / 1_000);
    must(await instance.ready());
  });

  /**
   * @attack An earlier row of keys, put back
   * @removed the comparison of generations
   * @failed 2 of 27: of an earlier generation are refused: `expected { ok: true, value: undefined } to match
   *   object { ok: false, … }`
   */
  it('of an earlier generation are refused', async () => {
    const [rows, time] = [await open(), new Time()];
    const instance = startInstanceOn(rows, { time });
    must(await instance.ready());
    const [row] = must(await rows.getRows(LOGIN_KEYS, [['session-keys']]));
    time.passSeconds(SIGNS_FOR_SECONDS);
    must(await instance.ready());
    must(await rows.putRows([{ table: LOGIN_KEYS, key: ['session-keys'], columns: row?.columns ?? {} }]));
    time.passSeconds(TRUSTED_MS / 1_000);
    expect(await instance.ready()).toMatchObject({
      ok: false,
      error: { reason: 'keys-unreadable', cause: 'session-keys earlier-generation' },
    });
  });

  it.each([
    ['that is no JSON', { sealed: 'plain.x', generation: '1' }],
    ['whose generation is another inside', { sealed: 'plain.{"generation":2,"keys":[]}', generation: '1' }],
    ['without a generation', { sealed: 'plain.x' }],
  ])('are neither used nor replaced if the row is one %s', async (_, columns) => {
    const [rows, time] = [await open(), new Time()];
    must(await rows.putRows([{ table: LOGIN_KEYS, key: ['session-keys'], columns }]));
    expect((await startInstanceOn(rows, { time }).ready()).ok).toBe(false);
    const [row] = must(await rows.getRows(LOGIN_KEYS, [['session-keys']]));
    expect({ ...row?.columns }).toEqual(columns);
  });

  it('for SAML are made when a connection needs one, and change in two steps by two orders', async () => {
    const [rows, time] = [await open(), new Time()];
    const without = startInstanceOn(rows, { time });
    must(await without.ready());
    expect(without.own.samlKeys.certificates).toEqual([]);
    const signOn = {
      ...SignOn.parse({ connections: [] }),
      connections: [connection({ signRequests: true })],
    };
    const instances = [startInstanceOn(rows, { time, signOn }), startInstanceOn(rows, { time, signOn })];
    const certificates = async () => {
      time.passSeconds(REFRESH_MS / 1_000);
      for (const ready of await Promise.all(instances.map(({ ready }) => ready()))) must(ready);
      const [one, other] = instances.map(({ own }) => own.samlKeys.certificates);
      expect(other).toEqual(one);
      return one ?? [];
    };
    const [first, ...none] = await certificates();
    expect(none).toEqual([]);
    await order(rows, 'saml-keys', 'step-1');
    const both = await certificates();
    expect([both.length, both[0]]).toEqual([2, first]);
    await order(rows, 'saml-keys', 'step-2');
    expect(await certificates()).toEqual([both[1]]);
    expect(await certificates()).toEqual([both[1]]);
  });

  it('for SAML that cannot be read are made anew by an order, as after a KMS key was named', async () => {
    const [rows, time] = [await open(), new Time()];
    const signOn = {
      ...SignOn.parse({ connections: [] }),
      connections: [connection({ signRequests: true })],
    };
    const before = startInstanceOn(rows, { time, signOn });
    must(await before.ready());
    const plain = createPlainSeal();
    const seal: Seal = {
      seal: async (place, secret) => {
        const sealed = must(await plain.seal(place, secret));
        return ok(`kms.${sealed}`);
      },
      open: async (place, sealed) =>
        sealed.startsWith('kms.')
          ? plain.open(place, sealed.slice('kms.'.length))
          : { ok: false, error: { kind: 'unreadable', cause: 'not-wrapped' } },
    };
    const instance = startInstanceOn(rows, { time, signOn, seal });
    await order(rows, 'session-keys', 'kms');
    expect(await instance.ready()).toMatchObject({ error: { cause: 'saml-keys not-wrapped' } });
    await order(rows, 'saml-keys', 'kms');
    time.passSeconds(REFRESH_MS / 1_000);
    must(await instance.ready());
    expect(instance.own.samlKeys.certificates).toHaveLength(1);
    expect(instance.own.samlKeys.certificates).not.toEqual(before.own.samlKeys.certificates);
  });

  it('give way to those of the environment, and a client secret of the environment to none of the table', async () => {
    const [rows, time] = [await open(), new Time()];
    must(
      await rows.putRows([
        { table: CLIENT_SECRETS, key: ['corporate'], columns: { sealed: 'plain.stored' } },
      ]),
    );
    const stored = startInstanceOn(rows, { time });
    must(await stored.ready());
    expect(stored.own.secrets.get('corporate')?.reveal()).toBe('stored');
    const sessionKeys = SessionJwks.parse([makeSessionKey()]);
    const secrets = new Map([...stored.own.secrets].map(([id]) => [id, stored.own.secrets.get(id)]));
    expect(secrets.size).toBe(1);
    const fixed = startInstanceOn(rows, { time, fixed: { sessionKeys } });
    must(await fixed.ready());
    expect([fixed.signingKid(), fixed.own.secrets.get('corporate')?.reveal()]).toEqual([
      readSessionKeys(sessionKeys).signing.kid,
      'stored',
    ]);
  });
});

describe('while the tables cannot be read', () => {
  const broken = (rows: FakeRows, isBroken: () => boolean) => {
    rows.intercept = () => (isBroken() ? { code: 'OTSServerBusy', requestId: undefined } : undefined);
    return rows;
  };

  it('a running instance goes on for five minutes and then denies; one that starts denies, and serves when they are back', async () => {
    let isDown = false;
    const [rows, time] = [broken(new FakeRows(), () => isDown), new Time()];
    const running = startInstanceOn(rows, { time });
    must(await running.ready());
    isDown = true;
    time.passSeconds(REFRESH_MS / 1_000);
    must(await running.ready());
    const starting = startInstanceOn(rows, { time });
    const fault = { ok: false, error: { reason: 'keys-unreachable', cause: 'OTSServerBusy' } };
    expect(await starting.ready()).toMatchObject(fault);
    time.passSeconds(TRUSTED_MS / 1_000);
    expect(await running.ready()).toMatchObject(fault);
    isDown = false;
    time.passSeconds(REFRESH_MS / 1_000);
    must(await starting.ready());
    must(await running.ready());
    expect(starting.signingKid()).toBe(running.signingKid());
  });

  it('a deployment with session keys in its environment goes on as before there were tables', async () => {
    const time = new Time();
    const sessionKeys = SessionJwks.parse([makeSessionKey()]);
    const instance = startInstanceOn(
      broken(new FakeRows(), () => true),
      { time, fixed: { sessionKeys } },
    );
    must(await instance.ready());
    expect(instance.signingKid()).toBe(sessionKeys[0]?.kid);
  });
});

describe('the local Tablestore', () => {
  it('may lose the answer to the write of the first keys: the next read finds them', async () => {
    const [rows, time] = [await emptied(localRows), new Time()];
    local.server.faults.add({ operation: 'PutRow', kind: 'lost-after-commit', times: 1 });
    const instance = startInstanceOn(rows, { time });
    await instance.ready();
    time.passSeconds(REFRESH_MS / 1_000);
    must(await instance.ready());
    const other = startInstanceOn(rows, { time });
    must(await other.ready());
    expect(other.signingKid()).toBe(instance.signingKid());
  });
});
