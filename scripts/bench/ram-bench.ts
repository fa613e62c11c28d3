// Speed of the policy compiler on policies of 20 statements, in microseconds on the core that it is run on. The floor
// is what any reader of the same policies pays: their JSON, parsed and written.
import { contains } from '../../shared/ram/contains.ts';
import { bytesLeft, formatPolicy } from '../../shared/ram/format-policy.ts';
import { parsePolicy } from '../../shared/ram/parse-policy.ts';
import type { Policy } from '../../shared/ram/policy.ts';
import { shrinkPolicy } from '../../shared/ram/shrink-policy.ts';

export interface RamRow {
  readonly what: string;
  readonly subjectMicros: number;
  readonly floorMicros: number;
  readonly targetMicros: number;
}

const STATEMENTS = 20;
const ROUNDS = 1000;
const WARM_UP_ROUNDS = 1000;

const SERVICES = [
  { service: 'oss', verbs: ['GetObject', 'PutObject', 'ListObjects', 'DeleteObject'] },
  { service: 'ots', verbs: ['GetRow', 'PutRow', 'GetRange', 'BatchGetRow'] },
  { service: 'log', verbs: ['PostLogStoreLogs', 'GetLogStoreLogs', 'GetIndex', 'ListShards'] },
  { service: 'ecs', verbs: ['DescribeInstances', 'StartInstance', 'StopInstance', 'RebootInstance'] },
] as const;

function parsed(statements: readonly object[]): Policy {
  const policy = parsePolicy({ Version: '1', Statement: statements });
  if (!policy.ok) throw new Error(`the bench policy does not parse: ${policy.error.message}`);
  return policy.value;
}

/** Names begin alike, as in real accounts, so that patterns differ late; every statement has two conditions. */
function policyOf(tail: string, end: string, network: string): Policy {
  const statements = Array.from({ length: STATEMENTS }, (_, i) => {
    const { service, verbs } = SERVICES[i % SERVICES.length] ?? SERVICES[0];
    const place = `acs:${service}:*:1234567890123456:project-${String(i).padStart(2, '0')}`;
    return {
      Effect: 'Allow',
      Action: verbs.map((verb) => `${service}:${verb}`),
      Resource: [`${place}/public/${tail}*`, `${place}/shared/${tail}*`],
      Condition: { IpAddress: { 'acs:SourceIp': network }, DateLessThan: { 'acs:CurrentTime': end } },
    };
  });
  return parsed(statements);
}

const GRANTED = policyOf('', '2030-01-01T00:00:00Z', '203.0.113.0/24');
const WISHED = policyOf('users/alice/', '2026-01-01T00:00:00Z', '203.0.113.7');
const WIDER: Policy = {
  ...WISHED,
  statements: [
    ...WISHED.statements.slice(1),
    ...parsed([{ Effect: 'Allow', Action: 'oss:*', Resource: 'acs:oss:*:*:*' }]).statements,
  ],
};

/** One statement an action: what a compiler makes of many small rules. */
const SCATTERED: Policy = {
  version: '1',
  statements: GRANTED.statements.slice(0, STATEMENTS / 4).flatMap((statement) =>
    statement.actions.patterns.map((pattern) => ({
      ...statement,
      actions: { kind: 'only' as const, patterns: [pattern] },
    })),
  ),
};

/** Each call is timed alone: whatever interrupts one does not move the median. */
export function medianMicros(call: () => unknown): number {
  const rounds: number[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
    const start = process.hrtime.bigint();
    call();
    if (round >= WARM_UP_ROUNDS) rounds.push(Number(process.hrtime.bigint() - start) / 1000);
  }
  return rounds.sort((a, b) => a - b)[ROUNDS / 2] ?? Number.NaN;
}

function rereading(...policies: readonly Policy[]): number {
  const texts = policies.map((policy) => JSON.stringify(formatPolicy(policy)));
  return medianMicros(() => texts.map((text) => JSON.stringify(JSON.parse(text))));
}

export function benchRam(): readonly RamRow[] {
  return [
    {
      what: 'containment of 20 statements in 20, proved (floor: their JSON, read and written)',
      subjectMicros: medianMicros(() => contains(GRANTED, WISHED)),
      floorMicros: rereading(GRANTED, WISHED),
      targetMicros: 1000,
    },
    {
      what: 'containment of 20 statements in 20, refused at the last (floor: their JSON, read and written)',
      subjectMicros: medianMicros(() => contains(GRANTED, WIDER)),
      floorMicros: rereading(GRANTED, WIDER),
      targetMicros: 1000,
    },
    {
      what: '20 statements shrunk to 5 (floor: their JSON, read and written)',
      subjectMicros: medianMicros(() => shrinkPolicy(SCATTERED)),
      floorMicros: rereading(SCATTERED),
      targetMicros: 200,
    },
    {
      what: '20 statements written and counted (floor: their JSON, read and written)',
      subjectMicros: medianMicros(() => bytesLeft(JSON.stringify(formatPolicy(GRANTED)))),
      floorMicros: rereading(GRANTED),
      targetMicros: 200,
    },
  ];
}
