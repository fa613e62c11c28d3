// Whom several entries of trust name at once. A caller says nothing of providers: it belongs to the one that trusts it.

import type { Provider } from '../document/provider.ts';
import type { PathFault } from '../values/document-fault.ts';
import { type Trust, trustsOverlap } from '../values/ram-member.ts';

interface Entry {
  readonly trust: Trust;
  readonly provider: number;
  readonly path: readonly (string | number)[];
}

const entriesOf = (provider: Provider, i: number): readonly Entry[] =>
  provider.kind === 'aliyun'
    ? provider.trust.map((trust, j) => ({ trust, provider: i, path: ['providers', i, 'trust', j] }))
    : [];

export function checkTrust(providers: readonly Provider[]): readonly PathFault[] {
  const entries = providers.flatMap(entriesOf);
  return entries.flatMap(({ trust, provider, path }, i): readonly PathFault[] => {
    const first = entries
      .slice(0, i)
      .find((above) => above.provider !== provider && trustsOverlap(above.trust, trust));
    const message = 'callers of this entry would belong to two providers: list them at one';
    return first ? [{ path, message, sameAs: first.path }] : [];
  });
}
