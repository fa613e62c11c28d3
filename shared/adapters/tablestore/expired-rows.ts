// Which rows have expired, by the table that holds them. Tablestore itself deletes the rows of `once`, `counters` and `devices`
// after some days; rows of people and of issuers' keys live as long as what they are about, which only their content tells.
//
// A row that is deleted too early is worse than one that stays: a pointer that is missing lets a session outlive a logout of the
// identity provider. So a row goes only when the longest life that any rules can give it is over, and a day more.
import * as z from 'zod';
import { readJson } from '../../kernel/read-json.ts';
import { When } from '../../people/session.ts';
import { ABSOLUTE_SECONDS, SIGN_ON_AGE_SECONDS } from '../../rules/sign-on/sign-on.ts';
import { BLOCK_RECORDS } from './catalog-keys.ts';
import { POINTER_TIME } from './people-rows.ts';
import { CATALOG, KEYS, ONCE, PEOPLE } from './tables.ts';
import { activityTime } from './tablestore-activity-store.ts';
import { LAST_SIGN_ON } from './tablestore-passkey-store.ts';
import { RECHECK_ITEM } from './tablestore-recheck-store.ts';
import type { Row, Table } from './tablestore-rows.ts';
import { SESSION_ITEM } from './tablestore-session-store.ts';

const JSON_COLUMN = 'json';
const EXPIRES_AT = 'expires_at';
const LAST_SEEN = 'last_seen';

const DAY_MS = 86_400_000;
/** Clocks of instances differ, and a request that is under way may still read the row. */
const MARGIN_MS = DAY_MS;
/** Half a year: a person who comes back sees what happened to them. The audit trail is the record. */
const ACTIVITY_KEPT_MS = 180 * DAY_MS;
/** Issuers publish a key for a year or less. One that no issuer has published for longer is of no use to an investigation. */
const KEY_KEPT_MS = 400 * DAY_MS;

/** Who blocked whom, and why: as long as an issuer's key, since both are for investigations. */
const BLOCK_KEPT_MS = 400 * DAY_MS;

/** `undated`: of an earlier version, which wrote no time; it gets today's. `unreadable`: it stays, and is reported. */
export type RowState = 'live' | 'expired' | 'undated' | 'unreadable';

export interface ExpiringRows {
  /** For the log and for resuming. */
  readonly name: string;
  readonly table: Table;
  /** Of the first key column: the first row, and the row before which they end. */
  readonly from: string;
  readonly to: string;
  /**
   * `ifSame`: only where this column, by which `judge` judges, is still as it was read. A row that was renewed meanwhile is live.
   * `by-key`: what `judge` reads never changes. `singly`: neither does it, and the sweep may not write in this table.
   */
  readonly deleted: { readonly ifSame: string } | 'by-key' | 'singly';
  judge(row: Row, now: Date): RowState;
}

const lasting = (from: Date, milliseconds: number, now: Date): RowState => {
  const end = from.getTime() + milliseconds + MARGIN_MS;
  return Number.isNaN(end) ? 'unreadable' : end <= now.getTime() ? 'expired' : 'live';
};

const SessionTimes = z.object({ signedOnAt: When });
/** A passkey stands for the sign-on for so long, and its session is rechecked by the row. */
const RecheckTime = z.object({ startedAt: When });
const BlockTime = z.object({ until: When });
const SignOnTime = z.object({ at: When });

function judgePerson({ key: [, item = ''], columns }: Row, now: Date): RowState {
  if (item.startsWith(SESSION_ITEM)) {
    const session = readJson(SessionTimes, columns[JSON_COLUMN]);
    return session ? lasting(session.signedOnAt, ABSOLUTE_SECONDS.max * 1000, now) : 'unreadable';
  }
  if (item.startsWith(RECHECK_ITEM)) {
    const recheck = readJson(RecheckTime, columns[JSON_COLUMN]);
    return recheck ? lasting(recheck.startedAt, SIGN_ON_AGE_SECONDS.max * 1000, now) : 'unreadable';
  }
  if (item !== LAST_SIGN_ON) return 'live';
  const last = readJson(SignOnTime, columns[JSON_COLUMN]);
  return last ? lasting(last.at, SIGN_ON_AGE_SECONDS.max * 1000, now) : 'unreadable';
}

/** A row of `idp-session/` or `person-link/`. A session that it finds has begun no later, and neither it nor the last sign-on lives longer. */
function judgePointer({ columns }: Row, now: Date): RowState {
  const at = columns[POINTER_TIME];
  return at === undefined ? 'undated' : lasting(new Date(at), SIGN_ON_AGE_SECONDS.max * 1000, now);
}

/** `0` follows `/`, and `{` the last letter, in byte order. */
const people = (owner: string): Pick<ExpiringRows, 'table' | 'from' | 'to'> => ({
  table: PEOPLE,
  from: `${owner}/`,
  to: `${owner}0`,
});

export const EXPIRING_ROWS: readonly ExpiringRows[] = [
  {
    name: 'once',
    ...{ table: ONCE, from: '-', to: '{', deleted: { ifSame: EXPIRES_AT } },
    judge: ({ columns }, now) => lasting(new Date(columns[EXPIRES_AT] ?? ''), 0, now),
  },
  {
    name: 'activity',
    ...people('activity'),
    deleted: 'by-key',
    judge: ({ key: [, item = ''] }, now) => lasting(activityTime(item), ACTIVITY_KEPT_MS, now),
  },
  {
    name: 'idp-sessions',
    ...people('idp-session'),
    deleted: { ifSame: POINTER_TIME },
    judge: judgePointer,
  },
  // As long as what they lead to: the sessions and the last sign-on of a person.
  {
    name: 'person-links',
    ...people('person-link'),
    deleted: { ifSame: POINTER_TIME },
    judge: judgePointer,
  },
  { name: 'sessions', ...people('person'), deleted: { ifSame: JSON_COLUMN }, judge: judgePerson },
  {
    name: 'keys',
    ...{ table: KEYS, from: '0', to: '{', deleted: { ifSame: LAST_SEEN } },
    judge: ({ columns }, now) => lasting(new Date(columns[LAST_SEEN] ?? ''), KEY_KEPT_MS, now),
  },
  {
    name: 'blocks',
    ...{ table: CATALOG, from: BLOCK_RECORDS, to: `${BLOCK_RECORDS}\u0000`, deleted: 'singly' },
    judge({ columns }, now) {
      const block = readJson(BlockTime, columns[JSON_COLUMN]);
      return block ? lasting(block.until, BLOCK_KEPT_MS, now) : 'unreadable';
    },
  },
];
