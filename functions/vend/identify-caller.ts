// The first stage of every endpoint that takes a proof: the rules in force, and the caller whom they let in.
import { authenticate } from '../../shared/authenticate/authenticate.ts';
import type { Principal } from '../../shared/authenticate/principal.ts';
import type { Proof } from '../../shared/authenticate/read-bearer-token.ts';
import { ok } from '../../shared/kernel/result.ts';
import type { Rules } from '../../shared/ports.ts';
import { currentRules } from './current-rules.ts';
import type { VendDeps } from './deps.ts';
import type { Step } from './finish.ts';

export interface Caller {
  readonly rules: Rules;
  readonly principal: Principal;
}

export async function identifyCaller(proof: Proof, now: Date, deps: VendDeps): Promise<Step<Caller>> {
  const rules = await currentRules(deps.store);
  if (!rules.ok) return { trail: { stage: 'authenticate' }, result: rules };
  const { revision } = rules.value;

  const caller = await authenticate(proof, { ...deps, rules: rules.value, now });
  if (!caller.ok) return { trail: { stage: 'authenticate', revision }, result: caller };
  const principal = caller.value;
  return {
    trail: { stage: 'authenticate', revision, principal },
    result: ok({ rules: rules.value, principal }),
  };
}
