// The access rules as vend reads them. Rows under one revision never change, so they are cached for as long as that
// revision is in force; which revision is in force is never older than RULES_BOUND_MS.
import { LRUCache } from 'lru-cache';
import type * as z from 'zod';
import type { StoredAccessRow } from '../access/access-row.ts';
import { type PrincipalSelector, principalKey } from '../access/principal-key.ts';
import { indexProviders, Provider } from '../access/provider.ts';
import { Role } from '../access/role.ts';
import { Revision } from '../kernel/names.ts';
import { parseStrictJson } from '../kernel/parse-strict-json.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Clock, Rules, RulesStore, StoreFault } from '../ports.ts';
import { HEAD_KEY, providerKind, revisionRange, roleKind } from './catalog-keys.ts';
import { ACCESS, CATALOG } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Row, TablestoreRows } from './tablestore-rows.ts';

/** A change of the rules reaches every instance within this time: the product's promise. */
const RULES_BOUND_MS = 5_000;
/** From this age on the next request renews, so that the bound is kept with a slow answer's time to spare. */
const RENEW_AFTER_MS = 2_000;
/** Principals whose rows one instance keeps: about 2 KB each, so 40 MB at most. */
const MAX_CACHED_PRINCIPALS = 20_000;

const unreadable = (cause: string) => err({ reason: 'rules-unreadable', cause } as const);
const failed = ({ code }: TablestoreFault) => err({ reason: 'store-failed', cause: code } as const);

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

interface Held {
  readonly rules: Rules;
  readonly readAt: number;
}

export function createRulesStore(
  rows: Pick<TablestoreRows, 'getRows' | 'getRange'>,
  clock: Clock,
): RulesStore {
  const principals = new LRUCache<string, StoredAccessRow>({ max: MAX_CACHED_PRINCIPALS });
  let held: Held | undefined;
  let pending: Promise<Result<Rules, StoreFault>> | undefined;

  /** A clock that was set back says nothing of an age, so rules from the future are old. */
  const age = ({ readAt }: Held): number => {
    const passed = clock.now().getTime() - readAt;
    return passed < 0 ? Number.POSITIVE_INFINITY : passed;
  };

  const load = async (): Promise<Result<Rules, StoreFault>> => {
    const readAt = clock.now().getTime();
    const head = await rows.getRows(CATALOG, [HEAD_KEY]);
    if (!head.ok) return failed(head.error);
    const revision = Revision.safeParse(head.value[0]?.columns['revision']);
    if (!revision.success) return unreadable('no-revision');
    if (held?.rules.revision === revision.data) {
      held = { rules: held.rules, readAt };
      return ok(held.rules);
    }
    const [from, to] = revisionRange(revision.data);
    const catalog = await rows.getRange(CATALOG, from, to);
    if (!catalog.ok) return failed(catalog.error);
    const rules = parseRules(revision.data, catalog.value);
    if (!rules.ok) return rules;
    principals.clear();
    held = { rules: rules.value, readAt };
    return rules;
  };

  const renew = (): Promise<Result<Rules, StoreFault>> => {
    pending ??= load().finally(() => {
      pending = undefined;
    });
    return pending;
  };

  return {
    async current() {
      if (held && age(held) < RENEW_AFTER_MS) return ok(held.rules);
      const renewal = renew();
      // Within the bound the rules still hold: this request goes on while the renewal is under way.
      if (held && age(held) < RULES_BOUND_MS) return ok(held.rules);
      const renewed = await renewal;
      // The platform freezes instances: a renewal begun before a freeze may bring what was true an hour ago.
      return renewed.ok && held && age(held) >= RULES_BOUND_MS ? await renew() : renewed;
    },

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
