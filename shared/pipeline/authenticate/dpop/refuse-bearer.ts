// A token that is bound to a key, or that its provider wants bound, is no bearer token (RFC 9449 section 7.2): leaving
// the proof away must not be a way around it.

import type { Principal } from '../../../identity/principal.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { ok, type Result } from '../../../kernel/result.ts';
import type { Provider } from '../../../rules/document/provider.ts';
import { confirmedKey } from './confirmed-key.ts';
import { dpopRulesOf } from './dpop-rules.ts';
import { refuseProof } from './refuse-proof.ts';

export function refuseBearer(principal: Principal, provider: Provider): Result<Principal, Failure> {
  const confirmed = confirmedKey(principal.claims);
  if (!confirmed.ok) return confirmed;
  const isFree = confirmed.value === undefined && dpopRulesOf(provider).dpop === undefined;
  return isFree ? ok(principal) : refuseProof('dpop-missing');
}
