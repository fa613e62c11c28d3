// What a caller in a thousand groups costs, against one in ten. Every token is new, so that each is read and verified.
import type { Miniature } from '../miniature/miniature.ts';
import { signTokens } from '../miniature/sign-tokens.ts';
import { type BenchRow, ratioAtMost } from './bench-row.ts';
import { bodyRequest, load } from './load.ts';
import { stop } from './processes.ts';
import { answering, type Servers, urlOf, VEND_PORT } from './servers.ts';

const FEW = 10;
const MANY = 1_000;
const IDENTITIES = 100;
const ROUNDS = 3;
const TOKENS_OF_A_ROUND = 1_500;

/** The last one is a group that a grant may name; no grant names the others. */
const groupsOf = (count: number): readonly string[] => [
  ...Array.from({ length: count - 1 }, (_, i) => `team-${i}`),
  'media',
];

/** Time of one request of each kind, at full load. The kinds take turns, so that both meet the same disturbances. */
export async function benchGroups({ vend }: Servers, world: Miniature): Promise<BenchRow> {
  const rounds = ROUNDS + 1;
  const sign = (count: number) =>
    signTokens(world, `in-${count}-`, rounds * TOKENS_OF_A_ROUND, IDENTITIES, groupsOf(count));
  const [few, many] = [await sign(FEW), await sign(MANY)];
  const child = await answering(vend(), VEND_PORT);
  const secondsOf = async (tokens: readonly string[], round: number) => {
    const own = tokens.slice(round * TOKENS_OF_A_ROUND, (round + 1) * TOKENS_OF_A_ROUND);
    const { perSecond } = await load(urlOf(VEND_PORT), own, { requests: own.length }, bodyRequest);
    return 1 / perSecond;
  };
  const total = { few: 0, many: 0 };
  try {
    // The first round warms up.
    for (let round = 0; round < rounds; round += 1) {
      const [ofFew, ofMany] = [await secondsOf(few, round), await secondsOf(many, round)];
      total.few += round === 0 ? 0 : ofFew;
      total.many += round === 0 ? 0 : ofMany;
    }
  } finally {
    await stop(child);
  }
  return ratioAtMost(1.5, {
    what: `a vend to a caller in ${MANY} groups, of which a grant names one (floor: in ${FEW}), each token new`,
    subject: (total.many / ROUNDS) * 1_000_000,
    floor: (total.few / ROUNDS) * 1_000_000,
    show: (value) => `${value.toFixed(0)} µs`,
  });
}
