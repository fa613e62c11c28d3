// The rules in force from table `catalog`, cached in memory. Rows under one revision never change, so they are read once.
// The revision in force, the flushes since and the blocks are never older than RULES_BOUND_MS.

import type { Clock } from '../../kernel/clock.ts';
import { type Flushes, isSameFlush } from '../../kernel/flushes.ts';
import { Revision } from '../../kernel/names.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { createSingleFlight } from '../../kernel/single-flight.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import type { Blocks } from '../../rules/blocks/block.ts';
import { toBlocks } from './block-row.ts';
import { BLOCKS_KEY, FLUSH_KEY, HEAD_KEY, revisionRange } from './catalog-keys.ts';
import { toFlushes } from './flush-row.ts';
import { CATALOG } from './tables.ts';
import { toStoreFault } from './tablestore-fault.ts';
import type { Row, TablestoreRows } from './tablestore-rows.ts';

/** A change of the rules reaches every instance within this time: the product's promise. */
const RULES_BOUND_MS = 5_000;
/** From this age on the next request renews, so that the bound is kept with a slow answer's time to spare. */
const RENEW_AFTER_MS = 2_000;
/** Each call to Tablestore has a deadline; a catalog of many pages may take several. */
const LOAD_DEADLINE_MS = 20_000;
const CATALOG_ONCE = 'catalog';

/** The fault for rules that are stored but cannot be read: vending stops until they are applied anew. */
export const unreadable = (cause: string) => err({ reason: 'rules-unreadable', cause } as const);

/** What operators ordered beside the rules. */
interface Orders {
  readonly flushes: Flushes;
  readonly blocks: Blocks;
}

interface Held<T> extends Orders {
  readonly revision: Revision;
  readonly value: T;
  readonly readAt: number;
}

const areSame = (one: Orders, other: Orders): boolean =>
  isSameFlush(one.flushes, other.flushes) && one.blocks.text === other.blocks.text;

/**
 * `parse` gets every row of a revision. It is called once for each revision that comes into force, and again after each
 * flush and each change of the blocks: caches that are keyed by the identity of its result are flushed with it.
 */
export function createCachedCatalog<T>(
  rows: Pick<TablestoreRows, 'getRows' | 'getRange'>,
  clock: Clock,
  parse: (revision: Revision, rows: readonly Row[], orders: Orders) => Result<T, StoreFault>,
): () => Promise<Result<T, StoreFault>> {
  let held: Held<T> | undefined;
  const loads = createSingleFlight<Result<T, StoreFault>>(LOAD_DEADLINE_MS, () =>
    toStoreFault({ code: 'Deadline', requestId: undefined }),
  );

  /** After the clock was set back an age is unknown, so rules read in the future count as old. */
  const age = ({ readAt }: Held<T>): number => {
    const passed = clock.now().getTime() - readAt;
    return passed < 0 ? Number.POSITIVE_INFINITY : passed;
  };

  const load = async (signal: AbortSignal): Promise<Result<T, StoreFault>> => {
    const readAt = clock.now().getTime();
    const answer = await rows.getRows(CATALOG, [HEAD_KEY, FLUSH_KEY, BLOCKS_KEY]);
    if (!answer.ok) return toStoreFault(answer.error);
    const [head, flush, blocked] = answer.value;
    const revision = Revision.safeParse(head?.columns['revision']);
    if (!revision.success) return unreadable('no-revision');
    const flushes = toFlushes(flush);
    if (!flushes) return unreadable('flush-row');
    const blocks = toBlocks(blocked);
    if (!blocks) return unreadable('blocks-row');
    const orders = { flushes, blocks };
    if (held?.revision === revision.data && areSame(held, orders) && !signal.aborted) {
      held = { ...held, readAt };
      return ok(held.value);
    }
    const [from, to] = revisionRange(revision.data);
    const catalog = await rows.getRange(CATALOG, from, to);
    if (!catalog.ok) return toStoreFault(catalog.error);
    // A load that comes too late may bring rules that are no longer in force: `parse` must not see them and keep any of them.
    if (signal.aborted) return toStoreFault({ code: 'Deadline', requestId: undefined });
    const parsed = parse(revision.data, catalog.value, orders);
    if (parsed.ok) held = { revision: revision.data, ...orders, value: parsed.value, readAt };
    return parsed;
  };

  const renew = (): Promise<Result<T, StoreFault>> => loads.run(CATALOG_ONCE, load);

  return async () => {
    if (held && age(held) < RENEW_AFTER_MS) return ok(held.value);
    const renewal = renew();
    // Within the bound the rules still hold: this request goes on while the renewal is under way.
    if (held && age(held) < RULES_BOUND_MS) {
      // No request waits for a bug in it, and unhandled it would end the instance. A request after the bound meets it again.
      renewal.catch(() => undefined);
      return ok(held.value);
    }
    const renewed = await renewal;
    // The platform freezes instances: a renewal begun before a freeze may bring what was true an hour ago.
    return renewed.ok && held && age(held) >= RULES_BOUND_MS ? await renew() : renewed;
  };
}
