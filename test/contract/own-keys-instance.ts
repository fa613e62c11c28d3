// One instance of login with keys of its own, on rows that other instances share.
import { createOwnKeys, type FixedKeys } from '../../functions/login/keys/own-keys.ts';
import { KEY_ORDER_COLUMN, KEY_ORDER_KIND } from '../../shared/adapters/tablestore/catalog-keys.ts';
import { CATALOG } from '../../shared/adapters/tablestore/tables.ts';
import { createPrivateKeyStore } from '../../shared/adapters/tablestore/tablestore-private-key-store.ts';
import type { TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { ok } from '../../shared/kernel/result.ts';
import { createPlainSeal, type Seal } from '../../shared/kernel/seal.ts';
import type { SignOnInForce } from '../../shared/rules/sign-on/sign-on.ts';
import { NOW } from '../support/builders.ts';
import { FakeLogger } from '../support/fakes.ts';
import { must } from './must.ts';

/** Every instance of one deployment goes by this clock. */
export class OwnKeysTime {
  ms = NOW.getTime();
  readonly clock = { now: () => new Date(this.ms) };
  passSeconds(seconds: number): void {
    this.ms += seconds * 1_000;
  }
}

const NO_FIXED: FixedKeys = { sessionKeys: undefined, samlKeys: undefined, clientSecrets: new Map() };

interface Settings {
  readonly time: OwnKeysTime;
  readonly seal?: Seal;
  readonly fixed?: Partial<FixedKeys>;
  readonly signOn?: SignOnInForce;
}

export function startInstanceOn(
  rows: TablestoreRows,
  { time, seal = createPlainSeal(), fixed, signOn }: Settings,
) {
  const logger = new FakeLogger();
  const keys = createOwnKeys({
    clock: time.clock,
    logger,
    seal,
    store: createPrivateKeyStore(rows),
    signOn: { current: async () => ok(signOn) },
    fixed: { ...NO_FIXED, ...fixed },
  });
  return { ready: () => keys.ready(), own: keys, logger, signingKid: () => keys.keys.signing.kid };
}

export const order = async (rows: TablestoreRows, kind: 'session-keys' | 'saml-keys', id: string) =>
  must(
    await rows.putRows([
      { table: CATALOG, key: [KEY_ORDER_KIND, kind], columns: { [KEY_ORDER_COLUMN]: id } },
    ]),
  );

export type OwnKeysInstance = ReturnType<typeof startInstanceOn>;
