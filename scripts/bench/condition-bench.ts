// What a condition costs, next to the same predicate written by hand; and what deciding costs without one.
import { compileCondition } from '../../shared/rules/conditions/compile-condition.ts';
import type { ConditionFacts } from '../../shared/rules/values/grant-condition.ts';
import { type BenchRow, showMicros, subjectAtMost } from './bench-row.ts';
import { median } from './median.ts';

interface Case {
  readonly what: string;
  readonly when: string;
  readonly byHand: (facts: ConditionFacts) => boolean;
}

const GROUPS = Array.from({ length: 98 }, (_, i) => `group-${i}`);

const FACTS: ConditionFacts = {
  claims: {
    sub: 'alice',
    email_verified: true,
    level: 3,
    repository: 'acme/site',
    ref: 'refs/heads/release-7',
    entitlements: Array.from({ length: 20 }, (_, i) => ({ name: `right-${i}`, level: i })),
  },
  groups: GROUPS,
  provider: 'app-users',
  subject: 'alice',
  request: {
    role: 'media-uploader',
    durationSeconds: 900,
    sourceIp: '203.0.113.7',
    time: new Date('2026-03-01T12:00:00Z'),
  },
};

const isMember = (value: unknown): value is { readonly name: unknown; readonly level: unknown } =>
  typeof value === 'object' && value !== null && 'name' in value && 'level' in value;

const CASES: readonly Case[] = [
  {
    what: 'one claim',
    when: 'claims.email_verified == true',
    byHand: ({ claims }) => claims['email_verified'] === true,
  },
  {
    what: 'a repository and its branches',
    when: 'claims.repository == "acme/site" && claims.ref.startsWith("refs/heads/release-") && claims.level >= 3',
    byHand: ({ claims: { repository, ref, level } }) =>
      repository === 'acme/site' &&
      typeof ref === 'string' &&
      ref.startsWith('refs/heads/release-') &&
      typeof level === 'number' &&
      level >= 3,
  },
  {
    what: 'the last of 98 groups',
    when: '"group-97" in groups && request.durationSeconds <= 900',
    byHand: ({ groups, request }) => groups.includes('group-97') && (request.durationSeconds ?? 901) <= 900,
  },
  {
    what: 'the last of 20 objects in a claim',
    when: 'claims.entitlements.exists(e, e.name == "right-19" && e.level > 18)',
    byHand: ({ claims: { entitlements } }) =>
      Array.isArray(entitlements) &&
      entitlements.some((e) => isMember(e) && e.name === 'right-19' && Number(e.level) > 18),
  },
];

/** The product's bound for one condition. */
const TARGET_MICROS = 50;
const WARM_UP_RUNS = 20_000;
const ROUNDS = 9;
const RUNS_A_ROUND = 5_000;

/** A condition takes less than a clock can tell, so a round has many runs. The count keeps V8 from leaving them out. */
function microsOf(run: () => boolean): number {
  let held = 0;
  for (let i = 0; i < WARM_UP_RUNS; i += 1) held += run() ? 1 : 0;
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = performance.now();
    for (let i = 0; i < RUNS_A_ROUND; i += 1) held += run() ? 1 : 0;
    rounds.push(((performance.now() - startedAt) * 1_000) / RUNS_A_ROUND);
  }
  if (held !== WARM_UP_RUNS + ROUNDS * RUNS_A_ROUND) throw new Error('a condition of the benchmark is false');
  return median(rounds);
}

export function benchConditions(): readonly BenchRow[] {
  return CASES.map(({ what, when, byHand }) => {
    const condition = compileCondition(when);
    if (!condition.ok) throw new Error(`${when}: ${condition.error}`);
    const { holds } = condition.value;
    return subjectAtMost(TARGET_MICROS, {
      what,
      subject: microsOf(() => holds(FACTS)),
      floor: microsOf(() => byHand(FACTS)),
      show: showMicros,
    });
  });
}
