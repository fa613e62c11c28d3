// The rows of table `people`: what Stint keeps about people. Each kind has owners of its own, so that reading one kind does not
// read the others; but those of one session of the identity provider point to sessions and to last sign-ons, and those of a person
// link to people.

import type { ConnectionId } from '../../kernel/names.ts';
import type { Result } from '../../kernel/result.ts';
import { sha256 } from '../../kernel/sha256.ts';
import type { PersonKey } from '../../people/person.ts';
import { PEOPLE } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Row, TablestoreRows } from './tablestore-rows.ts';

/** The least text above every text that starts with the same owner. */
const AFTER = '\u0000';

/** Owner of a person's sessions and last sign-on. */
export const personOwner = (person: PersonKey): string => `person/${person}`;

/** Owner of the rows that belong to one session of the identity provider: Stint's sessions, and the people it vouched for. */
export function idpOwnerOf(connection: ConnectionId, idpSession: string): string {
  const digest = sha256(`${connection}|${idpSession}`, 'hex');
  return `idp-session/${digest}`;
}

/** Owner of the rows that name the people of one person link, a row each. */
export const linkOwner = (link: string): string => `person-link/${sha256(link, 'hex')}`;

/** The column of a pointer's row that tells when the session began, or the sign-on was. Without it the row is of version 0.1.0. */
export const POINTER_TIME = 'at';

/** The rows of one owner, in their order. */
export const rowsOf = (
  rows: TablestoreRows,
  owner: string,
): Promise<Result<readonly Row[], TablestoreFault>> => rows.getRange(PEOPLE, owner, `${owner}${AFTER}`);
