// What is remembered of the keys that issuers publish, and what administrators decided about them.
import type { ProviderId } from '../../kernel/names.ts';
import type { Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import type { KeyDecision, KeyObservation, PublishedKey } from '../../rules/values/issuer-key.ts';

export interface KeyHistory {
  /** What administrators decided about keys of this provider, by thumbprint. */
  decisions(provider: ProviderId): Promise<Result<ReadonlyMap<string, KeyDecision>, StoreFault>>;
  /** Notes that these keys are published, to the day, and says what is worth saying of them. */
  see(provider: ProviderId, keys: readonly PublishedKey[], at: Date): Promise<readonly KeyObservation[]>;
}
