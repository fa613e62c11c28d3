// Asks the identity provider again about the person of a session that is used, where the connection says so with `recheck`. The
// answer takes the place of what the provider said at the sign-on; a refusal ends all that came of that sign-on.
//
// One request at a time asks: it takes the provider's refresh token out of its row before it sends it, by the row's version, and
// puts the next one in. So no instance ever sends a token twice. Where the answer is lost, the token may have been used up,
// and it stays out: to a provider that rotates its tokens, sending it again would look like theft, and the person
// would be signed out everywhere. The session then goes on for the grace, and the person signs in again.
import { setTimeout as pause } from 'node:timers/promises';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';
import { personKey } from '../../../shared/people/person.ts';
import type { Recheck } from '../../../shared/people/recheck.ts';
import type { RecheckId, Session } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { checkSignOnSize } from '../keys/check-token-size.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import type { Refreshed } from '../request/oidc-port.ts';
import { noteActivity, record } from '../request/record.ts';
import { isInForce } from './check-leaver.ts';
import { endWithCommandLines } from './end-sessions.ts';
import { openProviderToken, sealProviderToken } from './provider-token.ts';

/**
 * How long sessions go on while the provider does not answer, from the first question on. Longer than a restart or a fail-over of
 * a provider, which must not sign a whole company out; and the longest time by which a person who is disabled just before an
 * outage stays in. Then the person needs to sign in, which takes a provider that answers.
 */
const GRACE_MS = 900_000;
/** Between two questions about one sign-on to a provider that does not answer: each keeps a person waiting for its deadline. */
const ASK_AGAIN_MS = 30_000;
/** Longer than the deadlines of discovery, the token endpoint and the provider's keys together. */
const ASKING_MS = 25_000;
/** While another request asks, this one looks into the row, for as long as the provider's token endpoint has. */
const LOOK_AGAIN_MS = 250;
const MAX_LOOKS = 24;

/** What the identity provider says by now, in place of what the session has. Empty: nothing new. */
export type Confirmed = Partial<Pick<Session, 'groups' | 'claims' | 'said' | 'person' | 'confirmedAt'>>;

/** Undefined: the session does not count any more. */
type Judged = Result<Confirmed | undefined, StoreFault>;

export type JudgeSession = (session: Session) => Promise<Judged>;

/** Whether a session counts now, without asking the identity provider: it is about to end. */
export const judgeByRules =
  (now: Date, signOn: SignOnInForce, { leavers }: Pick<LoginDeps, 'leavers'>): JudgeSession =>
  async (session) => {
    const counts = await isInForce(session, signOn, now, leavers);
    return counts.ok ? ok(counts.value ? {} : undefined) : counts;
  };

/** Whether a session that is used counts now: by the rules, because its person has not left, and by the provider's word. */
export const judgeUse =
  (c: LoginContext, signOn: SignOnInForce, deps: LoginDeps): JudgeSession =>
  async (session) => {
    const now = c.get('now');
    const counts = await judgeByRules(now, signOn, deps)(session);
    if (!counts.ok || counts.value === undefined) return counts;
    const connection = signOn.connections.find(({ id }) => id === session.connection);
    if (connection?.kind !== 'oidc' || !isDue(session, connection, now)) return ok({});
    const confirmed = await recheck({ c, session, connection, signOn, deps, now });
    if (!confirmed.ok || confirmed.value === undefined) return confirmed;
    // The answer may put the person into a blocked group, or give them the link of a person who left.
    const still = await isInForce({ ...session, ...confirmed.value }, signOn, now, deps.leavers);
    return still.ok ? ok(still.value ? confirmed.value : undefined) : still;
  };

const isWithin = (since: Date | undefined, milliseconds: number, now: Date): boolean =>
  since !== undefined && now.getTime() - since.getTime() < milliseconds;

/** A session by a passkey has not seen yet what the provider said since the sign-on, so its first use is always due. */
function isDue(
  { recheck: id, confirmedAt, signedOnAt, byPasskey }: Session,
  { recheck: rule }: OidcConnection,
  now: Date,
): boolean {
  if (rule === undefined) return false;
  const last = confirmedAt ?? (id !== undefined && byPasskey ? undefined : signedOnAt);
  return !isWithin(last, rule.everySeconds * 1000, now);
}

interface Use {
  readonly c: LoginContext;
  readonly session: Session;
  readonly connection: OidcConnection;
  readonly signOn: SignOnInForce;
  readonly deps: LoginDeps;
  readonly now: Date;
}

async function recheck(use: Use): Promise<Judged> {
  const { session, deps } = use;
  if (session.recheck === undefined) return overdue(use, 'no-refresh-token');
  let last: Recheck | undefined;
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const found = await deps.rechecks.find(personKey(session.connection, session.subject), session.recheck);
    if (!found.ok) return found;
    // Another use of the same sign-on was refused, and has its audit row.
    if (!found.value) return ok(undefined);
    last = found.value;
    const judged = await judgeRow(last, use);
    if (judged !== 'look-again') return judged;
  }
  return last ? unanswered(last, use) : ok(undefined);
}

async function judgeRow(row: Recheck, use: Use): Promise<Judged | 'look-again'> {
  const { connection, now } = use;
  if (isWithin(row.confirmedAt, (connection.recheck?.everySeconds ?? 0) * 1000, now)) return ok(saidIn(row));
  if (row.token === undefined && isWithin(row.takenAt, ASKING_MS, now)) {
    await pause(LOOK_AGAIN_MS);
    return 'look-again';
  }
  // The connection has another provider by now, which must not get a token of the one before.
  if (row.first.iss !== connection.issuer) return overdue(use, 'issuer-changed');
  if (row.token === undefined || isWithin(row.triedAt, ASK_AGAIN_MS, now)) return unanswered(row, use);
  return ask(row, use);
}

const saidIn = ({ signedOn: { groups, claims, said, person }, confirmedAt }: Recheck): Confirmed => ({
  groups,
  claims,
  confirmedAt,
  ...(said && { said }),
  ...(person !== undefined && { person }),
});

/** Whether the grace still holds. */
function unanswered(row: Recheck, use: Use): Judged | Promise<Judged> {
  return isWithin(row.failingSince ?? row.confirmedAt, GRACE_MS, use.now)
    ? ok({})
    : overdue(use, row.fault ?? 'idp-unreachable');
}

/** Takes the token out of its row and sends it. */
async function ask(row: Recheck, use: Use): Promise<Judged | 'look-again'> {
  const { connection, signOn, deps, now } = use;
  const { token: sealed, ...rest } = row;
  const failingSince = row.failingSince ?? now;
  const taken: Recheck = { ...rest, takenAt: now, failingSince, version: row.version + 1 };
  const replaced = await deps.rechecks.replace(row, taken);
  if (!replaced.ok) return replaced;
  if (replaced.value === 'changed') return 'look-again';
  const token = await openProviderToken(sealed, row.id, now, deps.tokens.keys);
  if (!token) return putBack(taken, { fault: 'refresh-token-unreadable' }, use);
  const refreshed = await deps.oidc.refresh(connection, token, row.first, signOn);
  return settle(refreshed, taken, sealed, use);
}

async function settle(
  refreshed: Refreshed,
  taken: Recheck,
  sealed: string | undefined,
  use: Use,
): Promise<Judged> {
  if (refreshed.kind === 'refused') return endAll(taken, refreshed.failure, use);
  if (refreshed.kind === 'confirmed') return confirm(refreshed, taken, use);
  logFault(refreshed.failure, use);
  const fault = refreshed.failure.reason;
  if (refreshed.kind === 'unknown') return putBack(taken, { fault }, use);
  const next = refreshed.token && (await sealAgain(refreshed.token, taken.id, use));
  const token = next ?? (sealed === undefined ? {} : { token: sealed });
  return putBack(taken, { fault, triedAt: use.now, ...token }, use);
}

/** What a sign-on checks after the ID token, and the next token. */
async function confirm(
  { signedOn, token: next }: Extract<Refreshed, { kind: 'confirmed' }>,
  taken: Recheck,
  use: Use,
): Promise<Judged> {
  const { session, deps, now } = use;
  if (signedOn.subject !== session.subject)
    return endAll(
      taken,
      { code: 'sign_on_refused', reason: 'answer-refused', cause: 'subject-differs' },
      use,
    );
  const size = checkSignOnSize({ ...signedOn, id: session.id }, now, deps.tokens);
  if (!size.ok) return endAll(taken, size.error, use);
  const token = await sealAgain(next, taken.id, use);
  const { takenAt: _, triedAt: __, failingSince: ___, fault: ____, ...rest } = taken;
  return store(taken, { ...rest, ...token, signedOn, confirmedAt: now }, use, (row) => ok(saidIn(row)));
}

async function sealAgain(
  token: Parameters<typeof sealProviderToken>[0],
  id: RecheckId,
  { deps, now }: Use,
): Promise<Pick<Recheck, 'token'>> {
  const sealed = await sealProviderToken(token, id, now, deps.tokens.keys);
  return sealed === undefined ? {} : { token: sealed };
}

/** Without a token in `change`, none is put back. */
function putBack(
  { takenAt: _, ...taken }: Recheck,
  change: Pick<Recheck, 'fault' | 'triedAt' | 'token'>,
  use: Use,
): Promise<Judged> {
  return store(taken, { ...taken, ...change }, use, (row) => unanswered(row, use));
}

/** No other request writes a row whose token is out. */
async function store(
  before: Recheck,
  after: Recheck,
  { deps }: Use,
  then: (row: Recheck) => Judged | Promise<Judged>,
): Promise<Judged> {
  const row = { ...after, version: before.version + 1 };
  const replaced = await deps.rechecks.replace(before, row);
  if (!replaced.ok) return replaced;
  return replaced.value === 'replaced' ? then(row) : err({ reason: 'store-failed', cause: 'changed' });
}

/**
 * Ends what came of the sign-on: the browser's session, its command lines, sessions by passkey, and the sign-on that a passkey
 * stands for. The row goes first: from then on no use of any of them finds it, also if one of the next steps fails.
 */
async function endAll(row: Recheck, failure: SignOnFailure, use: Use): Promise<Judged> {
  const { session, deps } = use;
  const removed = await deps.rechecks.remove(row);
  if (!removed.ok) return removed;
  const person = personKey(session.connection, session.subject);
  const last = await deps.passkeys.lastSignOn(person);
  if (!last.ok) return last;
  const isLast = last.value?.recheck === row.id;
  const forgotten =
    isLast && last.value ? await deps.passkeys.forgetSignOn(person, last.value.at) : ok(undefined);
  if (!forgotten.ok) return forgotten;
  const own = await deps.sessions.list(person);
  if (!own.ok) return own;
  const ended = await endWithCommandLines(
    own.value.filter((one) => one.recheck === row.id),
    deps,
  );
  if (!ended.ok) return ended;
  const said =
    'providerError' in failure && failure.providerError ? { providerError: failure.providerError } : {};
  const cause = failure.cause === undefined ? failure.reason : `${failure.reason} ${failure.cause}`;
  return recordEnd({ code: 'sign_on_refused', reason: 'recheck-refused', cause, ...said }, use);
}

/** The person must sign in again. */
const overdue = (use: Use, cause: string): Promise<Judged> =>
  recordEnd({ code: 'sign_on_refused', reason: 'recheck-overdue', cause }, use);

async function recordEnd(failure: SignOnFailure, { c, session, deps }: Use): Promise<Judged> {
  const { connection, subject, id } = session;
  const recorded = await record(c, { action: 'recheck', connection, subject, session: id, failure }, deps);
  await noteActivity(c, session, { kind: 'session_ended', subject: '' }, deps);
  return recorded.ok ? ok(undefined) : err({ reason: 'store-failed', cause: 'audit-lost' });
}

function logFault(failure: SignOnFailure, { c, connection, deps: { logger } }: Use): void {
  const { reason, cause = '' } = failure;
  const said = 'providerError' in failure ? (failure.providerError ?? '') : '';
  logger.log('warn', 'recheck-unanswered', {
    requestId: c.get('requestId'),
    connection: connection.id,
    reason,
    cause,
    providerError: said,
  });
}
