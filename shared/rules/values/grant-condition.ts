// A grant's `when`: its text, the facts that it may look at, and the condition that it compiles to. Loads no CEL library:
// compile-condition.ts is deployed as a file of its own, and loaded only for callers who hold a grant with a condition.
import * as z from 'zod';
import type { Result } from '../../kernel/result.ts';

/** Longer ones are programs; Google Cloud's workload identity conditions allow 4,096 and rarely have a tenth of it. */
export const MAX_CONDITION_CHARACTERS = 1_000;

/** Marks that show a reader another text than the one that is evaluated (CVE-2021-42574), and invisible characters. */
const MISLEADING = /[\p{Bidi_Control}\p{Cs}]|(?![\t\n\r])\p{Cc}/u;

/** Judged without the CEL library: a text of this shape may still be no condition. */
export const ConditionText = z
  .string()
  .min(1)
  .max(MAX_CONDITION_CHARACTERS)
  .refine(
    (text) => !MISLEADING.test(text),
    'remove control characters and marks of writing direction from the condition',
  )
  .describe('A CEL expression on claims, groups, provider, subject and request; see docs/conditions.md.');

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

export interface GrantCondition {
  /** The names of the claims that it looks at. */
  readonly claims: readonly string[];
  /** Does it look at what is asked for, by whom, and when? */
  readonly usesRequest: boolean;
  /** True only for a result of true: false also when a claim is missing or cannot be read, or evaluation fails. */
  readonly holds: (facts: ConditionFacts) => boolean;
}

/** The error is an instruction to the author, and repeats nothing of the text. */
export type CompileCondition = (text: string) => Result<GrantCondition, string>;
