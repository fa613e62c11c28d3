// The section signOn ↔ rows of `catalog`: one row for each connection, and one for the rest of the section, which also keeps
// the order of the connections.
import * as z from 'zod';
import type { Revision } from '../../kernel/names.ts';
import { readJson } from '../../kernel/read-json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { Connection, SessionLimits, SignOn } from '../../rules/sign-on/sign-on.ts';
import { connectionKind, SIGN_ON_SECTION, signOnKind } from './catalog-keys.ts';
import { CATALOG } from './tables.ts';
import type { Row, RowWrite } from './tablestore-rows.ts';

const { passkeys, blocked, directories } = SignOn.shape;
const Section = z.object({
  sessions: SessionLimits,
  passkeys,
  blocked,
  directories,
  order: z.array(z.string()),
});

const row = (kind: string, id: string, value: object): RowWrite => ({
  table: CATALOG,
  key: [kind, id],
  columns: { json: JSON.stringify(value) },
});

/** The rows of the section signOn: one for each connection, and one for the rest with the order of the connections. */
export function signOnRows(revision: Revision, { connections, ...said }: SignOn): readonly RowWrite[] {
  const order = connections.map(({ id }) => id);
  return [
    row(signOnKind(revision), SIGN_ON_SECTION, { ...said, order }),
    ...connections.map((connection) => row(connectionKind(revision), connection.id, connection)),
  ];
}

const parsed = <T>(schema: z.ZodType<T>, found: Row | undefined): T | undefined =>
  readJson(schema, found?.columns['json']);

/** Undefined when the section was not written; an error when a part of it cannot be read, or is missing. */
export function readSignOn(
  revision: Revision,
  rows: readonly Row[],
): Result<SignOn | undefined, 'sign-on-row'> {
  const sections = rows.filter(({ key }) => key[0] === signOnKind(revision));
  if (sections.length === 0) return ok(undefined);
  const section = parsed(Section, sections[0]);
  if (!section) return err('sign-on-row');
  const byId = new Map(
    rows.filter(({ key }) => key[0] === connectionKind(revision)).map((own) => [own.key[1], own]),
  );
  const { order, ...said } = section;
  const connections = order.flatMap((id) => parsed(Connection, byId.get(id)) ?? []);
  if (connections.length !== order.length) return err('sign-on-row');
  return ok({ ...said, connections });
}
