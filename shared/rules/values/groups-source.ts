// `groups` of a provider or connection: the claim that lists a caller's groups, and which of them count. A company's token may
// list a thousand groups of which a deployment needs ten.
import * as z from 'zod';
import { parseNamePattern } from './value-pattern.ts';

const MAX_PREFIX_CHARACTERS = 255;
const MAX_PATTERN_CHARACTERS = 255;

const Pattern = z
  .string()
  .min(1)
  .max(MAX_PATTERN_CHARACTERS)
  .superRefine((pattern, context) => {
    const parsed = parseNamePattern(pattern);
    if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.error });
  });

export const GROUPS_FILTER = {
  prefix: z
    .string()
    .min(1)
    .max(MAX_PREFIX_CHARACTERS)
    .optional()
    .describe('Only groups whose name begins with this count. The name stays whole.'),
  match: Pattern.optional().describe(
    'Only groups whose whole name has this pattern count: characters, [classes] and the repetitions ? * + {m,n}.',
  ),
} as const;

/** As stored: the name of a claim, a claim with a filter, or false for no groups at all. */
type GroupsSource =
  | string
  | false
  | {
      readonly claim?: string | undefined;
      readonly prefix?: string | undefined;
      readonly match?: string | undefined;
    }
  | undefined;

/** The claim that the entry itself names. */
export const namedClaim = (source: GroupsSource): string | undefined =>
  typeof source === 'object' ? source.claim : source || undefined;

/** Does a group of this name count? */
type GroupFilter = (group: string) => boolean;

const filters = new WeakMap<object, GroupFilter>();

/** Undefined where every group counts. The same for the same entry, so that its pattern is read once. */
export function groupFilter(source: GroupsSource): GroupFilter | undefined {
  if (typeof source !== 'object' || (source.prefix === undefined && source.match === undefined))
    return undefined;
  const known = filters.get(source);
  if (known) return known;
  const { prefix = '', match } = source;
  const pattern = match === undefined ? undefined : parseNamePattern(match);
  const filter: GroupFilter = (group) =>
    group.startsWith(prefix) && (pattern === undefined || (pattern.ok && pattern.value.matches(group)));
  filters.set(source, filter);
  return filter;
}
