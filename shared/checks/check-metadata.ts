// Is what login keeps of SAML identity providers' metadata as it should be? Login reads the metadata; these checks look at what it
// kept, so that they need no network and no XML.
import type { Result } from '../kernel/result.ts';
import type { StoreFault } from '../kernel/store-fault.ts';
import type { Connection, SignOnStore } from '../rules/sign-on/sign-on.ts';
import { NO_TABLE_PERMISSION } from './cloud-reader.ts';
import { type CheckFinding, notChecked } from './finding.ts';

/** What login kept of one connection. */
export interface CheckedMetadata {
  /** Why the last reading failed. Undefined: it did not. */
  readonly fault: string | undefined;
  /** Undefined: none could ever be used. */
  readonly good:
    | {
        readonly readAt: Date;
        readonly validUntil?: Date | undefined;
        readonly leftOut: readonly string[];
        readonly wantsSignedRequests: boolean;
        readonly changedAt?: Date | undefined;
      }
    | undefined;
}

/** A week: long enough to be seen after a holiday. */
export const CHANGE_SHOWN_MS = 7 * 86_400_000;
/** People are told before sign-ins stop. */
export const END_SHOWN_MS = 3 * 86_400_000;

const minutesOf = (time: Date): string => time.toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length);

type Finding = Pick<CheckFinding, 'name' | 'detail'>;

function findingsOf(
  { fault, good }: CheckedMetadata,
  signRequests: boolean | undefined,
  now: Date,
): readonly Finding[] {
  const found: Finding[] = [];
  if (fault !== undefined) {
    const since = good ? `the last good ones are of ${minutesOf(good.readAt)}` : 'there were never good ones';
    found.push({ name: 'metadata-unread', detail: `${fault}; ${since}` });
  }
  if (!good) return found;
  const { validUntil, leftOut, wantsSignedRequests, changedAt } = good;
  if (validUntil && validUntil.getTime() - now.getTime() < END_SHOWN_MS)
    found.push({ name: 'metadata-ending', detail: `validUntil is ${minutesOf(validUntil)}` });
  if (changedAt && now.getTime() - changedAt.getTime() < CHANGE_SHOWN_MS)
    found.push({ name: 'metadata-changed', detail: `at ${minutesOf(changedAt)}` });
  if (leftOut.length > 0) found.push({ name: 'metadata-certificate-unusable', detail: leftOut.join(', ') });
  if (wantsSignedRequests && signRequests === false)
    found.push({ name: 'metadata-wants-signed', detail: 'signRequests is false' });
  return found;
}

/** A connection that no person has used yet is not judged: nothing was read. */
export const checkMetadata = (
  connections: readonly Connection[],
  kept: ReadonlyMap<string, CheckedMetadata>,
  now: Date,
): readonly CheckFinding[] =>
  connections.flatMap((connection) => {
    const metadata = kept.get(connection.id);
    if (connection.kind !== 'saml' || connection.metadataUrl === undefined || !metadata) return [];
    const { id, signRequests } = connection;
    return findingsOf(metadata, signRequests, now).map((finding) => ({ ...finding, subject: id }));
  });

const explainUnkept = ({ cause }: StoreFault): string =>
  cause === NO_TABLE_PERMISSION
    ? 'no permission for ots:GetRange on the table idp_metadata'
    : `Tablestore: ${cause}`;

/** As `checkMetadata` for the connections in force. Reads nothing more where none of them names an address for metadata. */
export async function findMetadataFaults(
  signOn: SignOnStore,
  readKept: () => Promise<Result<ReadonlyMap<string, CheckedMetadata>, StoreFault>>,
  now: Date,
): Promise<readonly CheckFinding[]> {
  const current = await signOn.current();
  // If the rules cannot be read, another check says so.
  const connections = current.ok ? (current.value?.connections ?? []) : [];
  if (!connections.some((one) => one.kind === 'saml' && one.metadataUrl !== undefined)) return [];
  const kept = await readKept();
  return kept.ok
    ? checkMetadata(connections, kept.value, now)
    : [notChecked('metadata', explainUnkept(kept.error))];
}
