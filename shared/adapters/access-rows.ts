// Compiled access rules ↔ rows of `access` and `catalog`. Pure; what cannot be read is counted, never guessed.
import type * as z from 'zod';
import type { CompiledAccess, CompiledGrant, Recipient } from '../access/compiled-access.ts';
import { grantColumn, type PrincipalSelector, principalKey } from '../access/principal-key.ts';
import { Provider } from '../access/provider.ts';
import { Role } from '../access/role.ts';
import { StoredGrant } from '../access/stored-grant.ts';
import { ProviderId, type Revision } from '../kernel/names.ts';
import { parseStrictJson } from '../kernel/parse-strict-json.ts';
import { providerKind, roleKind } from './catalog-keys.ts';
import { readSignOn, signOnRows } from './sign-on-rows.ts';
import { ACCESS, CATALOG } from './tables.ts';
import type { Row, RowWrite } from './tablestore-rows.ts';

const DEFINITION = 'json';

/** The revision that a row belongs to; undefined for the head row and for rows that are not Stint's. */
export function revisionOf(row: Row): string | undefined {
  const [first = '', id] = row.key;
  if (id === undefined) return first.split('|', 2)[1];
  const [revision, kind] = first.split('/', 2);
  return kind === undefined ? undefined : revision;
}

function accessRows(revision: Revision, grants: readonly CompiledGrant[]): readonly RowWrite[] {
  const rows = new Map<string, Record<string, string>>();
  for (const { selector, grant } of grants) {
    const key = principalKey(revision, selector.provider, selector.principal);
    const columns = rows.get(key) ?? {};
    rows.set(key, columns);
    columns[grantColumn(grant.id)] = JSON.stringify(grant);
  }
  return [...rows].map(([key, columns]) => ({ table: ACCESS, key: [key], columns }));
}

export function toRows(
  revision: Revision,
  { providers, roles, grants, signOn }: CompiledAccess,
): readonly RowWrite[] {
  const definition = (kind: string, entry: Provider | Role): RowWrite => ({
    table: CATALOG,
    key: [kind, entry.id],
    columns: { [DEFINITION]: JSON.stringify(entry) },
  });
  return [
    ...providers.map((provider) => definition(providerKind(revision), provider)),
    ...roles.map((role) => definition(roleKind(revision), role)),
    ...(signOn === undefined ? [] : signOnRows(revision, signOn)),
    ...accessRows(revision, grants),
  ];
}

export interface ReadRules {
  readonly access: CompiledAccess;
  /** Entries that do not parse: vending ignores them, and the next apply replaces them. */
  readonly unreadable: number;
}

function parseJson<T>(schema: z.ZodType<T>, json: string | undefined): T | undefined {
  const parsed = parseStrictJson(json ?? '');
  return parsed.ok ? schema.safeParse(parsed.value).data : undefined;
}

/** The name comes last and may itself hold `|`. */
function recipientOf(key: string): Recipient | undefined {
  const [, , providerText, kind, ...rest] = key.split('|');
  const provider = ProviderId.safeParse(providerText);
  const principal = principalOf(kind, rest.join('|'));
  return provider.success && principal ? { provider: provider.data, principal } : undefined;
}

function principalOf(kind: string | undefined, name: string): PrincipalSelector | undefined {
  if (kind === 'any') return { kind };
  return kind === 'sub' || kind === 'group' ? { kind, name } : undefined;
}

function grantsOf({ key: [key = ''], columns }: Row): readonly (CompiledGrant | undefined)[] {
  const selector = recipientOf(key);
  return Object.values(columns).map((json) => {
    const grant = parseJson(StoredGrant, json);
    return selector && grant && { selector, grant };
  });
}

/** `rows` are all rows of one revision, of both tables. */
export function fromRows(revision: Revision, rows: readonly Row[]): ReadRules {
  const definitions = <T>(kind: string, schema: z.ZodType<T>) =>
    rows.filter(({ key }) => key[0] === kind).map(({ columns }) => parseJson(schema, columns[DEFINITION]));
  const providers = definitions(providerKind(revision), Provider);
  const roles = definitions(roleKind(revision), Role);
  const grants = rows.filter(({ key }) => key.length === 1).flatMap(grantsOf);
  const signOn = readSignOn(revision, rows);
  const present = <T>(entries: readonly (T | undefined)[]) => entries.filter((entry) => entry !== undefined);
  return {
    access: {
      providers: present(providers),
      roles: present(roles),
      grants: present(grants).sort((a, b) => a.grant.order - b.grant.order),
      ...(signOn.ok && signOn.value !== undefined ? { signOn: signOn.value } : {}),
    },
    unreadable:
      [...providers, ...roles, ...grants].filter((entry) => entry === undefined).length + (signOn.ok ? 0 : 1),
  };
}
