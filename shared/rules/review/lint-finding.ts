// A finding of the linter: a part of an access document that is allowed and still rarely meant.
import type { DocumentPath } from '../values/document-fault.ts';

export const LINT_CODES = [
  'anyone-without-condition',
  'action-wildcard',
  'inherits-role',
  'mutable-claim',
  'shared-issuer',
  'ref-without-event',
  'short-lifetime',
  'unused-account',
  'unused-role',
  'unused-provider',
  'covered-grant',
  'unreachable-grant',
  'group-left-out',
  'name-like-pattern',
  'same-bare-name',
  'step-up-uncounted',
] as const;
export type LintCode = (typeof LINT_CODES)[number];

export interface LintFinding {
  readonly code: LintCode;
  readonly path: DocumentPath;
  /** The reason, then the fix. */
  readonly message: string;
}
