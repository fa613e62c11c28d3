// Which rows of the audit trail a person asked for. Tablestore leaves out those of other times and outcomes; the rest is
// judged here, because a row's event is one column.
import type { AuditRow } from '../../../shared/adapters/tablestore/audit-reader.ts';

export interface AuditFilter {
  /** A subject, or provider:subject, or a person of the portal with or without the connection. */
  readonly who?: string | undefined;
  /** The id of a role, or its RoleArn. */
  readonly role?: string | undefined;
  readonly grant?: string | undefined;
}

/** A member of the event as text; undefined where the row has none. */
export function eventMember({ event }: AuditRow, name: string): string | undefined {
  const value = event?.[name];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** The names under which the caller of the request is known. A session token's subject is `connection:subject`. */
function namesOf(row: AuditRow): readonly string[] {
  const subject = eventMember(row, 'subject');
  if (subject === undefined) return [];
  const places = [eventMember(row, 'provider'), eventMember(row, 'connection')].filter(
    (place) => place !== undefined,
  );
  const ofPerson = subject.slice(subject.indexOf(':') + 1);
  return [subject, ofPerson, ...places.map((place) => `${place}:${subject}`)];
}

/** A row that cannot be read matches everything: what it hides may be what is looked for. */
export function matches(row: AuditRow, { who, role, grant }: AuditFilter): boolean {
  if (!row.event) return true;
  if (who !== undefined && !namesOf(row).includes(who)) return false;
  if (role !== undefined && eventMember(row, 'role') !== role && eventMember(row, 'roleArn') !== role)
    return false;
  return grant === undefined || eventMember(row, 'grant') === grant;
}
