// The same policy in fewer bytes and in canonical order. STS counts the bytes of a session policy, and caches compare its
// text: policies that differ only in order or repetition come out as one text.
import { conditionSetsOf, findGap, isConditionWithin, scopeOf } from './compare-statements.ts';
import { globContains } from './glob.ts';
import { meaningOf } from './operators.ts';
import type { Condition, Effect, Policy, Statement } from './policy.ts';
import { isWithin, type ValueSet } from './value-set.ts';

/**
 * Gives a policy that `evaluate` answers alike for every request, and whose text is never longer. First each statement is
 * tidied, then covered statements are dropped, then alike ones joined until nothing changes.
 */
export function shrinkPolicy({ version, statements }: Policy): Policy {
  const written = statements.map(write);
  let current: readonly Written[] = [...dropCovered(written, 'Allow'), ...dropCovered(written, 'Deny')];
  for (let merged = mergeOnce(current); merged.length < current.length; merged = mergeOnce(current)) {
    current = merged;
  }
  const ordered = current.toSorted((a, b) => byText(a.text, b.text));
  return { version, statements: ordered.map(({ statement }) => statement) };
}

/** A tidy statement and the text of its parts, which are compared many times and written once. */
interface Written {
  readonly statement: Statement;
  readonly actions: string;
  readonly resources: string;
  readonly conditions: string;
  readonly text: string;
}

function write(untidy: Statement): Written {
  const statement = tidyStatement(untidy);
  const actions = JSON.stringify([statement.actions.kind, statement.actions.patterns]);
  const resources = JSON.stringify(statement.resources);
  const conditions = JSON.stringify(statement.conditions);
  const text = [statement.effect, actions, resources, conditions].join();
  return { statement, actions, resources, conditions, text };
}

/** Drops each statement that the others of its effect cover together, the longest first. */
function dropCovered(statements: readonly Written[], effect: Effect): readonly Written[] {
  let left = statements
    .filter(({ statement }) => statement.effect === effect)
    .sort((a, b) => byLength(b.text, a.text))
    .map((written) => ({ written, scope: scopeOf(written.statement) }));
  for (const { written, scope } of left) {
    const others = left.filter((other) => other.written !== written);
    const scopes = others.map((other) => other.scope);
    if (findGap(scope, scopes) === undefined) left = others;
  }
  return left.map(({ written }) => written);
}

const mergeOnce = (statements: readonly Written[]): readonly Written[] =>
  mergeResources(mergeActions(statements));

/** Only lists under Action can be joined: two lists under NotAction together spare their intersection. */
const mergeActions = (statements: readonly Written[]): readonly Written[] =>
  mergeAlike(
    statements,
    ({ statement, actions, resources, conditions }) =>
      `${statement.actions.kind === 'only' ? '' : actions} ${resources} ${conditions}`,
    (group, first) => ({
      ...first,
      actions: { ...first.actions, patterns: group.flatMap(({ actions }) => actions.patterns) },
    }),
  );

const mergeResources = (statements: readonly Written[]): readonly Written[] =>
  mergeAlike(
    statements,
    ({ actions, conditions }) => `${actions} ${conditions}`,
    (group, first) => ({ ...first, resources: group.flatMap(({ resources }) => resources) }),
  );

function mergeAlike(
  statements: readonly Written[],
  alike: (written: Written) => string,
  join: (group: readonly Statement[], first: Statement) => Statement,
): readonly Written[] {
  const groups = new Map<string, Written[]>();
  for (const written of statements) {
    const key = `${written.statement.effect} ${alike(written)}`;
    const group = groups.get(key);
    if (group) group.push(written);
    else groups.set(key, [written]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined || others.length === 0) return first ?? [];
    const group = [first, ...others].map(({ statement }) => statement);
    return write(join(group, first.statement));
  });
}

/**
 * The statement without the values, patterns and conditions that others of the same list make superfluous. Properties are
 * always written in this order, so that equal statements have equal JSON.
 */
function tidyStatement({ effect, actions, resources, conditions }: Statement): Statement {
  return {
    effect,
    actions: { kind: actions.kind, patterns: tidyList(actions.patterns, fold, isGlobWithin) },
    resources: tidyList(resources, asWritten, isGlobWithin),
    conditions: dropImplied(conditions.map(tidyCondition)).toSorted(byPlace),
  };
}

const fold = (action: string): string => action.toLowerCase();
const asWritten = (pattern: string): string => pattern;
const isGlobWithin = (narrow: string, wide: string): boolean => globContains(wide, narrow);

/** A list is as wide as its widest values, and a negated operator excludes as much as they do. */
function tidyCondition({ operator, key, values }: Condition): Condition {
  const { admits } = meaningOf(operator);
  const covered = (narrow: ValueSet | undefined, wide: ValueSet | undefined): boolean =>
    narrow !== undefined && wide !== undefined && isWithin(narrow, wide);
  return { operator, key, values: tidyList(values, admits, covered) };
}

/** All conditions must hold, so one that follows from another is superfluous. Only conditions on one key ever do. */
function dropImplied(conditions: readonly Condition[]): readonly Condition[] {
  if (new Set(conditions.map(({ key }) => key)).size === conditions.length) return conditions;
  const read = conditions
    .toSorted((a, b) => byLength(textOf(a), textOf(b)))
    .map((condition) => ({ condition, sets: conditionSetsOf(condition) }));
  return keepWidest(read, (implied, by) => isConditionWithin(by.sets, implied.sets)).map(
    ({ condition }) => condition,
  );
}

const textOf = ({ operator, key, values }: Condition): string => JSON.stringify([operator, key, values]);

const byPlace = (a: Condition, b: Condition): number =>
  byText(a.operator, b.operator) || byText(a.key, b.key) || byText(textOf(a), textOf(b));

function tidyList<T>(
  texts: readonly string[],
  read: (text: string) => T,
  isWithin: (narrow: T, wide: T) => boolean,
): readonly string[] {
  if (texts.length < 2) return texts;
  const items = [...new Set(texts)].sort(byLength).map((text) => ({ text, meaning: read(text) }));
  return keepWidest(items, (narrow, wide) => isWithin(narrow.meaning, wide.meaning))
    .map(({ text }) => text)
    .toSorted(byText);
}

/** Drops the items that others of the list cover; of two that cover each other, the earlier stays. Keeps the order. */
function keepWidest<T>(items: readonly T[], isWithin: (narrow: T, wide: T) => boolean): readonly T[] {
  let kept: readonly T[] = [];
  for (const item of items) {
    if (kept.some((wide) => isWithin(item, wide))) continue;
    kept = [...kept.filter((narrow) => !isWithin(narrow, item)), item];
  }
  return kept;
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Of equals the shortest comes first and is kept, so that the text never grows. */
const byLength = (a: string, b: string): number => a.length - b.length || byText(a, b);
