// What a session policy says of the requests that a test lists: the `may` that it does not allow, the `mayNot` that it
// does.

import { type ConditionContext, evaluate } from '../ram/evaluate.ts';
import type { Policy } from '../ram/policy.ts';
import type { AccessTest } from '../rules/document/access-test.ts';
import type { Constraints } from '../rules/values/constraints.ts';

export interface RequestContext {
  readonly now: Date;
  readonly clientAddress: string | undefined;
  readonly mfa: boolean;
  readonly constraints: Constraints;
}
export interface Surprise {
  readonly list: 'may' | 'mayNot';
  readonly index: number;
  readonly message: string;
}

/** The resource is taken to be where the grant's constraints want it: a test is about actions and names. */
function contextOf({ now, clientAddress, mfa, constraints }: RequestContext): ConditionContext {
  const { resourceGroup, tags = {} } = constraints;
  return {
    'acs:CurrentTime': now.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    'acs:SecureTransport': 'true',
    'acs:MFAPresent': String(mfa),
    ...(clientAddress === undefined ? {} : { 'acs:SourceIp': clientAddress }),
    ...(resourceGroup === undefined ? {} : { 'acs:ResourceGroupId': resourceGroup }),
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`acs:ResourceTag/${key}`, value])),
  };
}

const SEGMENTS = /^acs:[^:]*:([^:]*):([^:]*):/;

/** Each region and account that the policy names: a `*` in the test means all of them, and any other. */
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

/** The statement that alone says the same. */
function because(policy: Policy, verdict: Verdict, ask: (policy: Policy) => Verdict): string {
  const index = policy.statements.findIndex(
    (statement) => ask({ ...policy, statements: [statement] }) === verdict,
  );
  if (verdict === 'none') return 'no statement of the session policy allows it';
  return `Statement[${index}] of the session policy ${verdict === 'allow' ? 'allows' : 'denies'} it`;
}

function tryRequest(
  request: string,
  list: Surprise['list'],
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

export function tryRequests(
  { may = [], mayNot = [] }: AccessTest,
  policy: Policy,
  requestContext: RequestContext,
): readonly Surprise[] {
  const context = contextOf(requestContext);
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
