// A grant's `when`: what it may look at, and what it compiles to. Loads nothing: compile-condition.ts, which is deployed
// as a file of its own, is loaded only for callers who hold a grant with a condition.
import type { Result } from '../../kernel/result.ts';

/** Longer ones are programs; Google Cloud's workload identity conditions allow 4,096 and are rarely a tenth of it. */
export const MAX_CONDITION_CHARACTERS = 1_000;

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
  /** The claims that it looks at. */
  readonly claims: readonly string[];
  /** False also when a claim is missing, cannot be read, or anything goes wrong: only a true result is true. */
  readonly holds: (facts: ConditionFacts) => boolean;
}

/** The error is an instruction to the author, and repeats nothing of the text. */
export type CompileCondition = (text: string) => Result<GrantCondition, string>;
