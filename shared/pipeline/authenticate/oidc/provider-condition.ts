// `when` of a provider, compiled once for each entry. Loads the CEL library only for a provider that has a condition.
import type { OidcProvider } from '../../../rules/providers/oidc.ts';
import type { GrantCondition } from '../../../rules/values/grant-condition.ts';

const compiled = new WeakMap<OidcProvider, GrantCondition>();

/** Holds for no caller: of a condition that this version of Stint cannot read. */
const NEVER: GrantCondition = { claims: [], usesRequest: false, holds: () => false };

/** Undefined for a provider without `when`. */
export async function openProviderCondition(provider: OidcProvider): Promise<GrantCondition | undefined> {
  if (provider.when === undefined) return undefined;
  const known = compiled.get(provider);
  if (known) return known;
  const { compileCondition } = await import('../../../rules/conditions/compile-condition.ts');
  const condition = compileCondition(provider.when);
  // What a request asks for is not known when its caller is identified.
  const opened = condition.ok && !condition.value.usesRequest ? condition.value : NEVER;
  compiled.set(provider, opened);
  return opened;
}
