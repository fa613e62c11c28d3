// The cloud requests that a test lists, tried against a session policy: finds each request of `may` that the policy does not
// allow, and each of `mayNot` that it allows.

import { formatWholeSeconds } from '../kernel/whole-seconds.ts';
import { type ConditionContext, evaluate } from '../ram/evaluate.ts';
import type { Policy } from '../ram/policy.ts';
import type { AccessTest } from '../rules/document/access-test.ts';
import type { Constraints } from '../rules/values/constraints.ts';

/** The facts about a cloud request that conditions of a policy look at. */
export interface CloudRequestContext {
  readonly now: Date;
  readonly clientAddress: string | undefined;
  readonly mfa: boolean;
  readonly constraints: Constraints;
}

/** A request that the policy does not answer as the test expects. */
export interface Mismatch {
  readonly list: 'may' | 'mayNot';
  readonly index: number;
  readonly message: string;
}

/** In the order of the test. Empty when the policy answers every request as expected. */
export function tryRequests(
  { may = [], mayNot = [] }: AccessTest,
  policy: Policy,
  cloudContext: CloudRequestContext,
): readonly Mismatch[] {
  const context = contextOf(cloudContext);
  return (
    [
      ['may', may],
      ['mayNot', mayNot],
    ] as const
  ).flatMap(([list, requests]) =>
    requests.flatMap((request, index) => {
      const message = tryRequest(request, list, policy, context);
      return message === undefined ? [] : [{ list, index, message }];
    }),
  );
}

function tryRequest(
  request: string,
  list: Mismatch['list'],
  policy: Policy,
  context: ConditionContext,
): string | undefined {
  const [action = '', resource = ''] = request.split(' ');
  for (const spelling of spellings(resource, policy)) {
    const ask = (asked: Policy) => evaluate(asked, { action, resource: spelling, context });
    const verdict = ask(policy);
    if ((verdict === 'allow') !== (list === 'may')) return because(policy, verdict, ask);
  }
  return undefined;
}

/** The resource is assumed to have the group and tags that the grant's constraints require: a test is about names. */
function contextOf({ now, clientAddress, mfa, constraints }: CloudRequestContext): ConditionContext {
  const { resourceGroup, tags = {} } = constraints;
  return {
    'acs:CurrentTime': formatWholeSeconds(now),
    'acs:SecureTransport': 'true',
    'acs:MFAPresent': String(mfa),
    ...(clientAddress === undefined ? {} : { 'acs:SourceIp': clientAddress }),
    ...(resourceGroup === undefined ? {} : { 'acs:ResourceGroupId': resourceGroup }),
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`acs:ResourceTag/${key}`, value])),
  };
}

const SEGMENTS = /^acs:[^:]*:([^:]*):([^:]*):/;

/** A `*` as region or account in a test stands for every one that the policy names, and for any other. */
function spellings(resource: string, { statements }: Policy): readonly string[] {
  const patterns = statements.flatMap(({ resources }) => resources);
  const [acs, service, region = '', account = '', ...rest] = resource.split(':');
  const named = (own: string, group: 1 | 2): readonly string[] =>
    own === '*' ? [own, ...patterns.flatMap((pattern) => SEGMENTS.exec(pattern)?.[group] ?? [])] : [own];
  return [...new Set(named(region, 1))].flatMap((place) =>
    [...new Set(named(account, 2))].map((owner) => [acs, service, place, owner, ...rest].join(':')),
  );
}

type Verdict = ReturnType<typeof evaluate>;

/** Names the statement that by itself gives the same verdict. */
function because(policy: Policy, verdict: Verdict, ask: (policy: Policy) => Verdict): string {
  const index = policy.statements.findIndex(
    (statement) => ask({ ...policy, statements: [statement] }) === verdict,
  );
  if (verdict === 'none') return 'no statement of the session policy allows it';
  return `Statement[${index}] of the session policy ${verdict === 'allow' ? 'allows' : 'denies'} it`;
}
