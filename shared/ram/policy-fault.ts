// Where a policy is wrong and how to put it right. Carries at most a short, quoted excerpt of what was written.
import { err, type Result } from '../kernel/result.ts';
import { showable } from '../kernel/showable.ts';

export interface PolicyFault {
  /** For example `Statement[0].Action[1]`; empty for the policy as a whole. */
  readonly path: string;
  readonly message: string;
  /** The key in question, as it is written at the path; a last step of `?` stands for it. For finding the line. */
  readonly key?: string;
}

export type Parsed<T> = Result<T, PolicyFault>;

type Faulty = { readonly ok: false; readonly error: PolicyFault };

export function fault(path: string, message: string): Faulty {
  return err({ path, message });
}

/** Faults reach logs and callers, and a policy may hold anything: enough to find the typing error, no more. */
const MAX_QUOTED_CHARS = 40;

export function quoted(text: string): string {
  const excerpt = text.length > MAX_QUOTED_CHARS ? `${text.slice(0, MAX_QUOTED_CHARS)}…` : text;
  return showable(JSON.stringify(excerpt));
}

/** A longer key is no typing error, and its line is found without it. */
export const keyFault = (path: string, key: string, message: string): Faulty =>
  key.length > MAX_QUOTED_CHARS ? fault(path, message) : err({ path, message, key });
