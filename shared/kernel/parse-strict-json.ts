// JSON without ambiguity: an object that names a member twice is refused, since two readers may take different ones
// (RFC 8259 section 4), `__proto__` is, since some readers drop it and some obey it, and nesting is bounded.
import { err, ok, type Result } from './result.ts';

/** Deeper than any token, policy or request that Stint reads; a deep value costs more to walk than to send. */
export const MAX_JSON_DEPTH = 32;

export type JsonFault = 'not-json' | 'duplicate-member' | 'reserved-member' | 'too-deep';

// A string, or a bracket or comma or colon; everything else between is a number, a literal or space.
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

const PROTOTYPE = '__proto__';

interface Scope {
  readonly members: Set<string> | undefined; // undefined for an array
  expectsName: boolean;
}

/** Assumes that `text` is valid JSON. */
function findFault(text: string): JsonFault | undefined {
  const scopes: Scope[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const [token] = match;
    const scope = scopes.at(-1);
    if (token === '{' || token === '[') {
      if (scopes.length === MAX_JSON_DEPTH) return 'too-deep';
      scopes.push({ members: token === '{' ? new Set() : undefined, expectsName: token === '{' });
    } else if (token === '}' || token === ']') scopes.pop();
    else if (token === ',') {
      if (scope) scope.expectsName = scope.members !== undefined;
    } else if (scope?.members && scope.expectsName && token !== ':') {
      // "a" and "\u0061" are one name
      const name: string = token.includes('\\') ? JSON.parse(token) : token.slice(1, -1);
      if (name === PROTOTYPE) return 'reserved-member';
      if (scope.members.has(name)) return 'duplicate-member';
      scope.members.add(name);
      scope.expectsName = false;
    }
  }
  return undefined;
}

export function parseStrictJson(text: string): Result<unknown, JsonFault> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err('not-json');
  }
  const fault = findFault(text);
  return fault === undefined ? ok(value) : err(fault);
}
