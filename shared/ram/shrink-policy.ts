// The same policy in fewer bytes and in canonical order: the evaluator answers every request as before, and policies
// that differ only in order or repetition come out as one text. STS counts bytes, and caches compare texts.
import { findGap } from './find-gap.ts';
import type { Effect, Policy, Statement } from './policy.ts';
import { scopeOf } from './reach.ts';
import { byLength, byText, tidyStatement } from './tidy-statement.ts';

/** A tidy statement and the text of its parts, written once: whether parts are alike is asked again and again. */
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
    .map((written) => ({ written, reach: scopeOf(written.statement) }));
  for (const { written, reach } of left) {
    const others = left.filter((other) => other.written !== written);
    if (
      findGap(
        reach,
        others.map((other) => other.reach),
      ) === undefined
    )
      left = others;
  }
  return left.map(({ written }) => written);
}

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

/** Only lists under Action can be joined: what two lists under NotAction spare together is their intersection. */
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

const mergeOnce = (statements: readonly Written[]): readonly Written[] =>
  mergeResources(mergeActions(statements));

export function shrinkPolicy({ version, statements }: Policy): Policy {
  const written = statements.map(write);
  let current: readonly Written[] = [...dropCovered(written, 'Allow'), ...dropCovered(written, 'Deny')];
  for (let merged = mergeOnce(current); merged.length < current.length; merged = mergeOnce(current)) {
    current = merged;
  }
  const ordered = current.toSorted((a, b) => byText(a.text, b.text));
  return { version, statements: ordered.map(({ statement }) => statement) };
}
