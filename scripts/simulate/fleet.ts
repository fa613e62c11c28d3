// The instances of `vend` in a simulation. Each is made of the modules that are deployed: its limits, its cache of credentials, and
// vendCredentials with all its stages. Only the proof of identity is taken as known, since its check costs no quota.
import { HonoRequest } from 'hono/request';
import { createAuditAndRespond } from '../../functions/vend/audit-and-respond.ts';
import type { VendDeps } from '../../functions/vend/deps.ts';
import { type VendDialect, vendCredentials } from '../../functions/vend/vend-credentials.ts';
import { vendResponse, wireResponse } from '../../functions/vend/vend-response.ts';
import { stsWire } from '../../functions/vend/wires/sts-wire.ts';
import { createConsoleLogger } from '../../shared/adapters/console-logger.ts';
import { type Answer, problem, success } from '../../shared/http/answer.ts';
import { hashProof } from '../../shared/identity/hash-proof.ts';
import type { Principal } from '../../shared/identity/principal.ts';
import { boundedCache } from '../../shared/kernel/bounded-cache.ts';
import type { Logger } from '../../shared/kernel/logger.ts';
import { ProviderId, RequestId } from '../../shared/kernel/names.ts';
import { createVendNumbers, type VendNumbers } from '../../shared/kernel/numbers.ts';
import { watchRequest } from '../../shared/kernel/request-watch.ts';
import { ok } from '../../shared/kernel/result.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { createAssumeRole } from '../../shared/pipeline/assume/assume-role.ts';
import {
  REUSE_WINDOW,
  type ReuseWindow,
  refreshAfter,
} from '../../shared/pipeline/assume/reuse-credentials.ts';
import { createRequestLimits } from '../../shared/pipeline/limit/limit-requests.ts';
import { createSessionLimits } from '../../shared/pipeline/limit/limit-sessions.ts';
import type { Meter } from './meter.ts';
import type { Random } from './random.ts';
import { createRules, issuerOf, type OwnLimits, PROVIDERS, type ProviderName, ROLE } from './rules.ts';
import { createStsAccount, createTables } from './virtual-cloud.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface FleetOptions {
  readonly instances: number;
  readonly stsPerSecond: number;
  readonly limits: OwnLimits;
  readonly window: ReuseWindow;
  /** What `vend` has as `random`: it decides the jitter of what clients are told. */
  readonly random: Random;
}

interface Caller {
  readonly provider: ProviderName;
  /** Its number among all callers of the simulation. */
  readonly number: number;
}

/** In which form a client asks: Stint's own, or that of STS, as the credentials libraries do. */
export type WireOfClient = 'own' | 'sts';

interface Ask {
  readonly caller: Caller;
  readonly wire: WireOfClient;
  readonly durationSeconds: number;
  /** The number of the instance that the platform leads the request to. */
  readonly instance: number;
}

export interface Fleet {
  readonly ask: (ask: Ask) => Promise<Answer>;
  /** Puts instances that know nothing in place of all, as a deployment does. */
  readonly replaceInstances: () => void;
}

interface Instance {
  readonly deps: VendDeps;
  /** Milliseconds since the start. */
  readonly bornAt: number;
}

/** The platform replaces instances from time to time. Assumed: Alibaba Cloud does not say how often. It bounds the memory, too. */
const INSTANCE_LIFE_MS = 4 * 3_600_000;

const AUDIENCE = 'https://vend.example.com';
/** A request's id decides nothing, and reading a new one for each takes time. */
const REQUEST = RequestId.parse('00000000-0000-4000-8000-000000000000');
const METADATA = {
  requestId: REQUEST,
  action: 'credentials',
  clientAddress: undefined,
  origin: undefined,
} as const;
/** Callers whose proofs are at hand; each about 500 bytes, so 10 MB. */
const MAX_CALLERS = 20_000;

const STS_EXCHANGE = stsWire.open(new HonoRequest(new Request(`${AUDIENCE}/?Format=JSON`)), AUDIENCE);

/** Proofs that every instance has verified before. */
function createProofs() {
  const principals = boundedCache<Principal>(MAX_CALLERS);
  const claims = Object.fromEntries(PROVIDERS.map((provider) => [provider, { iss: issuerOf(provider) }]));
  const ids = new Map(PROVIDERS.map((provider) => [provider, ProviderId.parse(provider)]));
  return {
    find: (proofHash: string) => principals.get(proofHash),
    present({ provider, number }: Caller): string {
      const token = `simulated.${number}.proof`;
      const proofHash = hashProof(new Secret(token));
      const id = ids.get(provider);
      if (!principals.has(proofHash) && id) {
        principals.set(proofHash, {
          ...{
            kind: 'oidc',
            provider: id,
            issuer: issuerOf(provider),
            subject: `caller-${number}`,
            groups: [],
          },
          // The same object for all of a provider: the session policy, which has no claim in it, is then composed once.
          claims: claims[provider] ?? {},
          ...{ mfa: false, authenticatedAt: undefined, expiresAt: undefined, proofHash },
        });
      }
      return token;
    },
  };
}

/** One instance of so many keeps its numbers and logs them, and counts for all: a line takes as long as the rest of a request. */
const NUMBERED_INSTANCES = 20;
const NO_NUMBERS: VendNumbers = {
  stopwatch: () => 0,
  count: () => undefined,
  requestEnded: () => undefined,
  took: () => undefined,
  flush: () => undefined,
};

/** Counts refusals, and the bytes of lines, each of which stands for `weight` lines. */
function createMeteredLogger(meter: Meter, weight: number): Logger {
  const { log } = createConsoleLogger('info', (line) => {
    meter.bytes.log += Buffer.byteLength(line) * weight;
  });
  return {
    log(level, event, fields) {
      if (event === 'refused' && 'reason' in fields) meter.refuse(String(fields.reason));
      log(level, event, fields);
    },
  };
}

const unused = (name: string) => (): never => {
  throw new Error(`a simulated request asked ${name}`);
};

/** How `vend` answers each kind of client. A window other than the deployed one is told by the same function. */
function dialectsOf({
  window,
  random,
}: Pick<FleetOptions, 'window' | 'random'>): Record<WireOfClient, VendDialect> {
  const own: VendDialect['answer'] = (issued, ...rest) =>
    window === REUSE_WINDOW
      ? vendResponse(issued, rest[0], rest[1], rest[2])
      : success({
          credentials: { expiration: issued.expiresAt.toISOString() },
          refreshAfter: refreshAfter(issued, random, window).toISOString(),
        });
  const sts = wireResponse(STS_EXCHANGE.grant);
  return { own: { shortensDuration: false, answer: own }, sts: { shortensDuration: true, answer: sts } };
}

export function createFleet(time: VirtualTime, meter: Meter, options: FleetOptions): Fleet {
  const { instances, stsPerSecond, limits, window, random } = options;
  const proofs = createProofs();
  const store = createRules(limits);
  const tables = createTables(time, meter);
  const sts = createStsAccount(time, meter, stsPerSecond);
  const logger = createMeteredLogger(meter, 1);
  const numbersLogger = createMeteredLogger(meter, Math.min(NUMBERED_INSTANCES, instances));
  const dialects = dialectsOf(options);
  const refusals = { own: problem, sts: STS_EXCHANGE.refuse };

  const numbersOf = (instance: number): VendNumbers =>
    instance % NUMBERED_INSTANCES === 0
      ? createVendNumbers({ stopwatch: () => time.elapsedMs, logger: numbersLogger })
      : NO_NUMBERS;

  const createInstance = (instance: number): VendDeps => ({
    ...{ audience: AUDIENCE, publicUrl: AUDIENCE, clock: time, random, store, logger },
    ...{ clientIpHeader: undefined, gateway: undefined, requestIdHeader: undefined, tracer: () => undefined },
    keys: { find: unused('for the keys of an issuer') },
    known: { find: proofs.find, remember: unused('to remember a proof') },
    callers: { whoSigned: unused('STS who calls') },
    openDpop: unused('for DPoP'),
    once: { consume: unused('to use a token once'), putIfAbsent: unused('to use a value once') },
    leavers: { find: unused('who left') },
    requestLimits: createRequestLimits(),
    assumeRole: createAssumeRole(
      {
        admitSession: createSessionLimits({ counters: tables.counters, clock: time, logger }),
        assumer: sts,
        issuedKeys: tables,
        clock: time,
        random,
        sourceIdentity: false,
      },
      { within: time.within, window },
    ),
    auditLog: tables,
    numbers: numbersOf(instance),
    probes: { tablestore: unused('whether Tablestore is up'), sts: unused('whether STS is up') },
  });

  let running: Instance[] = [];
  const replace = (slot: number, bornAt: number): Instance => {
    const fresh = { bornAt, deps: createInstance(slot) };
    running[slot] = fresh;
    return fresh;
  };
  /** At the start, instances have all ages, so that they are not replaced together. */
  const instanceOf = (number: number): VendDeps => {
    const slot = number % instances;
    const there = running[slot] ?? replace(slot, time.elapsedMs - (slot / instances) * INSTANCE_LIFE_MS);
    const isOld = time.elapsedMs - there.bornAt > INSTANCE_LIFE_MS;
    return (isOld ? replace(slot, time.elapsedMs) : there).deps;
  };

  return {
    replaceInstances: () => {
      running = [];
    },
    ask({ caller, wire, durationSeconds, instance }) {
      const deps = instanceOf(instance);
      const watch = watchRequest(deps.numbers);
      const auditAndRespond = createAuditAndRespond(deps, METADATA, watch, refusals[wire]);
      const received = {
        ...{ metadata: METADATA, watch, auditAndRespond },
        presented: { authorization: `Bearer ${proofs.present(caller)}` },
        body: ok({ role: ROLE, durationSeconds }),
      };
      return vendCredentials(received, deps, dialects[wire]);
    },
  };
}
