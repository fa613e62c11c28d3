// The whole vend app over fakes: createVendApp and app.request, with nothing in between. Every exchange passes
// `exchangeChecks`, so what must hold of all answers is tested with each of them.

import { createVendApp } from '../../functions/vend/app.ts';
import { countCalls, countKnown } from '../../functions/vend/count-calls.ts';
import type { VendDeps } from '../../functions/vend/deps.ts';
import { withStaticKeys } from '../../shared/adapters/issuer-keys/static-key-source.ts';
import { createRulesStore } from '../../shared/adapters/tablestore/access-store.ts';
import { createAuditLog } from '../../shared/adapters/tablestore/tablestore-audit-log.ts';
import { createCounters } from '../../shared/adapters/tablestore/tablestore-counters.ts';
import { createLeaverStore } from '../../shared/adapters/tablestore/tablestore-leaver-store.ts';
import type { TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import type { Gateway } from '../../shared/config.ts';
import type { KeySource } from '../../shared/identity/key-source.ts';
import { createKnownPrincipals } from '../../shared/identity/known-principals.ts';
import { createVendNumbers } from '../../shared/kernel/numbers.ts';
import type { Tracer } from '../../shared/kernel/tracer.ts';
import { createAssumeRole } from '../../shared/pipeline/assume/assume-role.ts';
import type { RoleAssumer } from '../../shared/pipeline/assume/role-assumer.ts';
import type { CallerIdentities } from '../../shared/pipeline/authenticate/aliyun/caller-identities.ts';
import { createOpenDpop } from '../../shared/pipeline/authenticate/dpop/open-dpop.ts';
import type { RulesStore } from '../../shared/pipeline/grants/rules-store.ts';
import { createRequestLimits } from '../../shared/pipeline/limit/limit-requests.ts';
import { createSessionLimits } from '../../shared/pipeline/limit/limit-sessions.ts';
import { AUDIENCE, grantTo, PUBLIC_URL, provider, role } from './builders.ts';
import { ALL_CANARIES, findSecret } from './canaries.ts';
import { FakeRows } from './fake-rows.ts';
import {
  FakeAuditLog,
  FakeCallerIdentities,
  FakeClock,
  FakeCounters,
  FakeKeySource,
  FakeLogger,
  FakeOnceStore,
  FakeRoleAssumer,
  FakeRulesStore,
} from './fakes.ts';
import { token } from './issuer.ts';
import { assertMatchesOpenapi } from './openapi.ts';

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON answer; empty for a HEAD. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Sent {
  /** Undefined sends a good one; null sends none. */
  readonly token?: string | null;
  /** An object is sent as JSON; text as it is. */
  readonly body?: object | string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

function checkHeaders({ headers }: Exchange): void {
  if (headers.get('cache-control') !== 'no-store') throw new Error('an answer may be stored');
  if (headers.get('x-content-type-options') !== 'nosniff') throw new Error('an answer may be sniffed');
}

function checkProblem({ status, headers, body }: Exchange): void {
  const type = headers.get('content-type');
  const isProblem = 'code' in body;
  if (isProblem !== (type === 'application/problem+json')) throw new Error(`${status} is ${type}`);
  if (isProblem && body['status'] !== status) throw new Error('a problem tells another status');
}

/** A HEAD has no body to compare. */
function checkOpenapi({ method, path, status, headers, body }: Exchange): void {
  if (method !== 'HEAD') assertMatchesOpenapi(method, path, status, headers, body);
}

/** Called with every exchange; attach what must hold of each. */
export const exchangeChecks: ((exchange: Exchange) => void)[] = [checkHeaders, checkProblem, checkOpenapi];

export interface Settings {
  /** Of another instance, to be shared as a table is. */
  readonly once?: FakeOnceStore;
  /** In place of the fake one. */
  readonly keySource?: (clock: FakeClock, logger: FakeLogger) => KeySource;
  readonly callers?: CallerIdentities;
  /** In place of the fake one, which then gets no order. */
  readonly roleAssumer?: RoleAssumer;
  /** The rows under the rules, the counters, the audit log and the key register, in place of the fakes of these. */
  readonly rows?: TablestoreRows;
  /** In place of the fake one. */
  readonly rules?: (clock: FakeClock) => RulesStore;
  readonly audience?: string;
  /** In place of a store of its own. */
  readonly leavers?: VendDeps['leavers'];
  /** In place of the URL of the builders. */
  readonly publicUrl?: string;
  readonly clientIpHeader?: string;
  readonly gateway?: Gateway;
  readonly requestIdHeader?: string;
  readonly sourceIdentity?: boolean;
  readonly tracer?: Tracer;
  readonly hubs?: () => Promise<boolean>;
}

function parse(text: string): Exchange['body'] {
  const value: unknown = text === '' ? {} : JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new Error('the answer is not a JSON object');
  return { ...value };
}

export function startVend(settings: Settings = {}) {
  const {
    clientIpHeader,
    gateway,
    requestIdHeader,
    sourceIdentity = false,
    once = new FakeOnceStore(),
    rows,
  } = settings;
  const onRows = rows && createAuditLog(rows);
  const callers = new FakeCallerIdentities();
  const clock = new FakeClock();
  const store = new FakeRulesStore();
  store.providers = [provider()];
  store.roles = [role(), role({ id: 'arms-reader', roleArn: 'acs:ram::1234567890123456:role/arms-reader' })];
  store.grants = [grantTo({ kind: 'sub', name: 'alice' })];
  const keys = new FakeKeySource();
  const assumer = new FakeRoleAssumer(clock);
  const auditLog = new FakeAuditLog();
  const logger = new FakeLogger();
  /** Apart, so that tests of other lines do not meet these. */
  const numbersLog = new FakeLogger();
  const numbers = createVendNumbers({ stopwatch: () => clock.now().getTime(), logger: numbersLog });
  const counters = new FakeCounters();
  const leaverRows = new FakeRows();
  const up = { tablestore: true, sts: true };
  const probed = { tablestore: 0, sts: 0 };
  const probe = (name: 'tablestore' | 'sts') => async () => {
    probed[name] += 1;
    return up[name];
  };
  const app = createVendApp({
    audience: settings.audience ?? AUDIENCE,
    publicUrl: settings.publicUrl ?? PUBLIC_URL,
    clientIpHeader,
    gateway,
    requestIdHeader,
    clock,
    random: () => 0.5,
    store: settings.rules?.(clock) ?? (rows ? createRulesStore(rows, clock) : store),
    keys: withStaticKeys(settings.keySource?.(clock, logger) ?? keys),
    known: countKnown(createKnownPrincipals(), numbers),
    callers: settings.callers ?? callers,
    openDpop: createOpenDpop(once),
    once,
    leavers: settings.leavers ?? createLeaverStore(leaverRows),
    requestLimits: createRequestLimits(),
    assumeRole: createAssumeRole({
      admitSession: createSessionLimits({ counters: rows ? createCounters(rows) : counters, clock, logger }),
      assumer: countCalls(settings.roleAssumer ?? assumer, numbers),
      issuedKeys: onRows ?? auditLog,
      clock,
      random: () => 0.5,
      sourceIdentity,
    }),
    auditLog: onRows ?? auditLog,
    logger,
    numbers,
    tracer: () => settings.tracer,
    probes: { tablestore: probe('tablestore'), sts: probe('sts'), hubs: settings.hubs },
  });

  const checkLeaks = (exchange: Pick<Exchange, 'status' | 'text'>, proof: string | null): void => {
    // A proof of a few letters is in any text.
    const secrets = proof === null || proof.length < 20 ? ALL_CANARIES : [...ALL_CANARIES, proof];
    const written = { events: auditLog.events, keys: auditLog.keys, lines: [logger.lines, numbersLog.lines] };
    if (findSecret(written, secrets)) throw new Error('a secret is in the log or the audit rows');
    if (exchange.status !== 200 && findSecret(exchange.text, secrets)) {
      throw new Error('a secret is in a refusal');
    }
  };

  const send = async (method: string, path: string, sent: Sent = {}): Promise<Exchange> => {
    const proof = sent.token === undefined ? token() : sent.token;
    const { body } = sent;
    const isRaw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await app.request(path, {
      method,
      headers: {
        ...(proof === null ? {} : { authorization: `Bearer ${proof}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...sent.headers,
      },
      ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const { status, headers } = response;
    const exchange: Exchange = { method, path, status, headers, text, body: parse(text) };
    for (const check of exchangeChecks) check(exchange);
    checkLeaks(exchange, proof);
    return exchange;
  };

  const vend = (body: object = {}, sent: Omit<Sent, 'body'> = {}): Promise<Exchange> =>
    send('POST', '/v1/credentials', { ...sent, body: { role: 'media-uploader', ...body } });

  const explain = (body: object = {}, sent: Omit<Sent, 'body'> = {}): Promise<Exchange> =>
    send('POST', '/v1/explain', { ...sent, body: { role: 'media-uploader', ...body } });

  return {
    app,
    send,
    vend,
    explain,
    checkLeaks,
    clock,
    store,
    keys,
    callers,
    once,
    assumer,
    counters,
    leaverRows,
    auditLog,
    logger,
    numbers,
    numbersLog,
    up,
    probed,
  };
}

export type Vend = ReturnType<typeof startVend>;
