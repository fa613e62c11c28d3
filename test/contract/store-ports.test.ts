// What the fakes of the HTTP tests promise is what the adapters do: one suite runs on both.

import { afterAll, describe, expect, it } from 'vitest';
import { createRulesStore } from '../../shared/adapters/tablestore/access-store.ts';
import { createAuditLog } from '../../shared/adapters/tablestore/tablestore-audit-log.ts';
import { ProviderId } from '../../shared/kernel/names.ts';
import { err, ok } from '../../shared/kernel/result.ts';
import type { IssuedKeyRegister } from '../../shared/pipeline/assume/issued-key.ts';
import type { AuditLog } from '../../shared/pipeline/audit/audit-log.ts';
import type { RulesStore } from '../../shared/pipeline/grants/rules-store.ts';
import { StoredGrant } from '../../shared/rules/document/stored-grant.ts';
import { principalKey, type StoredAccessRow } from '../../shared/rules/values/principal-key.ts';
import {
  accessRow,
  grantTo,
  NOTHING_FLUSHED,
  provider,
  providersOf,
  REVISION,
  role,
  storedGrant,
} from '../support/builders.ts';
import { CatalogRows } from '../support/catalog-rows.ts';
import { FakeAuditLog, FakeClock, FakeRulesStore } from '../support/fakes.ts';
import { ALICE, APP_USERS, someRecords, startLocalStore } from './local-ports.ts';

const busy = { code: 'OTSServerBusy', requestId: undefined };
const storeFailed = { reason: 'store-failed', cause: 'OTSServerBusy' } as const;

const ROW = accessRow(storedGrant());

const local = await startLocalStore();
await local.applyRules();
afterAll(() => local.close());

function breakLocal(broken: boolean): void {
  local.faults.clear();
  if (broken) local.faults.add({ operation: '*', kind: 'busy', times: Number.POSITIVE_INFINITY });
}

/** Which revision each came in with is the table's to say. */
const grantsIn = (row: StoredAccessRow) =>
  Object.values(row).map((json) => {
    const { since: _, ...grant } = StoredGrant.parse(JSON.parse(json));
    return grant;
  });

const STORES: readonly (readonly [string, (broken: boolean) => RulesStore])[] = [
  [
    'the fake',
    (broken) => {
      const store = new FakeRulesStore();
      const fault = broken ? storeFailed : undefined;
      const grants = [grantTo(ALICE)];
      return Object.assign(store, {
        providers: [provider()],
        roles: [role()],
        grants,
        fault,
        rowsFault: fault,
      });
    },
  ],
  [
    'the store on Tablestore',
    (broken) => {
      const rows = new CatalogRows();
      rows.apply(REVISION, [provider()], [role()]);
      rows.access.set(principalKey(REVISION, APP_USERS, ALICE), ROW);
      rows.fault = broken ? busy : undefined;
      return createRulesStore(rows, new FakeClock());
    },
  ],
  [
    'the store on the local Tablestore',
    (broken) => {
      breakLocal(broken);
      return local.rulesStore(new FakeClock());
    },
  ],
];

describe.each(STORES)('RulesStore: %s', (_, open) => {
  it('gives the rules in force by issuer and by id', async () => {
    const rules = await open(false).current();
    expect(rules).toEqual(
      ok({
        revision: REVISION,
        ...NOTHING_FLUSHED,
        entryRevisions: expect.any(Map),
        accountNames: new Map(),
        ...providersOf([provider()]),
        rolesById: new Map([[role().id, role()]]),
      }),
    );
  });

  it('gives rows in the order asked, empty where there is none', async () => {
    const rows = await open(false).grantRows(REVISION, APP_USERS, [
      { kind: 'any' },
      ALICE,
      { kind: 'group', name: 'alice' },
    ]);
    expect(rows.ok && rows.value.map(grantsIn)).toEqual([[], [StoredGrant.parse(storedGrant())], []]);
    expect(await open(false).grantRows(REVISION, ProviderId.parse('other'), [ALICE])).toEqual(ok([{}]));
  });

  it('says as a value that it failed', async () => {
    expect(await open(true).current()).toEqual(err(storeFailed));
    expect(await open(true).grantRows(REVISION, APP_USERS, [ALICE])).toEqual(err(storeFailed));
  });
});

const AUDIT_LOGS: readonly (readonly [string, (broken: boolean) => AuditLog & IssuedKeyRegister])[] = [
  [
    'the fake',
    (broken) => {
      const fault = broken ? storeFailed : undefined;
      return Object.assign(new FakeAuditLog(), { recordFault: fault, registerFault: fault });
    },
  ],
  [
    'the log on Tablestore',
    (broken) => createAuditLog({ putRows: async () => (broken ? err(busy) : ok(undefined)) }),
  ],
  [
    'the log on the local Tablestore',
    (broken) => {
      breakLocal(broken);
      return local.auditLog();
    },
  ],
];

describe.each(AUDIT_LOGS)('AuditLog: %s', (_, open) => {
  it.each([
    [false, ok(undefined)],
    [true, err(storeFailed)],
  ])('resolves with what came of the row (broken: %s)', async (broken, outcome) => {
    const { event, key } = await someRecords();
    const auditLog = open(broken);
    expect([await auditLog.record(event), await auditLog.register(key)]).toEqual([outcome, outcome]);
  });
});
