// The hub accounts: vend's session of each hub role, and AssumeRole with its credentials. A session is assumed with vend's own
// credentials, kept in memory and renewed before it ends. It may do nothing but AssumeRole, whatever the hub role may do.
import type { Clock } from '../../kernel/clock.ts';
import type { RoleArn } from '../../kernel/names.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { createSingleFlight } from '../../kernel/single-flight.ts';
import type { AssumedRole, AssumeFault } from '../../pipeline/assume/role-assumer.ts';
import type { HubAccount, HubSession, SpreadContext } from '../../pipeline/assume/spread-calls.ts';
import type { CloudCredentials } from './cloud-credentials.ts';
import type { StsClient } from './sts-client.ts';
import { createStsRoleAssumer, type StsAssumer } from './sts-role-assumer.ts';

/** What every RAM role allows (RAM CreateRole, MaxSessionDuration). */
const SESSION_SECONDS = 3_600;
const SESSION_NAME = 'stint-vend';
/** Time for many attempts, each by another request. */
const RENEW_MS = 600_000;
/** A call takes seconds at most, and STS's clock may differ a little. */
const USABLE_MS = 60_000;
/** For three attempts. */
const OPEN_DEADLINE_MS = 10_000;

/** An instance asks for a hub that fails no more often, so that /readyz takes next to nothing of the quota. */
const PROBED_MS = 60_000;

/** Of the hub role's own permissions, this is all that the session takes. */
const HUB_POLICY = JSON.stringify({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }],
});

interface HubCredentials extends HubSession {
  /** Of the newest session; throws before the first. */
  credentials(): CloudCredentials;
}

/** `own`: calls with vend's own credentials. */
function createHubSession(hubRoleArn: RoleArn, own: StsAssumer, clock: Clock): HubCredentials {
  let newest: AssumedRole | undefined;
  let isClosed = false;
  const openings = createSingleFlight<Result<void, AssumeFault>>(OPEN_DEADLINE_MS, () =>
    err({ kind: 'unavailable', cause: 'deadline' }),
  );
  // Without a SourceIdentity: it could not be changed along the chain, and each session has that of its caller.
  const order = {
    roleArn: hubRoleArn,
    externalId: undefined,
    sessionName: SESSION_NAME,
    sourceIdentity: undefined,
    durationSeconds: SESSION_SECONDS,
    sessionPolicy: { json: HUB_POLICY },
  };

  const assumeHub = async (): Promise<Result<void, AssumeFault>> => {
    try {
      const assumed = await own.assume(order);
      if (!assumed.ok) return assumed;
      newest = assumed.value;
      isClosed = false;
      return ok(undefined);
    } catch {
      // No request may wait for it, so that an exception would end the process.
      return err({ kind: 'unavailable', cause: 'bug' });
    }
  };
  const endsAfter = (milliseconds: number): boolean =>
    !isClosed && newest !== undefined && newest.expiration.getTime() - clock.now().getTime() > milliseconds;

  return {
    isOpen: () => endsAfter(USABLE_MS),
    isFresh: () => endsAfter(RENEW_MS),
    open: () => openings.run(hubRoleArn, assumeHub),
    close() {
      isClosed = true;
    },
    credentials() {
      if (newest === undefined) throw new Error('the hub role was not assumed yet');
      return newest;
    },
  };
}

interface HubContext {
  /** The client with vend's own credentials. */
  readonly openSts: () => Promise<StsClient>;
  readonly clock: Clock;
  /** The same assumer, whose calls are counted. */
  readonly counted: (assumer: StsAssumer) => StsAssumer;
}

/** Another account is asked in place of one that was throttled, and at once. */
const isUnavailable = ({ kind }: AssumeFault): boolean => kind === 'unavailable';

interface OpenHubs extends Pick<SpreadContext, 'ownOnce' | 'hubs'> {
  /** Whether every hub role can be assumed. Where one cannot, it is asked again after a minute: anyone may cause the question. */
  readonly probe: () => Promise<boolean>;
}

export function openHubAccounts(
  hubRoles: readonly RoleArn[],
  { openSts, clock, counted }: HubContext,
): OpenHubs {
  const ownOnce = counted(createStsRoleAssumer(openSts, isUnavailable));
  const hubs = hubRoles.map((hubRoleArn): HubAccount => {
    const session = createHubSession(hubRoleArn, ownOnce, clock);
    // A client for each hub, which never sees the credentials of another one.
    const openHub = async () => (await openSts()).withCredentials(session.credentials);
    return { hubRoleArn, session, assumer: counted(createStsRoleAssumer(openHub, isUnavailable)) };
  });

  const isOpen = async ({ session }: HubAccount): Promise<boolean> =>
    session.isOpen() || (await session.open()).ok;
  let probed: { readonly at: number; readonly answer: Promise<boolean> } | undefined;
  const probe = (): Promise<boolean> => {
    const now = clock.now().getTime();
    if (!probed || now - probed.at >= PROBED_MS)
      probed = { at: now, answer: Promise.all(hubs.map(isOpen)).then((all) => all.every(Boolean)) };
    return probed.answer;
  };
  return { ownOnce, hubs, probe };
}
