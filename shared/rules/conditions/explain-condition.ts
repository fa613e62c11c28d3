// What is wrong with a condition → what to write instead: people come from other languages, or miss a letter. Repeats
// nothing of the condition.
import { nearestName } from '../../kernel/nearest-name.ts';

export const CONDITION_VARIABLES = ['claims', 'groups', 'provider', 'subject', 'request'] as const;
export const REQUEST_MEMBERS: readonly string[] = ['role', 'durationSeconds', 'sourceIp', 'time'];

const CALLS = [
  'has',
  'size',
  'timestamp',
  'duration',
  'startsWith',
  'endsWith',
  'contains',
  'exists',
  'all',
  'exists_one',
] as const;
const CALL_HELP = `use ${CALLS.slice(0, -1).join(', ')} and ${CALLS.at(-1)} only`;

const CONSTANTS: ReadonlyMap<string, string> = new Map([
  ['true', 'true'],
  ['false', 'false'],
  ['null', 'null'],
  ['none', 'null'],
  ['nil', 'null'],
]);

/** What was likely meant, before what there is. */
function offer(written: string, known: readonly string[], help: string): string {
  const nearest = nearestName(written, known);
  return nearest === undefined ? help : `did you mean ${nearest}? ${help}`;
}

export const explainCall = (name: string): string => offer(name, CALLS, CALL_HELP);

export function explainName(name: string): string {
  const constant = CONSTANTS.get(name.toLowerCase());
  if (constant !== undefined) return `write ${constant}`;
  const help = `use the variables ${CONDITION_VARIABLES.join(', ')} only; a claim of the token is claims.<name>`;
  return offer(name, CONDITION_VARIABLES, help);
}

export const explainMember = (name: string): string =>
  `no such key: ${offer(name, REQUEST_MEMBERS, `request has ${REQUEST_MEMBERS.join(', ')}`)}`;

/** What stands where the parser gave up, as other languages write it, and what CEL has instead. */
const OTHER_SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/^=/, 'write == to compare'],
  [/^&/, 'write && for and'],
  [/^\|/, 'write || for or'],
  [/^and\b/i, 'write && for and'],
  [/^or\b/i, 'write || for or'],
  [/^not\s+in\b/i, 'write !(a in b)'],
  [/^(?:is|eq|equals)\b/i, 'write == to compare'],
  [/^(?:<>|~=)/, 'write != to compare'],
  [/^[\u2018-\u201f\u00ab\u00bb`]/, 'write straight quotes, " or \''],
  [/^,/, 'write a list in [ ], as in claims.x in ["a", "b"]'],
  [/^(?:like|matches|startsWith|endsWith|contains)\b/i, 'write a call, as in claims.x.startsWith("a")'],
];
/** By the library's code for what is wrong. */
const OF_CODE: ReadonlyMap<string, string> = new Map([
  [
    'unterminated_string',
    'close the quotes; a # ends a line of YAML, so put the whole condition in quotes where it has one',
  ],
  [
    'no_matching_overload',
    'this call is for another type: a list is asked by "a" in groups, a text by contains',
  ],
  [
    'no_such_overload',
    'the two sides are of different types: a time is written timestamp("2030-01-01T00:00:00Z")',
  ],
]);

/** In place of the library's own words, which quote the condition. */
export const explainCode = (code: string): string =>
  [code.replaceAll('_', ' '), OF_CODE.get(code) ?? []].flat().join(': ');

const NEGATION = /^\s*not\s/i;

export function findSpelling(text: string, at: number): string | undefined {
  const rest = text.slice(at);
  const found = OTHER_SPELLINGS.find(([spelling]) => spelling.test(rest));
  return found?.[1] ?? (NEGATION.test(text.slice(0, at)) ? 'write ! for not' : undefined);
}
