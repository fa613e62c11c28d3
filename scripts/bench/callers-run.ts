// What an instance of vend keeps of a million callers, in a process of its own: the app as it is deployed, with all that it remembers,
// over a store and an STS that answer at once: callers-run CALLERS, with --expose-gc. Prints the live memory, and the CPU of a vend, as
// the number of callers grows, and what as many strangers leave behind.
//
// Two things are left out, since they would take an hour and keep nothing: the network, and the signature of a token, for which it
// counts as verified just now. All else of a vend is done for each caller, a new one each time, from an address of its own.
import { createVendApp } from '../../functions/vend/app.ts';
import { toRows } from '../../shared/adapters/tablestore/access-rows.ts';
import { createRulesStore } from '../../shared/adapters/tablestore/access-store.ts';
import { HEAD_KEY } from '../../shared/adapters/tablestore/catalog-keys.ts';
import type { Row, TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { createKnownPrincipals, type KnownPrincipals } from '../../shared/identity/known-principals.ts';
import { ProviderId, Revision } from '../../shared/kernel/names.ts';
import { createVendNumbers } from '../../shared/kernel/numbers.ts';
import { err, ok } from '../../shared/kernel/result.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { createAssumeRole } from '../../shared/pipeline/assume/assume-role.ts';
import { createRequestLimits } from '../../shared/pipeline/limit/limit-requests.ts';
import { createSessionLimits } from '../../shared/pipeline/limit/limit-sessions.ts';
import { readDocuments } from '../../shared/rules/compile/read-documents.ts';
import { accessDocument, MINIATURE_AUDIENCE } from '../miniature/miniature.ts';

const ISSUER = 'https://id.miniature.example';
const PROVIDER = ProviderId.parse('miniature');
const REVISION = Revision.parse('bench00000001');
const ADDRESS_HEADER = 'x-client-ip';
const BYTES_PER_MIB = 1_048_576;
/** The text of a real one has about as many characters. */
const SECURITY_TOKEN = 'x'.repeat(800);
const SIGNATURE = 'x'.repeat(342);

const WARM_UP = 10_000;
/** From how many callers on the CPU of so many vends is taken. From 20,000 on, all that is kept is full. */
const FROM: readonly number[] = [100, 20_000, 90_000, 990_000];
const WINDOW_CALLERS = 10_000;

const logger = { log: () => undefined };
const clock = { now: () => new Date() };

/** The rules of the miniature world, in memory. */
function memoryRows(): Pick<TablestoreRows, 'getRows' | 'getRange'> {
  const read = readDocuments([{ name: 'miniature', text: accessDocument(ISSUER) }]);
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  const head: Row = { key: HEAD_KEY, columns: { revision: REVISION } };
  const stored = [...toRows(REVISION, read.value.access)];
  const byKey = new Map([head, ...stored].map((row) => [row.key.join('\n'), row]));
  return {
    getRows: async (_, keys) => ok(keys.map((key) => byKey.get(key.join('\n')))),
    getRange: async ({ name }, from, to) =>
      ok(stored.filter(({ table, key: [first = ''] }) => table.name === name && first >= from && first < to)),
  };
}

const address = (i: number): string => `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const tokenOf = (header: object, claims: object): string =>
  `${encode(header)}.${encode(claims)}.${SIGNATURE}`;

function claimsOf(i: number, issuer = ISSUER) {
  const now = Math.floor(Date.now() / 1000);
  const [iat, exp] = [now, now + 3_600];
  const person = { sub: `caller-${i}`, name: `Person ${i}`, groups: ['media'], jti: `token-${i}` };
  return { iss: issuer, aud: MINIATURE_AUDIENCE, ...person, iat, exp };
}

/** Remembers the caller of each token when it is asked for it, as vend does once it has verified the signature. */
function knownOf(number: () => number, verified: KnownPrincipals): KnownPrincipals {
  return {
    ...verified,
    find(proofHash, providersById, now) {
      const provider = providersById.get(PROVIDER);
      if (provider?.kind !== 'oidc') return undefined;
      const claims = claimsOf(number());
      const caller = {
        provider: PROVIDER,
        issuer: ISSUER,
        subject: claims.sub,
        groups: claims.groups,
        claims,
      };
      const expiresAt = new Date(claims.exp * 1000);
      const proof = { mfa: false, authenticatedAt: undefined, expiresAt, proofHash };
      verified.remember({ kind: 'oidc', ...caller, ...proof }, provider, now);
      return verified.find(proofHash, providersById, now);
    },
  };
}

function startApp(isProved: boolean) {
  let number = 0;
  let key = 0;
  const verified = createKnownPrincipals();
  const register = async () => ok(undefined);
  const app = createVendApp({
    audience: MINIATURE_AUDIENCE,
    publicUrl: MINIATURE_AUDIENCE,
    clientIpHeader: ADDRESS_HEADER,
    gateway: undefined,
    requestIdHeader: undefined,
    clock,
    random: Math.random,
    store: createRulesStore(memoryRows(), clock),
    keys: { find: async () => err({ reason: 'key-unknown', cause: 'kid' }) },
    known: isProved ? knownOf(() => number, verified) : verified,
    callers: { whoSigned: async () => err({ kind: 'unavailable', cause: 'none' }) },
    openDpop: () => Promise.reject(new Error('no DPoP here')),
    once: { consume: async () => ok('first'), putIfAbsent: async (_, value) => ok(value) },
    leavers: { find: async () => ok([]) },
    requestLimits: createRequestLimits(),
    assumeRole: createAssumeRole({
      admitSession: createSessionLimits({ counters: { add: async () => ok(1) }, clock, logger }),
      assumer: {
        assume: async ({ sessionName, durationSeconds }) => {
          key += 1;
          return ok({
            accessKeyId: `STS.bench${key}`,
            accessKeySecret: new Secret(`secret-of-${key}-${'x'.repeat(24)}`),
            securityToken: new Secret(`${key}${SECURITY_TOKEN}`),
            expiration: new Date(Date.now() + durationSeconds * 1000),
            assumedRoleArn: `acs:ram::1234567890123456:role/media-uploader/${sessionName}`,
            assumedRoleId: `300000000000000000:${sessionName}`,
            requestId: `request-${key}`,
          });
        },
      },
      issuedKeys: { register },
      random: Math.random,
      clock,
      sourceIdentity: false,
    }),
    auditLog: { record: register },
    logger,
    numbers: createVendNumbers({ stopwatch: () => performance.now(), logger }),
    tracer: () => undefined,
    probes: { tablestore: async () => true, sts: async () => true },
  });
  return async (token: string, expected: readonly number[]): Promise<void> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const sent = { method: 'POST', headers: { ...headers, [ADDRESS_HEADER]: address(number) } };
    const answer = await app.request('/v1/credentials', { ...sent, body: '{"role":"media-uploader"}' });
    await answer.text();
    number += 1;
    if (!expected.includes(answer.status)) throw new Error(`caller ${number}: status ${answer.status}`);
  };
}

/** Live: what is left when all garbage is collected. */
function liveMiB(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / BYTES_PER_MIB;
}

/** `micros`: of CPU for a vend. `liveMiB`: after it. */
interface Window {
  readonly from: number;
  readonly micros: number;
  readonly liveMiB: number;
}

async function sendCallers(count: number): Promise<readonly Window[]> {
  const ask = startApp(true);
  const windows: Window[] = [];
  let used = process.cpuUsage();
  for (let i = 0; i < count; i += 1) {
    if (FROM.includes(i)) used = process.cpuUsage();
    await ask(tokenOf({ alg: 'RS256', kid: 'miniature' }, claimsOf(i)), [200]);
    const from = i + 1 - WINDOW_CALLERS;
    if (!FROM.includes(from)) continue;
    const { user, system } = process.cpuUsage(used);
    windows.push({ from, micros: (user + system) / WINDOW_CALLERS, liveMiB: liveMiB() });
  }
  return windows;
}

/** Issuers, keys, addresses and tokens, all made up. */
async function sendStrangers(count: number) {
  const ask = startApp(false);
  const before = liveMiB();
  for (let i = 0; i < count; i += 1) {
    const issuer = i % 2 === 0 ? ISSUER : `https://${i}.example`;
    await ask(tokenOf({ alg: 'RS256', kid: `kid-${i}` }, claimsOf(i, issuer)), [401, 429]);
  }
  return { before, after: liveMiB() };
}

async function main(): Promise<void> {
  const callers = Number(process.argv[2]);
  await sendCallers(WARM_UP);
  const windows = await sendCallers(callers);
  const strangers = await sendStrangers(callers);
  process.stdout.write(JSON.stringify({ windows, strangers }));
}

void main();
