// The text of a condition, as far as it can be judged without the CEL library.
import * as z from 'zod';
import { MAX_CONDITION_CHARACTERS } from './condition.ts';

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
