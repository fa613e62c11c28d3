// Compiled access rules ↔ rows of `access` and `catalog`. Pure. Unreadable entries are counted, never guessed.
import type * as z from 'zod';
import { ProviderId, type Revision } from '../../kernel/names.ts';
import { readJson } from '../../kernel/read-json.ts';
import type { CompiledAccess, CompiledGrant, Recipient } from '../../rules/document/compiled-access.ts';
import { writeNamedGroups } from '../../rules/document/named-groups.ts';
import { Provider } from '../../rules/document/provider.ts';
import { type EntryRevisions, entryKey } from '../../rules/document/rules.ts';
import { StoredGrant } from '../../rules/document/stored-grant.ts';
import { Account } from '../../rules/values/account.ts';
import { grantColumn, type PrincipalSelector, principalKey } from '../../rules/values/principal-key.ts';
import { Role } from '../../rules/values/role.ts';
import {
  accountKind,
  NAMED_GROUPS,
  providerKind,
  readEntryRevisions,
  roleKind,
  SINCE,
} from './catalog-keys.ts';
import { readSignOn, signOnRows } from './sign-on-rows.ts';
import { ACCESS, CATALOG } from './tables.ts';
import type { Row, RowWrite } from './tablestore-rows.ts';

const DEFINITION = 'json';

/** The revision that a row belongs to; undefined for the head row and for rows that are not Stint's. */
export function revisionOf({ key }: Pick<Row, 'key'>): string | undefined {
  const [first = '', id] = key;
  if (id === undefined) return first.split('|', 2)[1];
  const [revision, kind] = first.split(/[/+]/, 2);
  return kind === undefined ? undefined : revision;
}

/** Rows that are made while they are written: all at once they would take several times the memory of the rules. */
export interface RowSet extends Iterable<RowWrite> {
  readonly count: number;
}

function byPrincipal(revision: Revision, grants: readonly CompiledGrant[], since: SinceOf) {
  const groups = new Map<string, StoredGrant[]>();
  for (const { selector, grant } of grants) {
    const key = principalKey(revision, selector.provider, selector.principal);
    const group = groups.get(key);
    const stored = { ...grant, since: since('grant', grant.id) };
    if (group) group.push(stored);
    else groups.set(key, [stored]);
  }
  return groups;
}

type SinceOf = (...entry: Parameters<typeof entryKey>) => Revision;

const columnsOf = (grants: readonly StoredGrant[]): Row['columns'] =>
  Object.fromEntries(grants.map((grant) => [grantColumn(grant.id), JSON.stringify(grant)]));

/** Noted for every provider, also where no grant names a group: without the column, any group may be named. */
function namedGroupsOf({ grants }: CompiledAccess): (provider: string) => Row['columns'] {
  const named = new Map<string, Set<string>>();
  for (const { selector } of grants) {
    if (selector.principal.kind !== 'group') continue;
    const names = named.get(selector.provider) ?? new Set();
    named.set(selector.provider, names.add(selector.principal.name));
  }
  return (provider) => {
    const fingerprints = writeNamedGroups(named.get(provider) ?? new Set());
    return fingerprints === undefined ? {} : { [NAMED_GROUPS]: fingerprints };
  };
}

/** The rows of a new revision. `kept` holds the revisions of the entries that do not change. */
export function toRows(revision: Revision, access: CompiledAccess, kept: EntryRevisions = new Map()): RowSet {
  const { providers, accounts = [], roles, grants, signOn } = access;
  const since: SinceOf = (kind, id) => kept.get(entryKey(kind, id)) ?? revision;
  const definition = (kind: string, entry: Provider | Role | Account, more: Row['columns']): RowWrite => ({
    table: CATALOG,
    key: [kind, entry.id],
    columns: { [DEFINITION]: JSON.stringify(entry), ...more },
  });
  const namedGroups = namedGroupsOf(access);
  const catalog = [
    ...providers.map((provider) => {
      const more = { [SINCE]: since('provider', provider.id), ...namedGroups(provider.id) };
      return definition(providerKind(revision), provider, more);
    }),
    ...accounts.map((account) => definition(accountKind(revision), account, {})),
    ...roles.map((role) => definition(roleKind(revision), role, { [SINCE]: since('role', role.id) })),
    ...(signOn === undefined ? [] : signOnRows(revision, signOn)),
  ];
  const principals = byPrincipal(revision, grants, since);
  return {
    count: catalog.length + principals.size,
    *[Symbol.iterator]() {
      yield* catalog;
      for (const [key, own] of principals) yield { table: ACCESS, key: [key], columns: columnsOf(own) };
    },
  };
}

export interface ReadRules {
  readonly access: CompiledAccess;
  readonly entryRevisions: EntryRevisions;
  /** Entries that do not parse: vending ignores them, and the next apply replaces them. */
  readonly unreadable: number;
}

/** The name comes last and may itself hold `|`. */
export function recipientOf(key: string): Recipient | undefined {
  const [, , providerText, kind, ...rest] = key.split('|');
  const provider = ProviderId.safeParse(providerText);
  const principal = principalOf(kind, rest.join('|'));
  return provider.success && principal ? { provider: provider.data, principal } : undefined;
}

function principalOf(kind: string | undefined, name: string): PrincipalSelector | undefined {
  if (kind === 'any') return { kind };
  return kind === 'sub' || kind === 'group' ? { kind, name } : undefined;
}

/** A grant as it was written, and the revision in which it came in. */
interface ReadGrant extends CompiledGrant {
  readonly since: Revision | undefined;
}

function grantsOf({ key: [key = ''], columns }: Row): readonly (ReadGrant | undefined)[] {
  const selector = recipientOf(key);
  return Object.values(columns).map((json) => {
    const stored = readJson(StoredGrant, json);
    if (!selector || !stored) return undefined;
    const { since, ...grant } = stored;
    return { selector, grant, since };
  });
}

export interface RulesReader {
  /** Each row of the revision, of both tables. */
  readonly take: (row: Row) => void;
  readonly rules: () => ReadRules;
}

/** Takes the rows of a revision one at a time. Grants, which may be many, are parsed at once and their rows dropped. */
export function createRulesReader(revision: Revision): RulesReader {
  const catalog: Row[] = [];
  const grants: CompiledGrant[] = [];
  const since = new Map<string, Revision>();
  let unreadableGrants = 0;
  const take = (row: Row) => {
    if (row.key.length > 1) {
      catalog.push(row);
      return;
    }
    const found = grantsOf(row);
    const readable = found.filter((grant) => grant !== undefined);
    for (const { since: came, ...granted } of readable) {
      grants.push(granted);
      if (came !== undefined) since.set(entryKey('grant', granted.grant.id), came);
    }
    unreadableGrants += found.length - readable.length;
  };
  const rules = (): ReadRules => {
    const definitions = <T>(kind: string, schema: z.ZodType<T>) =>
      catalog
        .filter(({ key }) => key[0] === kind)
        .map(({ columns }) => readJson(schema, columns[DEFINITION]));
    const providers = definitions(providerKind(revision), Provider);
    const accounts = definitions(accountKind(revision), Account);
    const roles = definitions(roleKind(revision), Role);
    const signOn = readSignOn(revision, catalog);
    const present = <T>(entries: readonly (T | undefined)[]) =>
      entries.filter((entry) => entry !== undefined);
    const unreadable = [...providers, ...accounts, ...roles].filter((entry) => entry === undefined).length;
    return {
      access: {
        providers: present(providers),
        ...(accounts.length === 0 ? {} : { accounts: present(accounts) }),
        roles: present(roles),
        grants: grants.toSorted((a, b) => a.grant.order - b.grant.order),
        ...(signOn.ok && signOn.value !== undefined ? { signOn: signOn.value } : {}),
      },
      entryRevisions: new Map([...readEntryRevisions(revision, catalog), ...since]),
      unreadable: unreadable + unreadableGrants + (signOn.ok ? 0 : 1),
    };
  };
  return { take, rules };
}
