// A grant's `when`: the limits of its text, what it may look at, and what it compiles to. Loads no CEL: most callers
// hold no grant with a condition, and the library costs more at start than all else in these stages.
import * as z from 'zod';
import type { Result } from '../kernel/result.ts';

/** Longer ones are programs; Google Cloud's workload identity conditions allow 4,096 and are rarely a tenth of it. */
export const MAX_CONDITION_CHARACTERS = 1_000;

/** Marks that show a reader another text than the one that is evaluated (CVE-2021-42574), and characters that show nothing. */
const MISLEADING = /[\p{Bidi_Control}\p{Cs}]|(?![\t\n\r])\p{Cc}/u;

export const ConditionText = z
  .string()
  .min(1)
  .max(MAX_CONDITION_CHARACTERS)
  .refine(
    (text) => !MISLEADING.test(text),
    'remove control characters and marks of writing direction from the condition',
  )
  .describe('CEL over claims, groups, provider, subject and request; see docs/conditions.md.');

export interface ConditionFacts {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly groups: readonly string[];
  readonly provider: string;
  readonly subject: string;
  readonly request: {
    readonly role: string;
    readonly durationSeconds: number | undefined;
    readonly sourceIp: string | undefined;
    readonly time: Date;
  };
}

export interface Condition {
  /** The claims that it looks at. */
  readonly claims: readonly string[];
  /** False also when a claim is missing, cannot be read, or anything goes wrong: only a true result is true. */
  readonly holds: (facts: ConditionFacts) => boolean;
}

/** The error is an instruction to the author, and repeats nothing of the text. */
export type CompileCondition = (text: string) => Result<Condition, string>;
