// The rate of good requests beside ten times as many forged ones. No limit applies, since the address of the requests is
// unknown: the worst case.
import { type BenchRow, ratioAtLeast } from './bench-row.ts';
import { forger } from './forged-tokens.ts';
import { expectAnswers, inTurn, send } from './load.ts';
import { stop } from './processes.ts';
import { answering, type Servers, urlOf, VEND_PORT } from './servers.ts';

const SECONDS = 8;
const WARM_UP_REQUESTS = 3_000;
const MEASURED_REQUESTS = 6_000;
/** For each good request, and as many times the connections: 55 together, about as many as one instance gets. */
const HOSTILE_TIMES = 10;
const GOOD_CONNECTIONS = 5;
/** Good traffic is this part of what the instance can answer, so ten times as much is about all that it can. */
const GOOD_PART = 1 / HOSTILE_TIMES;

/** One forgery of each kind after the other. */
function mixtureOf(model: string): () => string {
  const forgers = [
    forger('unknownIssuer', model),
    forger('unknownKey', model),
    forger('badSignature', model),
  ];
  let next = 0;
  return () => {
    next += 1;
    return forgers[next % forgers.length]?.() ?? '';
  };
}

/** `good` are tokens of a few identities, each sent again and again. */
export async function benchHostile(
  { vend }: Servers,
  good: readonly string[],
  onProgress: (text: string) => void,
): Promise<readonly BenchRow[]> {
  const child = await answering(vend(), VEND_PORT);
  const url = urlOf(VEND_PORT);
  const hostile = mixtureOf(good[0] ?? '');
  const sendGood = (requests: number) =>
    expectAnswers('granted', () => send({ url, nextToken: inTurn(good), extent: { requests } }), onProgress);
  try {
    await sendGood(WARM_UP_REQUESTS);
    const { granted, seconds } = await sendGood(MEASURED_REQUESTS);
    await send({ url, nextToken: hostile, extent: { requests: WARM_UP_REQUESTS } });
    const perSecond = Math.round((granted / seconds) * GOOD_PART);
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
    return [
      ratioAtLeast(0.8, {
        what: `good requests a second among ${HOSTILE_TIMES} times as many hostile ones (floor: without them)`,
        subject: among.granted / among.seconds,
        floor: alone.granted / alone.seconds,
        show: (value) => `${value.toFixed(0)}/s`,
      }),
    ];
  } finally {
    await stop(child);
  }
}
