// A grant whose condition cannot be read grants nothing, and the CEL library is loaded only for a condition.
import { describe, expect, it, vi } from 'vitest';
import { compileGrant } from '../../../shared/pipeline/grants/compile-grant.ts';
import { resolveGrants } from '../../../shared/pipeline/grants/resolve-grants.ts';
import {
  grantTo,
  NOTHING_FLUSHED,
  provider,
  providersOf,
  REVISION,
  storedGrant,
} from '../../support/builders.ts';
import { FakeLogger, FakeRulesStore } from '../../support/fakes.ts';
import { principal } from '../decide/grants.ts';

const LIBRARY = '../../../shared/rules/conditions/compile-condition.ts';

async function resolve(store: FakeRulesStore) {
  const rules = {
    revision: REVISION,
    ...NOTHING_FLUSHED,
    ...providersOf([]),
    accountNames: new Map(),
    rolesById: new Map(),
  };
  const resolved = await resolveGrants(principal(), { rules, store, logger: new FakeLogger() });
  if (!resolved.ok) throw new Error(resolved.error.reason);
  return resolved.value;
}

function storeOf(...grants: FakeRulesStore['grants']): FakeRulesStore {
  const store = new FakeRulesStore();
  store.providers = [provider()];
  store.grants = grants;
  return store;
}

describe('the grants of a caller', () => {
  it('hold a condition where one is stored, and none where none is', async () => {
    const store = storeOf(
      grantTo({ kind: 'any' }),
      grantTo({ kind: 'sub', name: 'alice' }, { id: 'b', when: 'subject == "alice"' }),
    );
    const grants = await resolve(store);
    expect(grants.map(({ id, when }) => [id, when?.claims])).toEqual([
      ['b', []],
      ['own-prefix', undefined],
    ]);
  });

  it('load the CEL library only for a condition', async () => {
    let loaded = 0;
    vi.doMock(LIBRARY, async (original) => {
      loaded += 1;
      return original();
    });
    vi.resetModules();
    const fresh = await import('../../../shared/pipeline/grants/resolve-grants.ts');
    const rules = {
      revision: REVISION,
      ...NOTHING_FLUSHED,
      ...providersOf([]),
      accountNames: new Map(),
      rolesById: new Map(),
    };
    const context = { rules, store: storeOf(grantTo({ kind: 'any' })), logger: new FakeLogger() };
    await fresh.resolveGrants(principal(), context);
    expect(loaded).toBe(0);
    await fresh.resolveGrants(principal(), {
      ...context,
      store: storeOf(grantTo({ kind: 'any' }, { when: 'true' })),
    });
    expect(loaded).toBe(1);
    vi.doUnmock(LIBRARY);
  });
});

describe('a stored grant with a condition', () => {
  const json = JSON.stringify(storedGrant({ when: 'true' }));

  it('is nothing without the means to read it', () => {
    expect(compileGrant(json, 'anyone')).toBeUndefined();
  });

  it('is nothing where the condition is refused', () => {
    expect(compileGrant(json, 'anyone', () => ({ ok: false, error: 'no' }))).toBeUndefined();
  });
});
