// What the schema finds wrong → what to do about it. Never repeats a value of the document.
import type * as z from 'zod';
import { type DocumentPath, type PathFault, showKey } from './document-fault.ts';

type Issue = z.core.$ZodIssue;

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

const explainKey = (key: string): string =>
  `remove or correct the unknown key ${showKey(key)}: docs/access-document.md lists the keys`;

function explainType(expected: string, found: unknown): string {
  if (found === undefined) return `add this key: it is required (${expected})`;
  const unquoted = expected === 'string' && typeof found !== 'object';
  return unquoted ? 'put the value in quotes: text is expected' : `write a value of type ${expected}`;
}

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' items' };

/** Of a choice, the branch that was meant: the right type, and no key of its own missing or unknown. */
function meantBranch(branches: readonly (readonly Issue[])[], value: unknown): readonly Issue[] | undefined {
  return branches.find((issues) =>
    issues.every(({ path }) => path.length > 0 && valueAt(value, toPath(path)) !== undefined),
  );
}

export function explainIssue(
  issue: Issue,
  document: unknown,
  above: DocumentPath = [],
): readonly PathFault[] {
  const path = [...above, ...toPath(issue.path)];
  const fault = (message: string, more: DocumentPath = []) => [{ path: [...path, ...more], message }];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.flatMap((key) => fault(explainKey(key), [key]));
    case 'invalid_type':
      return fault(explainType(issue.expected, valueAt(document, path)));
    case 'invalid_value':
      return fault(`write ${issue.values.map(String).join(' or ')}`);
    case 'too_big':
      return fault(`use at most ${issue.maximum}${UNITS[issue.origin] ?? ''}`);
    case 'too_small':
      return fault(`use at least ${issue.minimum}${UNITS[issue.origin] ?? ''}`);
    case 'invalid_union': {
      const meant = meantBranch(issue.errors, valueAt(document, path));
      return meant?.flatMap((inner) => explainIssue(inner, document, path)) ?? fault(issue.message);
    }
    default:
      return fault(issue.message);
  }
}
