// Hostile traffic: the cost of a request with a forged token, and the rate of good requests beside ten times as many forged
// ones. No limit applies, since the address of the requests is unknown: the worst case.
import { randomBytes } from 'node:crypto';
import { type BenchRow, ratioAtLeast, ratioAtMost } from './bench-row.ts';
import { inTurn, load, send } from './load.ts';
import { cpuMillis, stop } from './processes.ts';
import { answering, type Servers, urlOf, VEND_PORT } from './servers.ts';

const RSA_SIGNATURE_BYTES = 256;
const SECONDS = 8;
const WARM_UP_REQUESTS = 3_000;
const MEASURED_REQUESTS = 6_000;
export const FRESH_TOKENS = WARM_UP_REQUESTS + MEASURED_REQUESTS;
/** For each good request, and as many times the connections: 55 together, about as many as one instance gets. */
const HOSTILE_TIMES = 10;
const GOOD_CONNECTIONS = 5;
/** Good traffic is this part of what the instance can answer, so ten times as much is about all that it can. */
const GOOD_PART = 1 / HOSTILE_TIMES;

type NextToken = () => string;

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part = ''): object => JSON.parse(Buffer.from(part, 'base64url').toString());

type Forge = (header: object, claims: object, count: number) => readonly [header: object, claims: object];

const FORGERIES = {
  unknownIssuer: (header, claims, count) => [header, { ...claims, iss: `https://${count}.example` }],
  unknownKey: (header, claims, count) => [{ ...header, kid: `unknown-${count}` }, claims],
  badSignature: (header, claims, count) => [header, { ...claims, jti: `forged-${count}` }],
} as const satisfies Readonly<Record<string, Forge>>;

type Forgery = keyof typeof FORGERIES;

/** Gives a token at each call, each another, in the shape of the good one, so that only its fault tells it apart. */
function forger(forgery: Forgery, good: string): NextToken {
  const [header, payload] = good.split('.');
  const [head, claims] = [decode(header), decode(payload)];
  let count = 0;
  return () => {
    count += 1;
    const forged = FORGERIES[forgery](head, claims, count).map(encode);
    return [...forged, randomBytes(RSA_SIGNATURE_BYTES).toString('base64url')].join('.');
  };
}

interface Tokens {
  /** Of a few identities, each sent again and again. */
  readonly good: readonly string[];
  /** Of the same identities, each sent once. */
  readonly fresh: readonly string[];
}

const withVend = async <T>({ vend }: Servers, work: (child: ReturnType<Servers['vend']>) => Promise<T>) => {
  const child = await answering(vend(), VEND_PORT);
  try {
    return await work(child);
  } finally {
    await stop(child);
  }
};

const url = urlOf(VEND_PORT);

/** µs of CPU a request, once the code is warm. */
const costOf = (servers: Servers, good: readonly string[], nextToken: NextToken) =>
  withVend(servers, async (child) => {
    await load(url, good, { requests: WARM_UP_REQUESTS });
    await send({ url, nextToken, extent: { requests: WARM_UP_REQUESTS } });
    const before = cpuMillis(child);
    await send({ url, nextToken, extent: { requests: MEASURED_REQUESTS } });
    const after = cpuMillis(child);
    return before === undefined || after === undefined
      ? undefined
      : ((after - before) * 1000) / MEASURED_REQUESTS;
  });

/** Good requests granted a second, alone and among the hostile ones. */
const ratesOf = (servers: Servers, good: readonly string[], hostile: NextToken) =>
  withVend(servers, async () => {
    await load(url, good, { requests: WARM_UP_REQUESTS });
    const capacity = (await load(url, good, { requests: MEASURED_REQUESTS })).perSecond;
    await send({ url, nextToken: hostile, extent: { requests: WARM_UP_REQUESTS } });
    const perSecond = Math.round(capacity * GOOD_PART);
    const extent = { seconds: SECONDS };
    const goodTraffic = { url, nextToken: inTurn(good), extent, perSecond, connections: GOOD_CONNECTIONS };
    const hostileTraffic = {
      url,
      nextToken: hostile,
      extent,
      perSecond: perSecond * HOSTILE_TIMES,
      connections: GOOD_CONNECTIONS * HOSTILE_TIMES,
    };
    const alone = await send(goodTraffic);
    const [among] = await Promise.all([send(goodTraffic), send(hostileTraffic)]);
    return { alone: alone.granted / alone.seconds, among: among.granted / among.seconds };
  });

export async function benchHostile(servers: Servers, { good, fresh }: Tokens): Promise<readonly BenchRow[]> {
  const [model = ''] = good;
  const forge = (forgery: Forgery): NextToken => forger(forgery, model);
  const reused = await costOf(servers, good, inTurn(good));
  const verified = await costOf(servers, good, inTurn(fresh));
  const row = async (what: string, forgery: Forgery, against: string, floor: number | undefined) =>
    ratioAtMost(1, {
      what: `CPU of a request ${what} (floor: a good one${against}, credentials reused)`,
      subject: await costOf(servers, good, forge(forgery)),
      floor,
      show: (value) => `${value.toFixed(0)} µs`,
    });
  const costs = [
    await row('of an unknown issuer', 'unknownIssuer', '', reused),
    await row('by an unknown key', 'unknownKey', '', reused),
    // A good token that is new has its signature checked too.
    await row('with a bad signature', 'badSignature', ' whose token is new', verified),
  ];
  const forgers = [forge('unknownIssuer'), forge('unknownKey'), forge('badSignature')];
  let next = 0;
  const mixture: NextToken = () => {
    next += 1;
    return forgers[next % forgers.length]?.() ?? '';
  };
  const { alone, among } = await ratesOf(servers, good, mixture);
  const what = `good requests a second among ${HOSTILE_TIMES} times as many hostile ones (floor: without them)`;
  const show = (value: number) => `${value.toFixed(0)}/s`;
  return [...costs, ratioAtLeast(0.8, { what, subject: among, floor: alone, show })];
}
