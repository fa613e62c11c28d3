// A document's rules as the pipeline reads them from the store, but in memory, before they are applied.

import { NEVER_FLUSHED } from '../kernel/flushes.ts';
import { Revision } from '../kernel/names.ts';
import { ok } from '../kernel/result.ts';
import type { RulesStore } from '../pipeline/grants/rules-store.ts';
import { NO_BLOCKS } from '../rules/blocks/block.ts';
import type { CompiledAccess, CompiledGrant, Recipient } from '../rules/document/compiled-access.ts';
import { indexProviders } from '../rules/document/provider.ts';
import type { Rules } from '../rules/document/rules.ts';
import { shownAs } from '../rules/values/account.ts';
import { grantColumn, type StoredAccessRow } from '../rules/values/principal-key.ts';

const NOT_APPLIED = Revision.parse('notapplied');

export interface StoredRules {
  readonly rules: Rules;
  readonly store: RulesStore;
}

const keyOf = ({ provider, principal }: Recipient): string =>
  JSON.stringify([provider, principal.kind, principal.kind === 'any' ? '' : principal.name]);

const toRow = (grants: readonly CompiledGrant[]): StoredAccessRow =>
  Object.fromEntries(grants.map(({ grant }) => [grantColumn(grant.id), JSON.stringify(grant)]));

const NO_GRANTS: StoredAccessRow = {};

/** Throws for a document that did not pass its checks. */
export function storedRules({
  providers,
  accounts = [],
  roles,
  grants,
  signOn,
}: CompiledAccess): StoredRules {
  const indexed = indexProviders(providers);
  if (!indexed) throw new Error('a checked document names a provider twice');
  const rules: Rules = {
    revision: NOT_APPLIED,
    flushes: NEVER_FLUSHED,
    entryRevisions: new Map(),
    // Tests say what the rules give; a block is beside them.
    blocks: NO_BLOCKS,
    blocked: signOn?.blocked ?? [],
    // Tests describe callers of providers: no person has signed on at a connection.
    requirements: new Map(),
    ...indexed,
    accountNames: new Map(accounts.map((account) => [account.id, shownAs(account)])),
    rolesById: new Map(roles.map((role) => [role.id, role])),
  };
  const byRecipient = new Map<string, CompiledGrant[]>();
  for (const grant of grants) {
    const key = keyOf(grant.selector);
    const own = byRecipient.get(key);
    if (own) own.push(grant);
    else byRecipient.set(key, [grant]);
  }
  const rows = new Map<string, StoredAccessRow>();
  // The same row for the same recipient: the pipeline parses each row once.
  const rowOf = (recipient: Recipient): StoredAccessRow => {
    const key = keyOf(recipient);
    const grantsOfRow = byRecipient.get(key);
    if (!grantsOfRow) return NO_GRANTS;
    const row = rows.get(key) ?? toRow(grantsOfRow);
    rows.set(key, row);
    return row;
  };
  const store: RulesStore = {
    current: async () => ok(rules),
    grantRows: async (_revision, provider, selectors) =>
      ok(selectors.map((principal) => rowOf({ provider, principal }))),
  };
  return { rules, store };
}
