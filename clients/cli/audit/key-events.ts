// What ActionTrail recorded of a key, for `stint key`. It is asked where the auditor may ask it; without an answer the command
// says what is missing, and has shown the rest already.
import { openActionTrail, type TrailEvent } from '../../../shared/adapters/alibaba-cloud/action-trail.ts';
import type { CloudFault } from '../../../shared/adapters/alibaba-cloud/cloud-fault.ts';
import type { IssuedRow } from '../../../shared/adapters/tablestore/find-issued-key.ts';
import type { AuditorSettings } from '../base/cloud-settings.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatTable } from '../base/terminal-text.ts';

export interface LookedUp {
  /** Null: ActionTrail was not asked, or gave none; `eventsFault` says why. */
  readonly events: readonly TrailEvent[] | null;
  /** There are later ones than those. */
  readonly moreEvents: boolean;
  readonly eventsFault: string | null;
}

/** LookupEvents gives events of the last 90 days. */
const KEPT_MS = 90 * 24 * 3600 * 1000;
/** Events carry the clock of the service that was called; a call that began before the key's end is recorded after it. */
const LEEWAY_MS = 15 * 60 * 1000;

const fault = (eventsFault: string): LookedUp => ({ events: null, moreEvents: false, eventsFault });

const NEXT: Partial<Record<CloudFault['kind'], string>> = {
  denied:
    'the access key may not read them: it needs actiontrail:LookupEvents on *, as in clients/cli/ram/auditor-policy.json',
  throttled: 'too many look-ups at once: run the command again in a minute',
  key: 'the access key was refused',
  clock: 'the clock of this machine is wrong: set it',
  unavailable: 'no answer: check STINT_ACTIONTRAIL_ENDPOINT and the network, and try again',
};

const explain = ({ kind, code }: CloudFault): string =>
  `ActionTrail: ${code}: ${NEXT[kind] ?? 'check STINT_ACTIONTRAIL_ENDPOINT'}. What is shown of the key is complete without them.`;

/** Asks for the time in which the key worked. No outcome fails the command. */
export async function lookUpEvents(
  { accessKeyId, issuedAt, expiresAt }: Pick<IssuedRow, 'accessKeyId' | 'issuedAt' | 'expiresAt'>,
  { actionTrailEndpoint, credentials }: AuditorSettings,
  now: Date,
): Promise<LookedUp> {
  if (actionTrailEndpoint === undefined)
    return fault('ActionTrail was not asked for events: set STINT_ACTIONTRAIL_ENDPOINT to look them up.');
  const oldest = now.getTime() - KEPT_MS;
  const until = new Date(Math.min(now.getTime(), expiresAt.getTime() + LEEWAY_MS));
  if (until.getTime() <= oldest)
    return fault('ActionTrail gives events of the last 90 days; this key is older.');
  const since = new Date(Math.max(oldest + LEEWAY_MS, issuedAt.getTime() - LEEWAY_MS));
  const actionTrail = openActionTrail({ endpoint: actionTrailEndpoint, credentials });
  const found = await actionTrail.eventsOf(accessKeyId, { since, until });
  if (!found.ok) return fault(explain(found.error));
  return { events: found.value.events, moreEvents: found.value.hasMore, eventsFault: null };
}

/** Prints the events as a table, or says that there are none. */
export function showEvents({ events, moreEvents }: LookedUp, terminal: Terminal): void {
  if (events === null) return;
  if (events.length === 0) {
    terminal.note(
      'ActionTrail has no event of this key in its region. An event appears minutes after its call, and not every call is one.',
    );
    return;
  }
  const rows = events.map(({ eventTime, serviceName, eventName, sourceIpAddress, acsRegion, errorCode }) => [
    ...[eventTime, serviceName, eventName, sourceIpAddress, acsRegion],
    errorCode === '' ? 'ok' : errorCode,
  ]);
  terminal.out('');
  for (const line of formatTable(['TIME', 'SERVICE', 'EVENT', 'FROM', 'REGION', 'OUTCOME'], rows))
    terminal.out(line);
  if (moreEvents) terminal.note(`There are later events: these are the first ${events.length}.`);
}
