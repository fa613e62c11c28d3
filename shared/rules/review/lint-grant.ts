// Findings about one grant alone: where it gives more or for a shorter time than its author may think, or never gives anything.
import { compileCondition } from '../conditions/compile-condition.ts';
import type { AccessDocument, GrantEntry } from '../document/document.ts';
import type { Provider } from '../document/provider.ts';
import { hasGroups, hasLoginIssuer, type OidcProvider, subjectClaim } from '../providers/oidc.ts';
import { isGithubIssuer } from '../providers/presets/github-actions.ts';
import type { DocumentPath } from '../values/document-fault.ts';
import { groupFilter } from '../values/groups-source.ts';
import type { Role } from '../values/role.ts';
import { parseValuePattern } from '../values/value-pattern.ts';
import { isMutableClaim } from './claim-facts.ts';
import type { LintCode, LintFinding } from './lint-finding.ts';

export interface LintContext {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly roles: ReadonlyMap<string, Pick<Role, 'maxDurationSeconds'>>;
  readonly signOn: AccessDocument['signOn'];
}

/** Alibaba Cloud's own credentials SDK for Node.js fetches credentials of at most this life for every call; measured. */
const REFETCHED_SECONDS = 900;

const found = (code: LintCode, path: DocumentPath, message: string): readonly LintFinding[] => [
  { code, path, message },
];

/** The grant's provider, if claims of a token name its callers; undefined for a provider of another kind. */
function oidcProvider(to: GrantEntry['to'], providers: LintContext['providers']): OidcProvider | undefined {
  const provider = providers.get(to.provider);
  return provider?.kind === 'oidc' ? provider : undefined;
}

/**
 * What lists the groups of people who sign on: they come to vend with the session token of this deployment. Undefined: the callers of
 * the provider come from elsewhere.
 */
function groupsOfPeople(provider: OidcProvider, signOn: LintContext['signOn']) {
  if (!signOn || signOn.connections.length === 0 || !hasLoginIssuer(provider)) return undefined;
  const listing = signOn.connections.flatMap(({ groups }) => (groups === undefined ? [] : [groups]));
  // A directory has groups without saying so.
  return [...listing, ...signOn.directories.map(({ groups }) => groups)];
}

/** Whether no connection and no directory gives the provider's callers any group. */
const areWithoutGroups = (provider: OidcProvider, signOn: LintContext['signOn']): boolean =>
  groupsOfPeople(provider, signOn)?.length === 0;

/** Whether no caller of the provider can be in the group: each filter on its way leaves it out. */
function isLeftOut(group: string, provider: OidcProvider, signOn: LintContext['signOn']): boolean {
  if (groupFilter(provider.groups)?.(group) === false) return true;
  const sources = groupsOfPeople(provider, signOn) ?? [];
  return sources.length > 0 && sources.every((source) => groupFilter(source)?.(group) === false);
}

function lintRecipient(
  { to, when }: Pick<GrantEntry, 'to' | 'when'>,
  { providers, signOn }: LintContext,
): readonly LintFinding[] {
  if ('anyone' in to && when === undefined)
    return found(
      'anyone-without-condition',
      ['to'],
      'every caller for whom this provider vouches gets this, also people who join later: add when, or name a group',
    );
  const provider = oidcProvider(to, providers);
  if ('group' in to && provider && !hasGroups(provider))
    return found(
      'unreachable-grant',
      ['to', 'group'],
      'the provider names no claim that lists groups, so nobody is in one: set its groups',
    );
  if ('group' in to && provider && areWithoutGroups(provider, signOn))
    return found(
      'unreachable-grant',
      ['to', 'group'],
      'no connection of signOn has groups, so nobody is in one: set the groups of the connection',
    );
  if ('group' in to && provider && isLeftOut(to.group, provider, signOn))
    return found(
      'unreachable-grant',
      ['to', 'group'],
      'the filter in the groups of the provider, or of each connection, leaves this group out, so nobody is in it: correct one of them',
    );
  return [];
}

/** Texts that other systems read as a pattern, and that Stint compares byte for byte; a * is refused before. */
const LIKE_PATTERN = /\?|^\^|\$$|\.\+|\\[dws.]|\([^)]*\|[^)]*\)|\[[^\]]+-[^\]]+\]/;

function lintName({ to }: Pick<GrantEntry, 'to'>): readonly LintFinding[] {
  const [key, name] = 'group' in to ? ['group', to.group] : ['subject', 'subject' in to ? to.subject : ''];
  return LIKE_PATTERN.test(name)
    ? found(
        'name-like-pattern',
        ['to', key],
        'this looks like a pattern, and is compared byte for byte: write the name as the token has it, or anyone: true with when',
      )
    : [];
}

/** A text with a * in it, compared as a whole: `claims.x == "a*"`. */
const COMPARED_WILDCARD =
  /(?:[=!]=|\bin)\s*(["'])[^"'\n]*\*[^"'\n]*\1|(["'])[^"'\n]*\*[^"'\n]*\2\s*(?:[=!]=|in\b)/;

function lintCondition({ when }: Pick<GrantEntry, 'when'>): readonly LintFinding[] {
  const condition = when === undefined ? undefined : compileCondition(when);
  if (when === undefined || !condition?.ok) return [];
  const claim = condition.value.claims.find(isMutableClaim);
  return [
    ...(claim === undefined
      ? []
      : found(
          'mutable-claim',
          ['when'],
          `${claim} can change or pass to someone else, who then gets this: compare an id in its place, such as sub or repository_id`,
        )),
    ...(COMPARED_WILDCARD.test(when)
      ? found(
          'name-like-pattern',
          ['when'],
          'a * in a text stands for itself: write startsWith, endsWith or contains for what begins, ends or is inside',
        )
      : []),
  ];
}

/** A group that a condition asks for by name: `"/teams/a" in groups`. */
const ASKED_GROUP = /(["'])([^"'\\\n]+)\1\s+in\s+groups\b/g;

/** To a condition, a group that the filter leaves out is none of the caller's: `!("contractors" in groups)` is true for all. */
function lintAskedGroups(
  { to, when = '' }: Pick<GrantEntry, 'to' | 'when'>,
  { providers, signOn }: LintContext,
): readonly LintFinding[] {
  const provider = oidcProvider(to, providers);
  const asked = [...when.matchAll(ASKED_GROUP)].map(([, , group = '']) => group);
  return provider === undefined || !asked.some((group) => isLeftOut(group, provider, signOn))
    ? []
    : found(
        'group-left-out',
        ['when'],
        'the filter in the groups of the provider, or of each connection, leaves this group out, so no caller is in it, and a condition that keeps its members out lets them in: widen the filter',
      );
}

export function longestSeconds(
  grant: GrantEntry,
  role: Pick<Role, 'maxDurationSeconds'> | undefined,
): number {
  const { maxDurationSeconds = Number.POSITIVE_INFINITY, constraints } = grant;
  const { effectiveSeconds = Number.POSITIVE_INFINITY } = constraints;
  return Math.min(maxDurationSeconds, effectiveSeconds, role?.maxDurationSeconds ?? 0);
}

function lintLifetime(grant: GrantEntry, { roles }: LintContext): readonly LintFinding[] {
  const seconds = longestSeconds(grant, roles.get(grant.role));
  if (seconds > REFETCHED_SECONDS) return [];
  const path =
    grant.constraints.effectiveSeconds === seconds
      ? ['constraints', 'effectiveSeconds']
      : ['maxDurationSeconds'];
  return found(
    'short-lifetime',
    path,
    `credentials of ${seconds} s: stock SDKs fetch those of ${REFETCHED_SECONDS} s and less anew for every call; give more, or make sure that its callers keep them`,
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const WIDE_ACTION = /^(?:\*|[^:]*[*?][^:]*:.*|[^:]+:\*)$/;

function lintStatement(statement: unknown, path: DocumentPath): readonly LintFinding[] {
  if (!isObject(statement) || statement['Effect'] !== 'Allow') return [];
  const wide = 'every action of a service, also those that it gets later: list the actions';
  if (statement['NotAction'] !== undefined)
    return found('action-wildcard', [...path, 'NotAction'], `Allow with NotAction gives ${wide}`);
  const index = asList(statement['Action']).findIndex((action) => WIDE_ACTION.test(String(action)));
  if (index < 0) return [];
  const at = Array.isArray(statement['Action']) ? [index] : [];
  return found('action-wildcard', [...path, 'Action', ...at], `the wildcard gives ${wide}`);
}

function lintVariables(
  { to, sessionPolicy }: GrantEntry,
  { providers }: LintContext,
): readonly LintFinding[] {
  if (sessionPolicy === 'inherit' || !('variables' in sessionPolicy)) return [];
  return Object.entries(sessionPolicy.variables).flatMap(([name, { claim, pattern }]) => {
    const path = ['sessionPolicy', 'variables', name];
    if (isMutableClaim(claim))
      return found(
        'mutable-claim',
        [...path, 'claim'],
        'this claim can change or pass to someone else, and what it names with it: use an immutable one, such as sub',
      );
    const provider = oidcProvider(to, providers);
    const isSubject = provider && claim === subjectClaim(provider);
    const named = 'subject' in to && isSubject ? to.subject : undefined;
    const fits = parseValuePattern(pattern);
    const never = named !== undefined && fits.ok && !fits.value.matches(named);
    return never
      ? found(
          'unreachable-grant',
          [...path, 'pattern'],
          'the subject of the grant does not match this pattern, so every request is refused: correct one of them',
        )
      : [];
  });
}

function lintPolicy({ sessionPolicy }: GrantEntry): readonly LintFinding[] {
  if (sessionPolicy === 'inherit')
    return found(
      'inherits-role',
      ['sessionPolicy'],
      'the credentials may do all that the RAM role may do, also what it is given later: write a document',
    );
  // A policy by name has another author, and is reviewed where it is pinned.
  if (!('document' in sessionPolicy)) return [];
  const path = ['sessionPolicy', 'document', 'Statement'];
  const statements = sessionPolicy.document['Statement'];
  return asList(statements).flatMap((statement, i) => lintStatement(statement, [...path, i]));
}

/** Claims about the ref or its protection; the `sub` of a token ends with the ref. */
const CLAIMS_OF_REF: ReadonlySet<string> = new Set(['ref', 'ref_protected', 'ref_type', 'sub']);
/** GitHub starts a job for an environment only when the environment's own rules let it, whatever the event. */
const CLAIMS_THAT_SETTLE = ['event_name', 'environment'];

const isOfGithub = (provider: Provider | undefined): boolean =>
  provider?.kind === 'oidc' && (provider.preset === 'github-actions' || isGithubIssuer(provider.issuer));

/**
 * A condition on the ref of a GitHub Actions run that does not also ask for the event. For pull_request_target,
 * workflow_run, issue_comment and others the ref is the default branch, whichever user caused the run: the preset then puts the
 * run in no group of the ref, but a condition sees the claim as it is.
 */
function lintOutsideEvents(
  { to, when }: Pick<GrantEntry, 'to' | 'when'>,
  { providers }: LintContext,
): readonly LintFinding[] {
  // The groups that the preset makes depend on the event.
  if (when === undefined || 'group' in to || !isOfGithub(providers.get(to.provider))) return [];
  const condition = compileCondition(when);
  const claims = condition.ok ? condition.value.claims : [];
  const named = claims.find((claim) => CLAIMS_OF_REF.has(claim));
  if (named === undefined || CLAIMS_THAT_SETTLE.some((claim) => claims.includes(claim))) return [];
  return [
    {
      code: 'ref-without-event',
      path: ['when'],
      message: `${named} is the default branch also in runs that an outsider caused, such as pull_request_target and issue_comment: grant to the group …/ref:<ref>, or compare claims.event_name too`,
    },
  ];
}

const LINTS_OF_ALL = [lintRecipient, lintName, lintCondition, lintAskedGroups, lintOutsideEvents] as const;
const LINTS = [...LINTS_OF_ALL, lintLifetime, lintVariables, lintPolicy] as const;

export const lintGrant = (
  grant: AccessDocument['grants'][number],
  context: LintContext,
): readonly LintFinding[] =>
  grant.permission === undefined
    ? LINTS.flatMap((lint) => lint(grant, context))
    : LINTS_OF_ALL.flatMap((lint) => lint(grant, context));
