// A company's first provisioning by SCIM: 10,000 people and 500 groups are made, and read again by pages, as a client does it over
// HTTP. The SCIM server runs on the local Tablestore. The floor is one conditional put of the same Tablestore for each person.
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { createRouteLimits } from '../../functions/login/request/limit-routes.ts';
import type { LoginEnv } from '../../functions/login/request/login-env.ts';
import { startRequest } from '../../functions/login/request/start-request.ts';
import { scimRoutes } from '../../functions/login/scim/scim-routes.ts';
import { addScimToken, createScimTokenStore } from '../../shared/adapters/tablestore/scim-token-rows.ts';
import { ONCE } from '../../shared/adapters/tablestore/tables.ts';
import { createAuditLog } from '../../shared/adapters/tablestore/tablestore-audit-log.ts';
import { createDirectoryStore } from '../../shared/adapters/tablestore/tablestore-directory-store.ts';
import { createLeaverStore } from '../../shared/adapters/tablestore/tablestore-leaver-store.ts';
import type { TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { createLoginNumbers } from '../../shared/kernel/numbers.ts';
import { ok } from '../../shared/kernel/result.ts';
import { sha256 } from '../../shared/kernel/sha256.ts';
import { ScimTokenId, ScimTokenName, writeScimToken } from '../../shared/people/scim-token.ts';
import { SignOn } from '../../shared/rules/sign-on/sign-on.ts';
import { type BenchRow, subjectAtMost } from './bench-row.ts';
import { withTablestore } from './bench-tablestore.ts';

const PEOPLE = 10_000;
const GROUPS = 500;
const MEMBERS = 50;
const PAGE = 200;
/** As many requests as a provider has under way. */
const PARALLEL = 4;
const TARGET_SECONDS = 120;
const DIRECTORY = 'bench';

const CONNECTION = {
  id: 'corporate',
  kind: 'oidc',
  name: 'Bench',
  issuer: 'https://id.example.com',
  clientId: 'stint',
  person: { claim: 'oid' },
} as const;

async function inParallel(count: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const i = next;
      next += 1;
      await work(i);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}

const floorSeconds = (rows: TablestoreRows): Promise<number> =>
  secondsOf(() =>
    inParallel(PEOPLE, async (i) => {
      const put = await rows.putRowIf(
        { table: ONCE, key: [`bench-${i}`], columns: { version: '1' } },
        'absent',
      );
      if (!put.ok) throw new Error(put.error.code);
    }),
  );

async function makeToken(rows: TablestoreRows): Promise<string> {
  const [id, secret] = [ScimTokenId.parse('0123456789abcdef'), 'x'.repeat(43)];
  const now = new Date();
  const added = await addScimToken(rows, {
    id,
    directory: DIRECTORY,
    name: ScimTokenName.parse('bench'),
    hash: sha256(secret, 'base64url'),
    createdAt: now,
    createdBy: 'bench',
    expiresAt: new Date(now.getTime() + 86_400_000),
  });
  if (!added.ok) throw new Error(added.error.code);
  return writeScimToken({ id, secret });
}

function createScimServer(rows: TablestoreRows) {
  const clock = { now: () => new Date() };
  const logger = { log: () => undefined };
  const signOn = SignOn.parse({
    connections: [CONNECTION],
    directories: [{ id: DIRECTORY, connections: [CONNECTION.id] }],
  });
  const app = new Hono<LoginEnv>().use(startRequest({ requestIdHeader: undefined, clock }));
  const deps = {
    publicUrl: 'http://127.0.0.1',
    clientIpHeader: undefined,
    clock,
    logger,
    numbers: createLoginNumbers({ stopwatch: () => performance.now(), logger }),
    signOn: { current: async () => ok(signOn) },
    directories: createDirectoryStore(rows),
    leavers: createLeaverStore(rows),
    scimTokens: createScimTokenStore(rows),
    auditLog: createAuditLog(rows),
  };
  return app.route('/', scimRoutes(createRouteLimits(), deps));
}

type Ask = (method: string, path: string, body?: object) => Promise<Record<string, unknown>>;

const clientOf =
  (base: string, token: string): Ask =>
  async (method, path, body) => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? {} : JSON.parse(text);
  };

async function provision(ask: Ask): Promise<void> {
  const ids: string[] = [];
  await inParallel(PEOPLE, async (i) => {
    const userName = `person-${i}@example.com`;
    const emails = [{ value: userName, type: 'work', primary: true }];
    const name = { givenName: 'Person', familyName: String(i) };
    const made = await ask('POST', '/Users', {
      userName,
      externalId: `oid-${i}`,
      active: true,
      name,
      emails,
    });
    ids[i] = String(made['id']);
  });
  await inParallel(GROUPS, async (i) => {
    const members = Array.from({ length: MEMBERS }, (_, j) => ({ value: ids[(i * MEMBERS + j) % PEOPLE] }));
    const made = await ask('POST', '/Groups', { displayName: `group-${i}` });
    const Operations = [{ op: 'Add', path: 'members', value: members }];
    await ask('PATCH', `/Groups/${String(made['id'])}`, { Operations });
  });
}

async function readPages(ask: Ask, type: string, total: number): Promise<void> {
  for (let startIndex = 1; startIndex <= total; startIndex += PAGE) {
    const { totalResults } = await ask('GET', `/${type}?startIndex=${startIndex}&count=${PAGE}`);
    if (totalResults !== total) throw new Error(`${String(totalResults)} of ${total} ${type}`);
  }
}

async function measure(rows: TablestoreRows): Promise<BenchRow> {
  const floor = await floorSeconds(rows);
  const token = await makeToken(rows);
  const server = serve({ fetch: createScimServer(rows).fetch, port: 0, hostname: '127.0.0.1' });
  await new Promise((ready) => server.once('listening', ready));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const ask = clientOf(`http://127.0.0.1:${port}/scim/v2/${DIRECTORY}`, token);
  const written = await secondsOf(() => provision(ask));
  const read = await secondsOf(async () => {
    await readPages(ask, 'Users', PEOPLE);
    await readPages(ask, 'Groups', GROUPS);
  });
  server.close();
  return subjectAtMost(TARGET_SECONDS, {
    what: `SCIM: ${PEOPLE} people and ${GROUPS} groups of ${MEMBERS} made, and read by pages of ${PAGE} (floor: ${PEOPLE} conditional puts)`,
    subject: written + read,
    floor,
    show: (seconds) => `${seconds.toFixed(1)} s`,
    more: `made in ${written.toFixed(1)} s, read in ${read.toFixed(1)} s`,
  });
}

export const benchScim = (): Promise<BenchRow> => withTablestore(measure);
