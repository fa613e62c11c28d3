// `stint plan --replay`: the requests of the audit trail, decided again by the new rules. Rows are read in pages and forgotten; what
// is kept are groups of those whose outcome differs or cannot be told.
import { readCurrentAccess } from '../../../shared/adapters/tablestore/applied-access.ts';
import { type AuditRow, readAudit } from '../../../shared/adapters/tablestore/audit-reader.ts';
import { keptOf } from '../../../shared/adapters/tablestore/revision-history.ts';
import type { TablestoreFault } from '../../../shared/adapters/tablestore/tablestore-fault.ts';
import type { TablestoreRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import type { Failure } from '../../../shared/kernel/failure.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { Missing } from '../../../shared/policy-tests/replay-evidence.ts';
import {
  createReplay,
  type OldRules,
  type PastRequest,
  type Replayed,
} from '../../../shared/policy-tests/replay-request.ts';
import type { CompiledAccess } from '../../../shared/rules/document/compiled-access.ts';
import { eventMember } from '../audit/audit-filter.ts';

/** Requests of one caller for one role that come out alike. */
export interface ReplayGroup {
  readonly outcome: 'would-be-refused' | 'newly-allowed' | 'not-decidable';
  readonly provider: string;
  readonly subject: string;
  readonly role: string;
  /** Why the new rules refuse, or why the old ones did; of what cannot be decided, what is missing. */
  readonly reason: string;
  readonly needs: readonly Missing[];
  readonly count: number;
  /** ISO 8601, in UTC. */
  readonly last: string;
}

export interface Replay {
  readonly since: string;
  readonly until: string;
  /** Requests for credentials that were decided by rules. */
  readonly requests: number;
  readonly unchanged: number;
  /** Requests that ended before the rules or after them, or by a block, so that new rules change nothing. */
  readonly notByRules: number;
  /** Rows that cannot be read, and requests for roles that did not exist, whose names are not kept. */
  readonly unreadable: number;
  readonly groups: readonly ReplayGroup[];
  /** Requests beyond the groups that are kept. */
  readonly ungrouped: number;
}

/** More than a person reads; each is a few hundred bytes. */
const MAX_GROUPS = 10_000;
/** A line for so many rows, while a long trail is read. */
const ROWS_A_PROGRESS = 10_000;

interface ReplaySource {
  /** With the administrator's key. */
  readonly rules: TablestoreRows;
  /** With the auditor's key. */
  readonly audit: Pick<TablestoreRows, 'getPage'>;
  readonly access: CompiledAccess;
  readonly since: Date;
  readonly until: Date;
  readonly onProgress: (rows: number) => void;
}

/** By the name of the revision; of those that are kept, the whole ones. */
async function readOldRules(
  rows: TablestoreRows,
): Promise<Result<ReadonlyMap<string, OldRules>, TablestoreFault>> {
  const current = await readCurrentAccess(rows);
  if (!current.ok) return current;
  const kept = keptOf(current.value.history).map(({ revision }) => revision);
  const read = await readCurrentAccess(rows, kept);
  if (!read.ok) return read;
  return ok(
    new Map(
      [...read.value.earlier].flatMap(([revision, { access, unreadable, missing }]) =>
        unreadable + missing === 0 ? [[revision, access] as const] : [],
      ),
    ),
  );
}

export async function replayAudit(source: ReplaySource): Promise<Result<Replay, TablestoreFault>> {
  const { rules, audit, access, since, until, onProgress } = source;
  const old = await readOldRules(rules);
  if (!old.ok) return old;
  const replay = createReplay(access);
  const groups = new Map<string, ReplayGroup>();
  const counts = { requests: 0, unchanged: 0, notByRules: 0, unreadable: 0, ungrouped: 0 };
  let rows = 0;
  for await (const read of readAudit(audit, { since, until })) {
    if (!read.ok) return err(read.error);
    rows += 1;
    if (rows % ROWS_A_PROGRESS === 0) onProgress(rows);
    const row = toPast(read.value);
    if (row === 'other') continue;
    if (row === 'not-by-rules') counts.notByRules += 1;
    else if (row === 'unreadable') counts.unreadable += 1;
    else {
      counts.requests += 1;
      const { request, reason, revision } = row;
      const group = toGroup(request, reason, await replay(request, old.value.get(revision)));
      if (!group) counts.unchanged += 1;
      else if (!addTo(groups, group)) counts.ungrouped += 1;
    }
  }
  const sorted = [...groups.values()].sort((a, b) => b.count - a.count);
  return ok({ since: since.toISOString(), until: until.toISOString(), ...counts, groups: sorted });
}

/** A block stands beside the rules: new ones neither end it nor did the old ones refuse. */
const BY_BLOCK = 'blocked' satisfies Failure['reason'];

interface PastRow {
  readonly request: PastRequest;
  readonly reason: string;
  readonly revision: string;
}

/** Stages at which the rules decide. Later ones follow a decision, and earlier ones precede it. */
const BY_RULES: ReadonlySet<string> = new Set(['decide', 'compose', 'respond']);

function toPast(row: AuditRow): PastRow | 'other' | 'not-by-rules' | 'unreadable' {
  if (!row.event) return 'unreadable';
  const member = (name: string) => eventMember(row, name);
  if (member('action') !== 'credentials') return 'other';
  const [provider, subject, role] = [member('provider'), member('subject'), member('role')];
  const [outcome, revision] = [member('outcome'), member('revision')];
  const reason = member('reason') ?? '';
  if (!BY_RULES.has(member('stage') ?? '') || reason === BY_BLOCK) return 'not-by-rules';
  if (provider === undefined || subject === undefined || role === undefined || revision === undefined)
    return 'unreadable';
  const granted = outcome === 'granted';
  const request: PastRequest = {
    at: new Date(row.at),
    outcome: granted ? 'granted' : 'refused',
    ...{ provider, subject, role },
    grant: granted ? member('grant') : undefined,
    clientAddress: member('clientAddress'),
    hasKey: member('boundKey') !== undefined,
    askedTooLong: reason === 'duration-over-grant',
    shortens: member('wire') === 'sts',
  };
  return { request, reason, revision };
}

/** Undefined where the outcome stays. */
function toGroup(request: PastRequest, oldReason: string, replayed: Replayed): ReplayGroup | undefined {
  const { at, outcome, provider, subject, role } = request;
  const one = { provider, subject, role, count: 1, last: at.toISOString(), needs: [] };
  switch (replayed.verdict) {
    case 'undecidable': {
      const { needs } = replayed;
      return {
        ...one,
        outcome: 'not-decidable',
        reason: `was ${outcome}; needs: ${needs.join(', ')}`,
        needs,
      };
    }
    case 'refused':
      return outcome === 'granted'
        ? { ...one, outcome: 'would-be-refused', reason: replayed.reason }
        : undefined;
    case 'allowed':
      return outcome === 'refused'
        ? { ...one, outcome: 'newly-allowed', reason: `was refused: ${oldReason}` }
        : undefined;
  }
}

/** False where there are too many groups already. */
function addTo(groups: Map<string, ReplayGroup>, group: ReplayGroup): boolean {
  const { outcome, provider, subject, role, reason, last } = group;
  const key = JSON.stringify([outcome, provider, subject, role, reason]);
  const known = groups.get(key);
  if (!known && groups.size >= MAX_GROUPS) return false;
  groups.set(key, known ? { ...known, count: known.count + 1, last } : group);
  return true;
}
