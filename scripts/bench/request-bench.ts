// CPU of a request to the vend function, against a server that verifies one RS256 token for each request.
import type { Miniature } from '../miniature/miniature.ts';
import { signTokens } from '../miniature/sign-tokens.ts';
import { type BenchRow, ratioAtMost, subjectAtMost, untargeted } from './bench-row.ts';
import { forger } from './forged-tokens.ts';
import { bodyRequest, inTurn, stsRequest } from './load.ts';
import { stop } from './processes.ts';
import { compareCosts, measureCosts, type RequestKind } from './request-costs.ts';

import { answering, FLOOR_PORT, type Servers, urlOf, VEND_PORT } from './servers.ts';

const ROUNDS = 5;
/** The first round warms up. */
const ROUNDS_WITH_TOKENS = ROUNDS + 1;
const IDENTITIES = 100;
/** A round of each kind takes some hundred milliseconds of CPU at least. */
const CONCURRENT = 1_000;
const ALONE = 250;
const FEW_GROUPS = 10;
const MANY_GROUPS = 1_000;
const IN_GROUPS = 400;

/** No grant of the miniature names a group. */
const groupsOf = (count: number): readonly string[] => [
  ...Array.from({ length: count - 1 }, (_, i) => `team-${i}`),
  'media',
];

async function signAll(world: Miniature) {
  const each = (prefix: string, inRound: number, identities?: number, groups?: readonly string[]) =>
    signTokens(world, prefix, inRound * ROUNDS_WITH_TOKENS, identities, groups);
  const known = await signTokens(world, 'known-', IDENTITIES + CONCURRENT * ROUNDS_WITH_TOKENS, IDENTITIES);
  return {
    reused: known.slice(0, IDENTITIES),
    fresh: known.slice(IDENTITIES),
    strangers: await each('new-', CONCURRENT),
    strangersAlone: await each('alone-', ALONE),
    inFew: await each('in-few-', IN_GROUPS, IDENTITIES, groupsOf(FEW_GROUPS)),
    inMany: await each('in-many-', IN_GROUPS, IDENTITIES, groupsOf(MANY_GROUPS)),
  };
}

function kindsOf(
  { vend, floor }: { readonly vend: RequestKind['server']; readonly floor: RequestKind['server'] },
  tokens: Awaited<ReturnType<typeof signAll>>,
) {
  const [model = ''] = tokens.reused;
  const kind = (
    nextToken: () => string,
    requestsInRound = CONCURRENT,
    more: Partial<RequestKind> = {},
  ): RequestKind => ({ server: vend, url: urlOf(VEND_PORT), nextToken, requestsInRound, ...more });
  const atFloor = (nextToken: () => string, requestsInRound = CONCURRENT, more: Partial<RequestKind> = {}) =>
    kind(nextToken, requestsInRound, { server: floor, url: urlOf(FLOOR_PORT), ...more });
  const alone = { connections: 1 };
  const refused = { expected: 'refused' } as const;
  return {
    floor: atFloor(inTurn(tokens.reused)),
    reused: kind(inTurn(tokens.reused)),
    fresh: kind(inTurn(tokens.fresh)),
    stranger: kind(inTurn(tokens.strangers)),
    floorRefused: atFloor(forger('badSignature', model), CONCURRENT, refused),
    badSignature: kind(forger('badSignature', model), CONCURRENT, refused),
    unknownIssuer: kind(forger('unknownIssuer', model), CONCURRENT, refused),
    unknownKey: kind(forger('unknownKey', model), CONCURRENT, refused),
    sts: kind(inTurn(tokens.reused), CONCURRENT, { requestOf: stsRequest }),
    floorAlone: atFloor(inTurn(tokens.reused), ALONE, alone),
    reusedAlone: kind(inTurn(tokens.reused), ALONE, alone),
    strangerAlone: kind(inTurn(tokens.strangersAlone), ALONE, alone),
    inFew: kind(inTurn(tokens.inFew), IN_GROUPS, { requestOf: bodyRequest }),
    inMany: kind(inTurn(tokens.inMany), IN_GROUPS, { requestOf: bodyRequest }),
  };
}

/** The product's bound for one connection, in µs. */
const ALONE_MICROS = 1_000;

export async function benchRequests(
  servers: Servers,
  world: Miniature,
  onProgress: (text: string) => void,
): Promise<readonly BenchRow[]> {
  const tokens = await signAll(world);
  const running = {
    floor: await answering(servers.floor(), FLOOR_PORT),
    vend: await answering(servers.vend(), VEND_PORT),
  };
  try {
    const costs = await measureCosts(kindsOf(running, tokens), ROUNDS, onProgress);
    const [floor, reused] = [costs('floor'), costs('reused')];
    const verified = '(floor: one RS256 verification)';
    return [
      ratioAtMost(2, compareCosts(`the same tokens again, credentials reused ${verified}`, reused, floor)),
      ratioAtMost(2.8, compareCosts(`a new token of a known identity ${verified}`, costs('fresh'), floor)),
      ratioAtMost(
        6,
        compareCosts(`a new identity, which takes AssumeRole ${verified}`, costs('stranger'), floor),
      ),
      ratioAtMost(1.6, compareCosts(`a bad signature ${verified}`, costs('badSignature'), floor)),
      untargeted(
        compareCosts(
          `a bad signature (floor: refused by the bare verifier)`,
          costs('badSignature'),
          costs('floorRefused'),
        ),
      ),
      subjectAtMost(
        ALONE_MICROS,
        compareCosts(
          `one connection, the same tokens again ${verified}`,
          costs('reusedAlone'),
          costs('floorAlone'),
        ),
      ),
      untargeted(
        compareCosts(
          `one connection, a new identity ${verified}`,
          costs('strangerAlone'),
          costs('floorAlone'),
        ),
      ),
      ratioAtMost(
        0.5,
        compareCosts('an unknown issuer (floor: a good token, reused)', costs('unknownIssuer'), reused),
      ),
      ratioAtMost(
        0.5,
        compareCosts('an unknown key (floor: a good token, reused)', costs('unknownKey'), reused),
      ),
      ratioAtMost(
        1.1,
        compareCosts('the STS wire, credentials reused (floor: POST /v1/credentials)', costs('sts'), reused),
      ),
      ratioAtMost(
        1.5,
        compareCosts(
          `a caller in ${MANY_GROUPS} groups, which no grant names, each token new (floor: in ${FEW_GROUPS})`,
          costs('inMany'),
          costs('inFew'),
        ),
      ),
    ];
  } finally {
    await stop(running.floor);
    await stop(running.vend);
  }
}
