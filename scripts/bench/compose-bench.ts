// Composing a session policy anew from a template of 20 statements, with its second opinion: what a vend does that
// cannot use the last one again. The floor is what any reader of such a policy pays: its JSON, parsed and written.

import { RoleArn, RoleId } from '../../shared/kernel/names.ts';
import { composeSessionPolicy } from '../../shared/pipeline/compose/compose-session-policy.ts';
import { compileGrant } from '../../shared/pipeline/grants/compile-grant.ts';
import { type BenchRow, showMicros, subjectAtMost } from './bench-row.ts';
import { medianMicros } from './median.ts';

const STATEMENTS = 20;
const TARGET_MICROS = 200;

/** As large as STS takes: 20 statements that differ fill its 2,048 bytes. */
const statements = Array.from({ length: STATEMENTS }, (_, i) => ({
  Effect: 'Allow',
  Action: i % 2 === 0 ? 'oss:GetObject' : 'oss:PutObject',
  Resource: `acs:oss:*:*:b${i}/\${user}/*`,
}));

function grant() {
  const json = JSON.stringify({
    id: 'twenty',
    order: 0,
    role: 'reader',
    maxDurationSeconds: 3_600,
    constraints: {},
    sessionPolicy: {
      variables: { user: { claim: 'sub', pattern: '[a-z]{1,64}' } },
      document: { Version: '1', Statement: statements },
    },
  });
  const compiled = compileGrant(json, 'anyone');
  if (!compiled || 'permission' in compiled) throw new Error('the bench grant cannot be read');
  return compiled;
}

export function benchCompose(): BenchRow {
  const role = {
    id: RoleId.parse('reader'),
    roleArn: RoleArn.parse('acs:ram::1234567890123456:role/reader'),
    maxDurationSeconds: 3_600,
    description: '',
  };
  const allowed = { grant: grant(), role, lifetimeSeconds: 3_600, askedSeconds: 3_600 };
  const compose = () =>
    composeSessionPolicy(allowed, { claims: { sub: 'alice' }, callerPolicy: undefined, now: new Date() });
  const composed = compose();
  if (!composed.ok) throw new Error(`the bench policy was refused: ${composed.error.reason}`);
  const { json } = composed.value.sessionPolicy;
  return subjectAtMost(TARGET_MICROS, {
    what: `session policy composed from ${STATEMENTS} statements, ${json.length} bytes (floor: its JSON, read and written)`,
    subject: medianMicros(compose),
    floor: medianMicros(() => JSON.stringify(JSON.parse(json))),
    show: showMicros,
  });
}
