// What a provider demands of the tokens that it vouches for, as to keys.
import type { Provider } from '../../../rules/document/provider.ts';

interface DpopRules {
  readonly dpop?: 'required' | 'issuer-bound' | undefined;
  readonly dpopNonces?: boolean;
}

export function dpopRulesOf(provider: Provider): DpopRules {
  switch (provider.kind) {
    case 'oidc':
      return provider;
    case 'assertion': // is itself signed for one request
    case 'certificate':
    case 'aliyun': // have no tokens
      return {};
  }
}
