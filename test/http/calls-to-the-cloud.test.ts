// How many calls to Tablestore and STS a request makes: each costs the function several times what a row in it costs.
import { beforeEach, describe, expect, it } from 'vitest';
import { toRows } from '../../shared/adapters/tablestore/access-rows.ts';
import { putHead } from '../../shared/adapters/tablestore/revision-history.ts';
import { ISSUED } from '../../shared/adapters/tablestore/tables.ts';
import { ProviderId } from '../../shared/kernel/names.ts';
import { StoredGrant } from '../../shared/rules/document/stored-grant.ts';
import { must } from '../contract/must.ts';
import { NOW, provider, REVISION, role, storedGrant } from '../support/builders.ts';
import { FakeRows } from '../support/fake-rows.ts';
import { token } from '../support/issuer.ts';
import { startVend, type Vend } from '../support/vend-app.ts';

const CONNECTIONS = 50;
const LIMITS = { stsCallsPerSecond: 1_000 };

let rows: FakeRows;
let app: Vend;
const calls: string[] = [];
/** The calls to Tablestore since the last time, each kind with how often. */
function counted(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const call of calls.splice(0)) counts[call] = (counts[call] ?? 0) + 1;
  return counts;
}

beforeEach(async () => {
  rows = new FakeRows();
  const grant = StoredGrant.parse(storedGrant());
  const selector = { provider: ProviderId.parse('app-users'), principal: { kind: 'any' } } as const;
  const access = {
    providers: [provider({ limits: LIMITS })],
    roles: [role()],
    grants: [{ selector, grant }],
  };
  must(await rows.putRows([...toRows(REVISION, access)]));
  const head = { revision: REVISION, previous: undefined, appliedAt: NOW, appliedBy: '', documentSha256: '' };
  must(await putHead(rows, head, undefined));
  rows.intercept = (operation) => {
    calls.push(operation);
    return undefined;
  };
  app = startVend({ rows });
});

const vendTo = (subject: string) => app.vend({}, { token: token({ claims: { sub: subject } }) });
const vendToMany = (prefix: string) =>
  Promise.all(Array.from({ length: CONNECTIONS }, (_, i) => vendTo(`${prefix}${i}`)));

describe('the calls to Tablestore', () => {
  it('of the first request of an instance', async () => {
    expect((await vendTo('first')).status).toBe(200);
    expect(counted()).toEqual({ getRows: 2, getRange: 1, increment: 1, putRows: 1 });
  });

  it('of a new identity, alone', async () => {
    await vendTo('first');
    counted();
    expect((await vendTo('second')).status).toBe(200);
    expect(counted()).toEqual({ getRows: 1, increment: 1, putRows: 1 });
  });

  it('of an identity that is known', async () => {
    await vendTo('first');
    counted();
    expect((await vendTo('first')).status).toBe(200);
    expect(counted()).toEqual({ putRows: 1 });
  });

  it(`of ${CONNECTIONS} new identities at the same time`, async () => {
    await vendTo('first');
    counted();
    const answers = await vendToMany('new-');
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(app.assumer.orders).toHaveLength(CONNECTIONS + 1);
    expect(rows.rows(ISSUED)).toHaveLength(CONNECTIONS + 1);
    const { getRows = 0, increment = 0, incrementEach = 0, putRows = 0, ...others } = counted();
    expect(getRows + increment + incrementEach + putRows).toBeLessThanOrEqual(8);
    expect(others).toEqual({});
  });
});
