// The key source over HTTP, with a key history in memory.
import { createObserveKeys } from '../../shared/adapters/issuer-keys/observe-keys.ts';
import { createRemoteKeySource } from '../../shared/adapters/issuer-keys/remote-key-source.ts';
import type { Clock, KeySource } from '../../shared/ports.ts';
import { FakeKeyHistory, FakeLogger } from './fakes.ts';

export function startKeySource(
  clock: Clock,
  history: FakeKeyHistory = new FakeKeyHistory(),
  logger: FakeLogger = new FakeLogger(),
): KeySource {
  return createRemoteKeySource(clock, { history, observe: createObserveKeys(history, logger) });
}
