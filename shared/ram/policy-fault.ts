// Where a policy is wrong and how to put it right. Carries at most a short, quoted excerpt of what was written.
import { err, type Result } from '../kernel/result.ts';

export interface PolicyFault {
  /** For example `Statement[0].Action[1]`; empty for the policy as a whole. */
  readonly path: string;
  readonly message: string;
}

export type Parsed<T> = Result<T, PolicyFault>;

export function fault(path: string, message: string): { readonly ok: false; readonly error: PolicyFault } {
  return err({ path, message });
}

/** Faults reach logs and callers, and a policy may hold anything: enough to find the typing error, no more. */
const MAX_QUOTED_CHARS = 40;

export function quoted(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED_CHARS ? `${text.slice(0, MAX_QUOTED_CHARS)}…` : text);
}
