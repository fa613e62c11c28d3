// Reports the keys of an issuer to the key history, once a day for each instance, and the new ones to the operator. The
// result decides nothing: it neither lets a key in nor keeps one out.

import type { Logger, LogLevel } from '../../kernel/logger.ts';
import type { Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import type {
  KeyDecision,
  KeyObservation,
  KeyOwnerName,
  PublishedKey,
  UnusableKey,
} from '../../rules/values/issuer-key.ts';

/** The port to what is remembered of issuers' keys and what administrators decided about them. */
export interface KeyHistory {
  /** What administrators decided about keys of this provider, by thumbprint. */
  decisions(provider: KeyOwnerName): Promise<Result<ReadonlyMap<string, KeyDecision>, StoreFault>>;
  /** Notes that these keys are published on this day, and returns what the operator must be told. */
  see(provider: KeyOwnerName, keys: readonly PublishedKey[], at: Date): Promise<readonly KeyObservation[]>;
}

export type ObserveKeys = (
  provider: KeyOwnerName,
  keys: readonly PublishedKey[],
  at: Date,
  unusable?: readonly UnusableKey[],
) => Promise<void>;

interface Told {
  readonly day: string;
  readonly thumbprints: ReadonlySet<string>;
}

const EVENTS = {
  new: ['warn', 'issuer-key-new'],
  changed: ['warn', 'issuer-key-changed'],
  unrecorded: ['error', 'issuer-key-unrecorded'],
} as const satisfies Record<KeyObservation['what'], readonly [LogLevel, string]>;

function formatNews(logger: Logger, provider: KeyOwnerName, { what, key, ...more }: KeyObservation): void {
  const [level, event] = EVENTS[what];
  const { thumbprint, kid, alg } = key;
  logger.log(level, event, { provider, thumbprint, kid, alg, ...more });
}

/** Reports the unusable keys of a provider once a day: a set is fetched every ten minutes. */
function createSayUnusable(logger: Logger) {
  const said = new Map<KeyOwnerName, string>();
  return (provider: KeyOwnerName, unusable: readonly UnusableKey[], day: string): void => {
    const what = JSON.stringify([day, unusable]);
    if (said.get(provider) === what) return;
    said.set(provider, what);
    for (const { kid, cause } of unusable)
      logger.log('warn', 'issuer-key-unusable', { provider, kid, cause });
  };
}

/** Unrecorded keys are reported again at the next fetch; the others not before the next day. */
export function createObserveKeys(history: KeyHistory, logger: Logger): ObserveKeys {
  const told = new Map<KeyOwnerName, Told>();
  const formatUnusable = createSayUnusable(logger);
  return async (provider, keys, at, unusable = []) => {
    const day = at.toISOString().slice(0, 'yyyy-mm-dd'.length);
    formatUnusable(provider, unusable, day);
    const before = told.get(provider);
    if (before?.day === day && keys.every(({ thumbprint }) => before.thumbprints.has(thumbprint))) return;
    const news = await history.see(provider, keys, at);
    for (const one of news) formatNews(logger, provider, one);
    const lost = new Set(news.filter(({ what }) => what === 'unrecorded').map(({ key }) => key.thumbprint));
    const recorded = keys.map(({ thumbprint }) => thumbprint).filter((thumbprint) => !lost.has(thumbprint));
    told.set(provider, { day, thumbprints: new Set(recorded) });
  };
}
