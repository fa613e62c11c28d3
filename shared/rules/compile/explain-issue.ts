// What the schema finds wrong → what to do about it, one fault for one mistake. Never repeats a value of the document.
import * as z from 'zod';
import { nearestName, offerNames } from '../../kernel/nearest-name.ts';
import { type DocumentPath, type PathFault, showKey, showPath } from '../values/document-fault.ts';

type Issue = z.core.$ZodIssue;

/**
 * An error map for the parse: the message of an issue of unknown keys becomes the list of the known keys, which the issue does
 * not contain otherwise.
 */
export const listKnownKeys: z.core.$ZodErrorMap = ({ code, inst }) =>
  code === 'unrecognized_keys' && inst instanceof z.ZodObject ? Object.keys(inst.shape).join(' ') : undefined;

interface Explained extends PathFault {
  /** For an unknown key: the known key that its author likely meant. */
  readonly meant?: string | undefined;
  readonly isUnknownKey?: true;
}

const toPath = (path: readonly PropertyKey[]): DocumentPath =>
  path.map((step) => (typeof step === 'symbol' ? String(step) : step));

function valueAt(document: unknown, path: DocumentPath): unknown {
  let value = document;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.getOwnPropertyDescriptor(value, step)?.value;
  }
  return value;
}

const explainKey = (path: DocumentPath, key: string, known: readonly string[]): Explained => ({
  path: [...path, key],
  message: `remove or correct the unknown key ${showKey(key)}: ${offerNames(key, known)}`,
  meant: nearestName(key, known),
  isUnknownKey: true,
});

const WHOLE_SECONDS = 'whole seconds without a unit, as in 3600 for one hour';
const FORMS: Readonly<Record<string, string>> = {
  array: 'a list, with "- " before each item',
  object: 'keys with values',
  record: 'keys with values',
  boolean: 'true or false, without quotes',
  int: 'a whole number',
};

function formOf(expected: string, found: unknown, key: DocumentPath[number] | undefined): string | undefined {
  if (found === null) return key === undefined ? 'the document is empty' : 'nothing follows the colon';
  const isQuoted = expected === 'number' && typeof found === 'string' && /^\d+$/.test(found);
  if (isQuoted) return 'write it without quotes';
  return String(key).endsWith('Seconds') ? WHOLE_SECONDS : FORMS[expected];
}

function explainType(expected: string, found: unknown, key: DocumentPath[number] | undefined): string {
  if (found === undefined) return `add this key: it is required (${expected})`;
  const isTextForKeys = typeof found === 'string' && (expected === 'record' || expected === 'object');
  if (isTextForKeys) return 'write keys with values: this is a text, by its quotes or by a | before it';
  const unquoted = expected === 'string' && typeof found !== 'object';
  if (unquoted) return 'put the value in quotes: text is expected';
  const form = formOf(expected, found, key);
  return `write a value of type ${expected}${form === undefined ? '' : `: ${form}`}`;
}

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' items' };

/** The branch of a choice that the author meant: it has the right type, and no key of its own is missing or unknown. */
function meantBranch(branches: readonly (readonly Issue[])[], value: unknown): readonly Issue[] | undefined {
  return branches.find((issues) =>
    issues.every(({ path }) => path.length > 0 && valueAt(value, toPath(path)) !== undefined),
  );
}

/** Does the value have the branch's type, whatever its keys? */
const isOfType = (issues: readonly Issue[]): boolean =>
  issues.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys');

/** For a choice between objects: the value's keys that none of them has, and every key that one of them has. */
function unknownKeys(branches: readonly (readonly Issue[])[]) {
  const found = branches.filter(isOfType).map((issues) => {
    const issue = issues.find(({ path, code }) => path.length === 0 && code === 'unrecognized_keys');
    return issue?.code === 'unrecognized_keys'
      ? { keys: issue.keys, known: issue.message.split(' ') }
      : undefined;
  });
  const [first, ...others] = found;
  const keys = first?.keys.filter((key) => others.every((other) => other?.keys.includes(key))) ?? [];
  return { keys, known: [...new Set(found.flatMap((branch) => branch?.known ?? []))] };
}

function explainChoice(
  branches: readonly (readonly Issue[])[],
  path: DocumentPath,
  document: unknown,
): readonly Explained[] | undefined {
  const meant = meantBranch(branches, valueAt(document, path));
  if (meant) return meant.flatMap((inner) => explainIssue(inner, document, path));
  const { keys, known } = unknownKeys(branches);
  return keys.length > 0 ? keys.map((key) => explainKey(path, key, known)) : undefined;
}

function explainIssue(issue: Issue, document: unknown, above: DocumentPath = []): readonly Explained[] {
  const path = [...above, ...toPath(issue.path)];
  const fault = (message: string) => [{ path, message }];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => explainKey(path, key, issue.message.split(' ')));
    case 'invalid_type':
      return fault(explainType(issue.expected, valueAt(document, path), path.at(-1)));
    case 'invalid_value':
      return fault(`write ${issue.values.map(String).join(' or ')}`);
    case 'too_big':
      return fault(`use at most ${issue.maximum}${UNITS[issue.origin] ?? ''}`);
    case 'too_small':
      return fault(`use at least ${issue.minimum}${UNITS[issue.origin] ?? ''}`);
    case 'invalid_key':
      return fault(issue.issues[0]?.message ?? issue.message);
    case 'invalid_union':
      return explainChoice(issue.errors, path, document) ?? fault(issue.message);
    default:
      return fault(issue.message);
  }
}

/** A mistyped key is unknown, and the meant key is missing: one mistake, reported once. */
function dropMissing(faults: readonly Explained[], document: unknown): readonly Explained[] {
  const meant = new Set(
    faults.flatMap(({ path, meant }) =>
      meant === undefined ? [] : [showPath([...path.slice(0, -1), meant])],
    ),
  );
  return faults.filter(({ path }) => valueAt(document, path) !== undefined || !meant.has(showPath(path)));
}

/** The path of a key beside the fault's own that has nothing under it. */
function emptyBeside({ path }: Explained, document: unknown): DocumentPath | undefined {
  const above = path.slice(0, -1);
  const keys = Object.entries(Object(valueAt(document, above)));
  const empty = keys.find(([key, value]) => value === null && key !== path.at(-1));
  return empty && [...above, empty[0]];
}

/** Keys that are not indented under their own key are unknown beside it, and it is empty: one mistake, reported once. */
function joinMisplaced(faults: readonly Explained[], document: unknown): readonly Explained[] {
  const empty = new Map<string, Explained>();
  const others = faults.filter((fault) => {
    const path = fault.isUnknownKey && fault.meant === undefined ? emptyBeside(fault, document) : undefined;
    if (path)
      empty.set(showPath(path), { path, message: 'indent what belongs to this key: nothing is under it' });
    return path === undefined;
  });
  return [...empty.values(), ...others.filter(({ path }) => !empty.has(showPath(path)))];
}

export function explainIssues(issues: readonly Issue[], document: unknown): readonly PathFault[] {
  const faults = issues.flatMap((issue) => explainIssue(issue, document));
  return joinMisplaced(dropMissing(faults, document), document);
}
