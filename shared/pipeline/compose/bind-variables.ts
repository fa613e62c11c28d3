// Claims → the values that fill a template's holes. A value that could widen the policy denies.

import type { Claims } from '../../identity/principal.ts';
import type { DenialDetail } from '../../kernel/denial-detail.ts';
import type { PolicyTemplate, TemplateVariable } from '../../rules/document/policy-template.ts';

/**
 * RAM knows no escape for these: `*` and `?` are wildcards, `$` may begin a variable, `/` leaves the caller's own
 * prefix. Control characters, lone surrogates and bidirectional marks have no business in a resource name.
 */
const UNSAFE = /[*?$/\p{Cc}\p{Cs}\p{Bidi_Control}]/u;

/** Dots alone could be read as "here" or "above" by what consumes the resource; nothing at all joins its neighbours. */
const DOTS_ONLY = /^\.*$/;

export type Bindings = ReadonlyMap<string, string>;
type Unusable = Extract<DenialDetail, { kind: 'claim' }>;

function readClaim({ claim, pattern }: TemplateVariable, claims: Claims): string | { why: Unusable['why'] } {
  const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  if (value === undefined) return { why: 'missing' };
  // Strings only: 1, true and ["a"] would have to be turned into text, and each reader does it differently.
  if (typeof value !== 'string') return { why: 'not_text' };
  if (UNSAFE.test(value) || DOTS_ONLY.test(value)) return { why: 'unsafe' };
  return pattern.matches(value) ? value : { why: 'pattern' };
}

export function bindVariables({ variables }: PolicyTemplate, claims: Claims): Bindings | undefined {
  const bindings = new Map<string, string>();
  for (const variable of variables) {
    const value = readClaim(variable, claims);
    if (typeof value !== 'string') return undefined;
    bindings.set(variable.name, value);
  }
  return bindings;
}

/** Why bindVariables gave nothing: the first claim that cannot be used. */
export function findUnusableClaim({ variables }: PolicyTemplate, claims: Claims): Unusable | undefined {
  for (const variable of variables) {
    const { name, claim } = variable;
    const value = readClaim(variable, claims);
    if (typeof value !== 'string') return { kind: 'claim', variable: name, claim, why: value.why };
  }
  return undefined;
}
