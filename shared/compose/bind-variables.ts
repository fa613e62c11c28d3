// Claims → the values that fill a template's holes. A value that could widen the policy denies.
import type { PolicyTemplate } from '../access/policy-template.ts';
import type { Claims } from '../authenticate/principal.ts';

/**
 * RAM knows no escape for these: `*` and `?` are wildcards, `$` may begin a variable, `/` leaves the caller's own
 * prefix. Control characters, lone surrogates and bidirectional marks have no business in a resource name.
 */
const UNSAFE = /[*?$/\p{Cc}\p{Cs}\p{Bidi_Control}]/u;

/** Dots alone could be read as "here" or "above" by what consumes the resource; nothing at all joins its neighbours. */
const DOTS_ONLY = /^\.*$/;

export type Bindings = ReadonlyMap<string, string>;

export function bindVariables({ variables }: PolicyTemplate, claims: Claims): Bindings | undefined {
  const bindings = new Map<string, string>();
  for (const { name, claim, pattern } of variables) {
    const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
    // Strings only: 1, true and ["a"] would have to be turned into text, and each reader does it differently.
    if (typeof value !== 'string' || UNSAFE.test(value) || DOTS_ONLY.test(value)) return undefined;
    if (!pattern.matches(value)) return undefined;
    bindings.set(name, value);
  }
  return bindings;
}
