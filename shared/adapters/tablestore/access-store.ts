// The access rules as vend reads them: providers and roles from table `catalog`, and the rows of each caller, cached for as
// long as their revision is in force.

import * as z from 'zod';
import { boundedCache } from '../../kernel/bounded-cache.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Revision } from '../../kernel/names.ts';
import { readJson } from '../../kernel/read-json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import type { RulesStore } from '../../pipeline/grants/rules-store.ts';
import { type MayName, readNamedGroups } from '../../rules/document/named-groups.ts';
import { indexProviders, Provider } from '../../rules/document/provider.ts';
import type { Rules } from '../../rules/document/rules.ts';
import { Account, shownAs } from '../../rules/values/account.ts';
import {
  type PrincipalSelector,
  principalKey,
  type StoredAccessRow,
} from '../../rules/values/principal-key.ts';
import { RequiredClaims, requirementName } from '../../rules/values/required-claims.ts';
import { Role } from '../../rules/values/role.ts';
import { createCachedCatalog, unreadable } from './cached-catalog.ts';
import {
  accountKind,
  connectionKind,
  NAMED_GROUPS,
  providerKind,
  readEntryRevisions,
  roleKind,
  SIGN_ON_SECTION,
  signOnKind,
} from './catalog-keys.ts';
import { type Sharing, shareCalls } from './share-calls.ts';
import { ACCESS } from './tables.ts';
import { type TablestoreFault, toStoreFault, UNREACHABLE } from './tablestore-fault.ts';
import type { Row, TablestoreRows } from './tablestore-rows.ts';

// Vend reads two parts of the section signOn. It has schemas of its own for them: parsing whole connections takes more code
// than its cold start should load.

const Section = z.object({ blocked: z.array(z.string()).default([]) });

/** The blocked subjects; none if the document has no such section. An unreadable row is an error: it may block anyone. */
function readBlocked(revision: Revision, catalog: readonly Row[]): Result<readonly string[], 'sign-on-row'> {
  const kind = signOnKind(revision);
  const row = catalog.find(({ key }) => key[0] === kind && key[1] === SIGN_ON_SECTION);
  if (!row) return ok([]);
  const section = readJson(Section, row.columns['json']);
  return section ? ok(section.blocked) : err('sign-on-row');
}

const Requiring = z.object({
  require: RequiredClaims.optional(),
  person: z.object({ claim: z.string() }).optional(),
});

/** What each connection demands of a sign-on, by connection. An unreadable row is an error: it may require anything. */
function readRequirements(
  revision: Revision,
  catalog: readonly Row[],
): Result<ReadonlyMap<string, string>, 'connection-row'> {
  const requirements = new Map<string, string>();
  for (const { key, columns } of catalog) {
    const [kind, id = ''] = key;
    if (kind !== connectionKind(revision)) continue;
    const connection = readJson(Requiring, columns['json']);
    if (!connection) return err('connection-row');
    const name = requirementName(connection);
    if (name !== undefined) requirements.set(id, name);
  }
  return ok(requirements);
}

/** Tablestore reads so many rows in one BatchGetRow. */
const MAX_ROWS_A_READ = 100;
const SHARING: Sharing<readonly string[]> = {
  maxSize: MAX_ROWS_A_READ,
  sizeOf: (keys) => keys.length,
  // A caller that comes alone does not wait for others.
  calls: 1,
  // A read takes some milliseconds: longer waiting would be felt.
  maxWaitMs: 1,
};

const NOTHING: StoredAccessRow = {};

/** Principals whose rows one instance keeps: about 2 KB each, so 40 MB at most. */
const MAX_CACHED_PRINCIPALS = 20_000;

function parseRows<T>(rows: readonly Row[], kind: string, schema: z.ZodType<T>): readonly T[] | undefined {
  const own = rows.filter(({ key }) => key[0] === kind);
  const values = own.flatMap(({ columns }) => readJson(schema, columns['json']) ?? []);
  return values.length === own.length ? values : undefined;
}

/** One provider or role that cannot be read makes all rules unreadable: a guess at the rest could allow too much. */
function parseRules(
  revision: Revision,
  rows: readonly Row[],
  orders: Pick<Rules, 'flushes' | 'blocks'>,
): Result<Rules, StoreFault> {
  const providers = parseRows(rows, providerKind(revision), Provider);
  const roles = parseRows(rows, roleKind(revision), Role);
  const accounts = parseRows(rows, accountKind(revision), Account);
  if (!providers || !roles || !accounts) return unreadable('catalog-row');
  const indexed = indexProviders(providers);
  if (!indexed) return unreadable('provider-twice');
  const blocked = readBlocked(revision, rows);
  if (!blocked.ok) return unreadable(blocked.error);
  const requirements = readRequirements(revision, rows);
  if (!requirements.ok) return unreadable(requirements.error);
  return ok({
    revision,
    ...orders,
    entryRevisions: readEntryRevisions(revision, rows),
    ...indexed,
    rolesById: new Map(roles.map((role) => [role.id, role])),
    accountNames: new Map(accounts.map((account) => [account.id, shownAs(account)])),
    blocked: blocked.value,
    requirements: requirements.value,
  });
}

/** By provider. Rules of an earlier version of Stint have none, and then any group may be named. */
function readFilters(revision: Revision, rows: readonly Row[]): ReadonlyMap<string, MayName> {
  const kind = providerKind(revision);
  return new Map(
    rows.flatMap(({ key: [own, provider], columns }) => {
      const text = columns[NAMED_GROUPS];
      return own === kind && provider !== undefined && text !== undefined
        ? [[provider, readNamedGroups(text)] as const]
        : [];
    }),
  );
}

/** In the cache of one instance; the key in the table takes a hash to compute. */
const nameOf = (revision: Revision, provider: string, selector: PrincipalSelector): string =>
  `${revision} ${provider}|${selector.kind}|${selector.kind === 'any' ? '' : selector.name}`;

type ReadAccessRows = (
  keys: readonly string[],
) => Promise<Result<readonly (Row | undefined)[], TablestoreFault>>;

/** Callers that come at the same time are read together, and a row that several of them need, once. Up to 100 keys. */
function createAccessReader(rows: Pick<TablestoreRows, 'getRows'>): ReadAccessRows {
  const readTogether = async (
    callers: readonly (readonly string[])[],
  ): Promise<readonly Awaited<ReturnType<ReadAccessRows>>[]> => {
    const keys = [...new Set(callers.flat())];
    const answer = await rows.getRows(
      ACCESS,
      keys.map((key) => [key]),
    );
    if (answer.ok) {
      const rowsByKey = new Map(keys.map((key, i) => [key, answer.value[i]]));
      return callers.map((own) => ok(own.map((key) => rowsByKey.get(key))));
    }
    if (callers.length === 1 || answer.error.code === UNREACHABLE) return callers.map(() => answer);
    // A row that cannot be read must not keep out callers who have nothing to do with it.
    return (await Promise.all(callers.map((own) => readTogether([own])))).flat();
  };
  return shareCalls(SHARING, readTogether);
}

/** In as many reads as it takes, at the same time. */
async function readAll(read: ReadAccessRows, keys: readonly string[]): ReturnType<ReadAccessRows> {
  if (keys.length <= MAX_ROWS_A_READ) return read(keys);
  const [own, others] = await Promise.all([
    read(keys.slice(0, MAX_ROWS_A_READ)),
    readAll(read, keys.slice(MAX_ROWS_A_READ)),
  ]);
  if (!own.ok) return own;
  return others.ok ? ok([...own.value, ...others.value]) : others;
}

/** The port to the rules in force, at most 5 s old. Rows of a caller are read once for each revision. */
export function createRulesStore(
  rows: Pick<TablestoreRows, 'getRows' | 'getRange'>,
  clock: Clock,
): RulesStore {
  const readAccessRows = createAccessReader(rows);
  let principals = boundedCache<StoredAccessRow>(MAX_CACHED_PRINCIPALS);
  let filters: { revision: Revision; byProvider: ReadonlyMap<string, MayName> } | undefined;
  const current = createCachedCatalog(rows, clock, (revision, catalog, orders) => {
    const rules = parseRules(revision, catalog, orders);
    if (rules.ok) {
      // Another one, and not emptied: what was asked for before must not arrive in it.
      principals = boundedCache(MAX_CACHED_PRINCIPALS);
      filters = { revision, byProvider: readFilters(revision, catalog) };
    }
    return rules;
  });

  /** Of the rules of that revision; of others nothing is known here. */
  const mayBeThere = (revision: Revision, provider: string): ((selector: PrincipalSelector) => boolean) => {
    const mayName = filters?.revision === revision ? filters.byProvider.get(provider) : undefined;
    return (selector) => selector.kind !== 'group' || mayName === undefined || mayName(selector.name);
  };

  return {
    current,

    async grantRows(revision, provider, selectors) {
      const isWanted = mayBeThere(revision, provider);
      const cache = principals;
      const missing: { readonly index: number; readonly selector: PrincipalSelector }[] = [];
      const found = selectors.map((selector, index) => {
        const row = isWanted(selector) ? cache.get(nameOf(revision, provider, selector)) : NOTHING;
        if (row === undefined) missing.push({ index, selector });
        return row ?? NOTHING;
      });
      if (missing.length === 0) return ok(found);
      const keys = missing.map(({ selector }) => principalKey(revision, provider, selector));
      const answer = await readAll(readAccessRows, keys);
      if (!answer.ok) return toStoreFault(answer.error);
      for (const [at, { index, selector }] of missing.entries()) {
        const row = answer.value[at]?.columns ?? {};
        found[index] = row;
        cache.set(nameOf(revision, provider, selector), row);
      }
      return ok(found);
    },
  };
}
