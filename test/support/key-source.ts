// The key source over HTTP, with a key history in memory.
import { createObserveKeys } from '../../shared/adapters/issuer-keys/observe-keys.ts';
import { createRemoteKeySource } from '../../shared/adapters/issuer-keys/remote-key-source.ts';
import type { KeySource } from '../../shared/identity/key-source.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import { FakeKeyHistory, FakeLogger } from './fakes.ts';

export function startKeySource(
  clock: Clock,
  history: FakeKeyHistory = new FakeKeyHistory(),
  logger: FakeLogger = new FakeLogger(),
): KeySource {
  return createRemoteKeySource(clock, { history, observe: createObserveKeys(history, logger) });
}
