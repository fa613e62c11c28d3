// One past request for credentials, decided again by new rules, through the code that vends. The audit row of a request does not
// hold all that a decision looks at: no claims, no groups, no second factor. What depends on them is known only as far as the
// old decision tells it: a grant that was used then had all that it asks for. Otherwise the answer is that it cannot be
// decided, and what it would need.
import { isDeepStrictEqual } from 'node:util';
import type { Principal } from '../identity/principal.ts';
import { boundedCache } from '../kernel/bounded-cache.ts';
import type { Failure } from '../kernel/failure.ts';
import type { Result } from '../kernel/result.ts';
import { simulatePrincipal } from '../pipeline/authenticate/simulate-principal.ts';
import { type Considered, considerGrants } from '../pipeline/decide/decide-vend.ts';
import { longestLifetime } from '../pipeline/decide/grant-tests.ts';
import { resolveDecision } from '../pipeline/resolve-decision.ts';
import type { CompiledAccess, CompiledGrant } from '../rules/document/compiled-access.ts';
import type { Provider } from '../rules/document/provider.ts';
import type { StoredRoleGrant } from '../rules/document/stored-grant.ts';
import { hasLoginIssuer } from '../rules/providers/oidc.ts';
import { isBlocked } from '../rules/sign-on/blocked.ts';
import { directoryOf } from '../rules/sign-on/directory.ts';
import type { Role } from '../rules/values/role.ts';
import { isProvenByUse, type Missing, missingFor } from './replay-evidence.ts';
import { type StoredRules, storedRules } from './stored-rules.ts';

/** What the audit row of a request for credentials holds of it. */
export interface PastRequest {
  readonly at: Date;
  readonly outcome: 'granted' | 'refused';
  readonly provider: string;
  readonly subject: string;
  readonly role: string;
  /** The grant that gave the role; absent when the request was refused. */
  readonly grant: string | undefined;
  readonly clientAddress: string | undefined;
  /** The caller proved to hold a key. */
  readonly hasKey: boolean;
  /** It was refused because it asked for longer than the grant gave. */
  readonly askedTooLong: boolean;
  /** The wire shortens a duration over the grant's longest, as STS's does. */
  readonly shortens: boolean;
}

type RefusedFor = Failure['reason'] | 'provider-removed' | 'connection-removed';

export type Replayed =
  | { readonly verdict: 'allowed' }
  | { readonly verdict: 'refused'; readonly reason: RefusedFor }
  | { readonly verdict: 'undecidable'; readonly needs: readonly Missing[] };

/** The rules of one revision, for comparison with the new ones. */
export type OldRules = CompiledAccess;

const SILENT = { log: () => undefined };
/** Callers whose grants are kept parsed; each has a few. */
const MAX_CALLERS = 5_000;

/** Decides past requests by `access`. `old` are the rules that decided one then; undefined when they are not kept any more. */
export function createReplay(
  access: CompiledAccess,
): (request: PastRequest, old: OldRules | undefined) => Promise<Replayed> {
  const stored = storedRules(access);
  const byRole = grantsByRole(access);
  const callers = boundedCache<Result<Principal, Failure>>(MAX_CALLERS);
  const olds = new WeakMap<OldRules, Indexed>();
  return async (request, old) => {
    const provider = stored.rules.providersById.get(request.provider);
    if (!provider) return { verdict: 'refused', reason: 'provider-removed' };
    const role = stored.rules.rolesById.get(request.role);
    if (!role) return { verdict: 'refused', reason: 'role-unknown' };
    const keptOut = personKeptOut(request, provider, access, old);
    if (keptOut) return { verdict: 'refused', reason: keptOut };
    const then = old && indexed(old, olds);
    const candidates = (byRole.get(request.role) ?? []).filter((one) => isFor(one, request));
    const isSameToken =
      old &&
      then &&
      isDeepStrictEqual(
        tokenSource(then.providers.get(provider.id), request, old),
        tokenSource(provider, request, access),
      );
    if (then && isSameToken && isUnchanged(request, { role, candidates }, then))
      return request.outcome === 'granted'
        ? { verdict: 'allowed' }
        : { verdict: 'refused', reason: 'no-grant' };
    if (!then) return { verdict: 'undecidable', needs: ['rules of that time'] };
    if (!isSameToken) return { verdict: 'undecidable', needs: ['token'] };
    const key = JSON.stringify([request.provider, request.subject, request.role, request.hasKey]);
    const caller = callers.get(key) ?? describeCaller(request, provider, candidates);
    callers.set(key, caller);
    return judge(request, caller, role, { candidates, then, stored });
  };
}

const isOfLogin = (provider: Provider): boolean => provider.kind === 'oidc' && hasLoginIssuer(provider);
/** Of the subject of a person who signed on. */
const connectionIn = (subject: string): string => subject.slice(0, subject.indexOf(':'));

/**
 * Why the new rules let this person sign in no more, where the caller is one: `login` signs tokens whose subject is a person of a
 * connection. A block by a person link is not seen, since a row holds none.
 */
function personKeptOut(
  { outcome, subject }: PastRequest,
  provider: Provider,
  { signOn }: CompiledAccess,
  old: OldRules | undefined,
): RefusedFor | undefined {
  if (outcome === 'refused' || !isOfLogin(provider)) return undefined;
  const connection = connectionIn(subject);
  const isIn = (rules: CompiledAccess['signOn']): boolean =>
    rules?.connections.some(({ id }) => id === connection) ?? false;
  if (isIn(signOn))
    return isBlocked(signOn?.blocked ?? [], subject, undefined) ? 'person-blocked' : undefined;
  return isIn(old?.signOn) ? 'connection-removed' : undefined;
}

interface Indexed {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly byRole: ReadonlyMap<string, readonly RoleGrant[]>;
  readonly grants: ReadonlyMap<string, RoleGrant>;
}

type RoleGrant = CompiledGrant & { readonly grant: StoredRoleGrant };

const isRoleGrant = (given: CompiledGrant): given is RoleGrant => !('permission' in given.grant);

function grantsByRole({ grants }: CompiledAccess): ReadonlyMap<string, readonly RoleGrant[]> {
  const byRole = new Map<string, RoleGrant[]>();
  for (const given of grants.filter(isRoleGrant)) {
    const own = byRole.get(given.grant.role);
    if (own) own.push(given);
    else byRole.set(given.grant.role, [given]);
  }
  return byRole;
}

function indexed(old: OldRules, known: WeakMap<OldRules, Indexed>): Indexed {
  const index = known.get(old) ?? {
    providers: new Map(old.providers.map((provider) => [provider.id, provider])),
    roles: new Map(old.roles.map((role) => [role.id, role])),
    byRole: grantsByRole(old),
    grants: new Map(old.grants.filter(isRoleGrant).map((given) => [given.grant.id, given])),
  };
  known.set(old, index);
  return index;
}

/** Grants to groups are for anyone of the provider, as far as an audit row tells. */
const isFor = ({ selector }: RoleGrant, { provider, subject }: PastRequest): boolean =>
  selector.provider === provider &&
  (selector.principal.kind !== 'sub' || selector.principal.name === subject);

/** Without what decides nothing: rate limits, and who may call from a browser. */
const bare = (provider: Provider | undefined): unknown =>
  provider && { ...provider, limits: undefined, allowedOrigins: undefined };

const terms = ({ selector, grant: { order: _order, since: _since, ...rest } }: RoleGrant) => [selector, rest];

const unnamed = (entry: object | undefined): unknown => entry && { ...entry, name: undefined };

/** What the rules say of where a token comes from: of a person who signed on, the connection and the directory, too. */
function tokenSource(
  provider: Provider | undefined,
  { subject }: PastRequest,
  { signOn }: CompiledAccess,
): unknown {
  const connection =
    provider && isOfLogin(provider)
      ? signOn?.connections.find(({ id }) => id === connectionIn(subject))
      : undefined;
  const directory = signOn && connection && directoryOf(signOn, connection.id);
  return [bare(provider), unnamed(connection), unnamed(directory)];
}

interface Rules {
  readonly role: Role;
  readonly candidates: readonly RoleGrant[];
}

/** All that could decide the request is as it was: so is the outcome, whatever the row does not hold. */
function isUnchanged(request: PastRequest, now: Rules, then: Indexed): boolean {
  const before = (then.byRole.get(request.role) ?? []).filter((one) => isFor(one, request));
  return (
    isDeepStrictEqual(then.roles.get(request.role), now.role) &&
    isDeepStrictEqual(before.map(terms), now.candidates.map(terms))
  );
}

/** The caller as a member of every group that a candidate names: `judge` tells of which of them that is not known. */
function describeCaller(
  { subject, hasKey }: PastRequest,
  provider: Provider,
  candidates: readonly RoleGrant[],
): Result<Principal, Failure> {
  const groups = candidates.flatMap(({ selector: { principal } }) =>
    principal.kind === 'group' ? [principal.name] : [],
  );
  const dpop = hasKey;
  // The token had the claims that the provider requires, which is the same as then, and so is its condition.
  const lenient = provider.kind === 'oidc' ? { ...provider, require: undefined, when: undefined } : provider;
  const described = { subject, claims: {}, dpop, ...(groups.length === 0 ? {} : { groups }) };
  const withGroups = simulatePrincipal(described, lenient);
  const principal = withGroups.ok ? withGroups : simulatePrincipal({ subject, claims: {}, dpop }, lenient);
  return principal;
}

interface Known {
  readonly stored: StoredRules;
  readonly candidates: readonly RoleGrant[];
  readonly then: Indexed;
}

type Verdict = 'yes' | { readonly no: Failure['reason'] } | { readonly maybe: readonly Missing[] };

async function judge(
  request: PastRequest,
  principal: Result<Principal, Failure>,
  role: Role,
  known: Known,
): Promise<Replayed> {
  if (!principal.ok)
    return principal.error.reason === 'subject-unusable'
      ? { verdict: 'refused', reason: principal.error.reason }
      : { verdict: 'undecidable', needs: ['claims'] };
  const facts = {
    ...{ principal: principal.value, now: request.at, clientAddress: request.clientAddress, role },
    roleRequest: { role: role.id, durationSeconds: undefined },
  };
  const { grants } = await resolve(facts, known.stored);
  const needs = new Set<Missing>();
  let reason: Failure['reason'] = 'no-grant';
  for (const considered of considerGrants(grants, facts)) {
    const verdict = judgeGrant(considered, request, facts, known);
    // A grant above that may have been satisfied gives the role too, unless a claim does not fit its policy.
    if (verdict === 'yes')
      return needs.has('claims')
        ? { verdict: 'undecidable', needs: ['claims'] }
        : composed(considered, await resolve(withKnownGroups(facts, request, known), known.stored));
    if ('no' in verdict) reason = verdict.no;
    else for (const need of verdict.maybe) needs.add(need);
  }
  return needs.size > 0 ? { verdict: 'undecidable', needs: [...needs] } : { verdict: 'refused', reason };
}

type Facts = Parameters<typeof considerGrants>[1];

const resolve = (facts: Facts, { rules, store }: StoredRules) =>
  resolveDecision({ ...facts, rules, callerPolicy: undefined }, { store, logger: SILENT });

/** Of the group whose grant was used, and of no other. */
function withKnownGroups(facts: Facts, { grant = '' }: PastRequest, { then }: Known): Facts {
  const proven = then.grants.get(grant)?.selector.principal;
  const groups = proven?.kind === 'group' ? [proven.name] : [];
  return { ...facts, principal: { ...facts.principal, groups } };
}

/** The session policy of a satisfied grant may be refused when it is composed. One with variables was composed then, too. */
function composed(
  { grant }: Considered,
  { auditContext, result }: Awaited<ReturnType<typeof resolveDecision>>,
): Replayed {
  const isIt = auditContext.allowed?.grant.id === grant.id;
  const hasHoles = grant.policy.kind === 'template' && grant.policy.template.variables.length > 0;
  return !isIt || hasHoles || result.ok
    ? { verdict: 'allowed' }
    : { verdict: 'refused', reason: result.error.reason };
}

function judgeGrant(
  { grant, tests, decision }: Considered,
  request: PastRequest,
  facts: Facts,
  { candidates, then }: Known,
): Verdict {
  const written = candidates.find((given) => given.grant.id === grant.id);
  const used = request.grant === undefined ? undefined : then.grants.get(request.grant);
  if (!written) return { no: 'no-grant' };
  const needs: Missing[] = [];
  const { principal } = written.selector;
  if (principal.kind === 'group' && !isDeepStrictEqual(principal, used?.selector.principal))
    needs.push('groups');
  for (const { test, passed } of tests) {
    const missing = missingFor(test, written.grant, used?.grant);
    if (missing !== undefined) needs.push(missing);
    else if (!passed && !isProvenByUse(test, written.grant, used?.grant))
      return { no: decision.ok ? 'no-grant' : decision.error.reason };
  }
  if (mayAskTooLong(request, written.grant, used?.grant, facts.role, then)) needs.push('duration asked for');
  if (
    hasVariables(written.grant) &&
    !isDeepStrictEqual(written.grant.sessionPolicy, used?.grant.sessionPolicy)
  )
    needs.push('claims');
  return needs.length > 0 ? { maybe: needs } : 'yes';
}

/** Most requests name no duration. One that was refused for another reason is taken to be one of them. */
function mayAskTooLong(
  { shortens, askedTooLong }: PastRequest,
  grant: StoredRoleGrant,
  used: StoredRoleGrant | undefined,
  role: Role,
  { roles }: Indexed,
): boolean {
  if (shortens) return false;
  const before = used && roles.get(used.role);
  if (!used || !before) return askedTooLong;
  return longestLifetime(grant, role) < longestLifetime(used, before);
}

const hasVariables = ({ sessionPolicy }: StoredRoleGrant): boolean =>
  sessionPolicy !== 'inherit' && Object.keys(sessionPolicy.variables).length > 0;
