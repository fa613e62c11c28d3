// Speed of the policy compiler on policies of 20 statements, in microseconds on the core that it is run on. The floor
// is what any reader of the same policies pays: their JSON, parsed and written.
import { contains } from '../../shared/ram/contains.ts';
import { bytesLeft, formatPolicy } from '../../shared/ram/format-policy.ts';
import { parsePolicy } from '../../shared/ram/parse-policy.ts';
import type { Policy } from '../../shared/ram/policy.ts';
import { shrinkPolicy } from '../../shared/ram/shrink-policy.ts';
import { type BenchRow, showMicros, subjectAtMost } from './bench-row.ts';
import { medianMicros } from './median.ts';

const STATEMENTS = 20;
/** The product's bounds. */
const CONTAINS_MICROS = 1000;
const WRITE_MICROS = 200;

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
const REQUESTED = policyOf('users/alice/', '2026-01-01T00:00:00Z', '203.0.113.7');
const WIDER: Policy = {
  ...REQUESTED,
  statements: [
    ...REQUESTED.statements.slice(1),
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

function rereading(...policies: readonly Policy[]): number {
  const texts = policies.map((policy) => JSON.stringify(formatPolicy(policy)));
  return medianMicros(() => texts.map((text) => JSON.stringify(JSON.parse(text))));
}

export function benchRam(): readonly BenchRow[] {
  const row = (target: number, what: string, call: () => unknown, ...policies: readonly Policy[]) =>
    subjectAtMost(target, {
      what: `${what} (floor: their JSON, read and written)`,
      subject: medianMicros(call),
      floor: rereading(...policies),
      show: showMicros,
    });
  return [
    row(
      CONTAINS_MICROS,
      'containment of 20 statements in 20, proved',
      () => contains(GRANTED, REQUESTED),
      GRANTED,
      REQUESTED,
    ),
    row(
      CONTAINS_MICROS,
      'containment of 20 statements in 20, refused at the last',
      () => contains(GRANTED, WIDER),
      GRANTED,
      WIDER,
    ),
    row(WRITE_MICROS, '20 statements shrunk to 5', () => shrinkPolicy(SCATTERED), SCATTERED),
    row(
      WRITE_MICROS,
      '20 statements written and counted',
      () => bytesLeft(JSON.stringify(formatPolicy(GRANTED))),
      GRANTED,
    ),
  ];
}
