// CEL text → a condition, parsed, type-checked and bounded once. The one file that knows the CEL library; it is loaded
// by apply, and by vend only when a caller holds a grant with a condition.
import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js';
import { err, ok, type Result } from '../../kernel/result.ts';
import {
  type ConditionFacts,
  type GrantCondition,
  MAX_CONDITION_CHARACTERS,
} from '../values/grant-condition.ts';
import { readClaims } from './claim-values.ts';
import { inspectCondition } from './inspect-condition.ts';

/** Structural bounds of parsing; inspect-condition.ts bounds the cost of a run. */
const LIMITS = {
  maxAstNodes: 250,
  maxDepth: 24,
  maxListElements: 100,
  maxMapEntries: 1,
  maxCallArguments: 3,
} as const;

const environment = new Environment({ limits: LIMITS })
  .registerVariable('claims', 'map<string, dyn>')
  .registerVariable('groups', 'list<string>')
  .registerVariable('provider', 'string')
  .registerVariable('subject', 'string')
  .registerVariable({
    name: 'request',
    schema: {
      role: 'string',
      durationSeconds: 'int',
      sourceIp: 'string',
      time: 'google.protobuf.Timestamp',
    },
  });

/** The library's messages quote the text, which must not appear in a CI log; its codes do not. */
function explain(error: unknown, text: string): string {
  const { code, range } = Object(error);
  const start: unknown = range?.start;
  const place = typeof start === 'number' ? ` at character ${start + 1}` : '';
  const spelling = typeof start === 'number' ? findSpelling(text, start) : undefined;
  const said = typeof code === 'string' ? explainCode(code) : 'it is not CEL';
  return `correct the condition${place}: ${spelling ?? said}`;
}

function parse(text: string): Result<ParseResult, string> {
  try {
    return ok(environment.parse(text));
  } catch (error) {
    return err(explain(error, text));
  }
}

/** Can the time or duration be read? Otherwise the condition would be false for ever. */
function isReadable(node: ASTNode): boolean {
  try {
    environment.evaluate(node.input.slice(node.start, node.end));
    return true;
  } catch {
    return false;
  }
}

function check(
  parsed: ParseResult,
  text: string,
): Result<Pick<GrantCondition, 'claims' | 'usesRequest'>, string> {
  const { claims, usesRequest, constants, fault } = inspectCondition(parsed.ast);
  if (fault) return err(`correct the condition at character ${fault.at + 1}: ${fault.message}`);
  const unreadable = constants.find((node) => !isReadable(node));
  if (unreadable) {
    return err(`correct the condition at character ${unreadable.start + 1}: not a time or duration`);
  }
  const { valid, type, error } = parsed.check();
  if (!valid) return err(explain(error, text));
  return type === 'bool'
    ? ok({ claims, usesRequest })
    : err('make the condition a comparison: it must be true or false, as in claims.admin == true');
}

function contextOf({ groups, provider, subject, request }: ConditionFacts, claims: object) {
  const { role, durationSeconds, sourceIp, time } = request;
  return {
    claims,
    groups,
    provider,
    subject,
    request: {
      role,
      time,
      ...(durationSeconds === undefined ? {} : { durationSeconds: BigInt(durationSeconds) }),
      ...(sourceIp === undefined ? {} : { sourceIp }),
    },
  };
}

/** Gives the condition, or an instruction to the author that repeats nothing of the text. */
export function compileCondition(text: string): Result<GrantCondition, string> {
  if (text.length > MAX_CONDITION_CHARACTERS) {
    return err(`shorten the condition to ${MAX_CONDITION_CHARACTERS} characters`);
  }
  const parsed = parse(text);
  if (!parsed.ok) return parsed;
  const looksAt = check(parsed.value, text);
  if (!looksAt.ok) return looksAt;
  const holds = (facts: ConditionFacts): boolean => {
    const values = readClaims(facts.claims, looksAt.value.claims);
    if (!values) return false;
    try {
      return parsed.value(contextOf(facts, values)) === true;
    } catch {
      return false; // a missing claim among others: see docs/conditions.md
    }
  };
  return ok({ ...looksAt.value, holds });
}

/** Text at which the parser gave up, as other languages write it, and what CEL has instead. */
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

/** Replaces the library's own message, which quotes the condition. */
const explainCode = (code: string): string =>
  [code.replaceAll('_', ' '), OF_CODE.get(code) ?? []].flat().join(': ');

const NEGATION = /^\s*not\s/i;

function findSpelling(text: string, at: number): string | undefined {
  const rest = text.slice(at);
  const found = OTHER_SPELLINGS.find(([spelling]) => spelling.test(rest));
  return found?.[1] ?? (NEGATION.test(text.slice(0, at)) ? 'write ! for not' : undefined);
}
