// The access rules as vend reads them: providers and roles from table `catalog`, and the rows of each caller, cached for
// as long as their revision is in force.

import type * as z from 'zod';
import type { StoredAccessRow } from '../access/access-row.ts';
import { type PrincipalSelector, principalKey } from '../access/principal-key.ts';
import { indexProviders, Provider } from '../access/provider.ts';
import { Role } from '../access/role.ts';
import { boundedCache } from '../kernel/bounded-cache.ts';
import type { Revision } from '../kernel/names.ts';
import { parseStrictJson } from '../kernel/parse-strict-json.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { Clock, Rules, RulesStore, StoreFault } from '../ports.ts';
import { providerKind, roleKind } from './catalog-keys.ts';
import { createHeldCatalog, failed, unreadable } from './held-catalog.ts';
import { ACCESS } from './tables.ts';
import type { Row, TablestoreRows } from './tablestore-rows.ts';

/** Principals whose rows one instance keeps: about 2 KB each, so 40 MB at most. */
const MAX_CACHED_PRINCIPALS = 20_000;

function parseRows<T>(rows: readonly Row[], kind: string, schema: z.ZodType<T>): readonly T[] | undefined {
  const own = rows.filter(({ key }) => key[0] === kind);
  const parsed = own.map(({ columns }) => {
    const json = parseStrictJson(columns['json'] ?? '');
    return json.ok ? schema.safeParse(json.value) : undefined;
  });
  const values = parsed.flatMap((result) => (result?.success ? [result.data] : []));
  return values.length === own.length ? values : undefined;
}

/** One provider or role that cannot be read makes all rules unreadable: a guess at the rest could allow too much. */
function parseRules(revision: Revision, rows: readonly Row[]): Result<Rules, StoreFault> {
  const providers = parseRows(rows, providerKind(revision), Provider);
  const roles = parseRows(rows, roleKind(revision), Role);
  if (!providers || !roles) return unreadable('catalog-row');
  const indexed = indexProviders(providers);
  if (!indexed) return unreadable('provider-twice');
  return ok({ revision, ...indexed, rolesById: new Map(roles.map((role) => [role.id, role])) });
}

/** In the cache of one instance; the key in the table takes a hash to compute. */
const nameOf = (provider: string, selector: PrincipalSelector): string =>
  `${provider}|${selector.kind}|${selector.kind === 'any' ? '' : selector.name}`;

export function createRulesStore(
  rows: Pick<TablestoreRows, 'getRows' | 'getRange'>,
  clock: Clock,
): RulesStore {
  const principals = boundedCache<StoredAccessRow>(MAX_CACHED_PRINCIPALS);
  const current = createHeldCatalog(rows, clock, (revision, catalog) => {
    const rules = parseRules(revision, catalog);
    if (rules.ok) principals.clear();
    return rules;
  });

  return {
    current,

    async grantRows(revision, provider, selectors) {
      const wanted = selectors.map((selector) => ({ selector, name: nameOf(provider, selector) }));
      // Taken now: a change of the rules may empty the cache while the missing ones are read.
      const found = new Map(wanted.map(({ name }) => [name, principals.get(`${revision} ${name}`)]));
      const missing = wanted.filter(({ name }) => !found.get(name));
      if (missing.length > 0) {
        const keys = missing.map(({ selector }) => [principalKey(revision, provider, selector)]);
        const answer = await rows.getRows(ACCESS, keys);
        if (!answer.ok) return failed(answer.error);
        for (const [index, { name }] of missing.entries()) {
          const row = answer.value[index]?.columns ?? {};
          found.set(name, row);
          principals.set(`${revision} ${name}`, row);
        }
      }
      return ok(wanted.map(({ name }) => found.get(name) ?? {}));
    },
  };
}
