// Fills a policy template: claims → the values of its variables → a policy. A value that could widen the policy is refused.
// Values are put into a parsed tree, not into text, so a value cannot break out of its place.

import type { Claims } from '../../identity/principal.ts';
import type { DenialDetail } from '../../kernel/denial-detail.ts';
import type { Policy, Statement } from '../../ram/policy.ts';
import type {
  PolicyTemplate,
  TemplateStatement,
  TemplateText,
  TemplateVariable,
} from '../../rules/document/policy-template.ts';

/**
 * RAM has no escape for these: `*` and `?` are wildcards, `$` may begin a variable, `/` leaves the caller's own prefix.
 * Control characters, lone surrogates and bidirectional marks do not belong in the name of a resource.
 */
const UNSAFE = /[*?$/\p{Cc}\p{Cs}\p{Bidi_Control}]/u;

/** As a path, a service may read `.` as "here" and `..` as "above". An empty value would join the texts on both sides of it. */
const DOTS_ONLY = /^\.*$/;

/** The value of each variable, by its name. */
export type Bindings = ReadonlyMap<string, string>;
type UnusableClaim = Extract<DenialDetail, { kind: 'claim' }>;

/** Undefined when any claim is missing or cannot be used; `findUnusableClaim` says which and why. */
export function bindVariables({ variables }: PolicyTemplate, claims: Claims): Bindings | undefined {
  const bindings = new Map<string, string>();
  for (const variable of variables) {
    const value = readClaim(variable, claims);
    if (typeof value !== 'string') return undefined;
    bindings.set(variable.name, value);
  }
  return bindings;
}

/** The first claim that `bindVariables` could not use; undefined when it could use all of them. */
export function findUnusableClaim({ variables }: PolicyTemplate, claims: Claims): UnusableClaim | undefined {
  for (const variable of variables) {
    const { name, claim } = variable;
    const value = readClaim(variable, claims);
    if (typeof value !== 'string') return { kind: 'claim', variable: name, claim, why: value.why };
  }
  return undefined;
}

function readClaim(
  { claim, pattern }: TemplateVariable,
  claims: Claims,
): string | { why: UnusableClaim['why'] } {
  const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  if (value === undefined) return { why: 'missing' };
  // Strings only: 1, true and ["a"] would have to be converted to text, which each reader does differently.
  if (typeof value !== 'string') return { why: 'not_text' };
  if (UNSAFE.test(value) || DOTS_ONLY.test(value)) return { why: 'unsafe' };
  return pattern.matches(value) ? value : { why: 'pattern' };
}

/** The template with every variable replaced. Throws when `bindings` lacks one, which `bindVariables` rules out. */
export function renderTemplate(template: PolicyTemplate, bindings: Bindings): Policy {
  return {
    version: '1',
    statements: template.statements.map((statement) => renderStatement(statement, bindings)),
  };
}

const renderStatement = (statement: TemplateStatement, bindings: Bindings): Statement => ({
  effect: statement.effect,
  actions: statement.actions,
  resources: statement.resources.map((text) => renderText(text, bindings)),
  conditions: statement.conditions.map((condition) => ({
    ...condition,
    values: condition.values.map((text) => renderText(text, bindings)),
  })),
});

function renderText(text: TemplateText, bindings: Bindings): string {
  return text
    .map((segment) => {
      if (typeof segment === 'string') return segment;
      const value = bindings.get(segment.variable);
      if (value === undefined) throw new Error('a variable of a template has no value'); // parsePolicyTemplate forbids it
      return value;
    })
    .join('');
}
