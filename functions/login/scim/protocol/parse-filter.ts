// Filters (RFC 7644 section 3.4.2.2): text → tree. Own code, because a filter is text of another system that reads from a store:
// this one knows the attributes of the type, bounds what a filter may cost, and gives a tree, never text that is run.

import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import { foldCase } from '../../../../shared/people/directory.ts';
import {
  type Attribute,
  type AttributePath,
  findAttribute,
  type ResourceType,
  resolvePath,
} from './attributes.ts';
import { invalid, type ScimFault } from './scim-fault.ts';

const OPERATORS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type FilterOperator = (typeof OPERATORS)[number];

/** What a comparison of the attribute compares: of a complex one without a sub-attribute, its `value`. */
export const comparedAttribute = ({ attribute, sub }: AttributePath): Attribute =>
  sub ?? findAttribute(attribute.subAttributes ?? [], 'value') ?? attribute;

export type Filter =
  | { readonly kind: 'and'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly of: Filter }
  | { readonly kind: 'present'; readonly path: AttributePath }
  | {
      readonly kind: 'compare';
      readonly path: AttributePath;
      readonly operator: FilterOperator;
      readonly value: string | number | boolean | null;
    }
  /** `attribute[filter]`: one value of the attribute meets the whole filter. */
  | { readonly kind: 'value'; readonly path: AttributePath; readonly of: Filter };

/** Of Entra ID and Okta the longest has some 100. */
const MAX_FILTER_CHARACTERS = 2_048;
/** Comparisons; each costs time for each row that is read. */
const MAX_TERMS = 20;
const MAX_DEPTH = 10;

type Token =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'sign'; readonly text: '(' | ')' | '[' | ']' };

const fault = (what: string): ScimFault => invalid('invalidFilter', 'scim-filter', what);

/** A text in the syntax of JSON, a sign, or a word up to the next space or sign. Each matches at its beginning only. */
const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|([()[\]])|([^\s()[\]"]+))/y;

function toTokens(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const [, quoted, sign, word] = TOKEN.exec(text) ?? [];
    if (quoted !== undefined) {
      const value = readText(quoted);
      if (value === undefined) return undefined;
      tokens.push({ kind: 'text', text: value });
    } else if (sign === '(' || sign === ')' || sign === '[' || sign === ']')
      tokens.push({ kind: 'sign', text: sign });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else return undefined;
  }
  return tokens;
}

function readText(quoted: string): string | undefined {
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** A refused filter. It is thrown inside this file alone, and caught at its edge. */
class Refusal extends Error {
  readonly fault: ScimFault;
  constructor(what: string) {
    super(what);
    this.fault = fault(what);
  }
}

/** By recursive descent: `or` binds weakest, then `and`, then `not`. */
class Reader {
  readonly #tokens: readonly Token[];
  readonly #type: ResourceType;
  #at = 0;
  #terms = 0;

  constructor(tokens: readonly Token[], type: ResourceType) {
    this.#tokens = tokens;
    this.#type = type;
  }

  whole(): Filter {
    const filter = this.#or(0, undefined);
    if (this.#at < this.#tokens.length) throw new Refusal('There is more after the filter.');
    return filter;
  }

  /** `inside`: the attribute whose value the filter is about, inside of brackets. */
  #or(depth: number, inside: AttributePath | undefined): Filter {
    if (depth > MAX_DEPTH) throw new Refusal(`A filter may be nested ${MAX_DEPTH} deep.`);
    let left = this.#and(depth, inside);
    while (this.#takeWord('or')) left = { kind: 'or', left, right: this.#and(depth, inside) };
    return left;
  }

  #and(depth: number, inside: AttributePath | undefined): Filter {
    let left = this.#term(depth, inside);
    while (this.#takeWord('and')) left = { kind: 'and', left, right: this.#term(depth, inside) };
    return left;
  }

  #term(depth: number, inside: AttributePath | undefined): Filter {
    if (this.#takeWord('not')) {
      if (!this.#takeSign('(')) throw new Refusal('Write not (…).');
      return { kind: 'not', of: this.#closed(depth, inside) };
    }
    return this.#takeSign('(') ? this.#closed(depth, inside) : this.#comparison(depth, inside);
  }

  #closed(depth: number, inside: AttributePath | undefined): Filter {
    const filter = this.#or(depth + 1, inside);
    if (!this.#takeSign(')')) throw new Refusal('A parenthesis is open.');
    return filter;
  }

  #comparison(depth: number, inside: AttributePath | undefined): Filter {
    this.#terms += 1;
    if (this.#terms > MAX_TERMS) throw new Refusal(`A filter may have ${MAX_TERMS} comparisons.`);
    const path = this.#path(inside);
    if (this.#takeSign('[')) {
      if (inside || path.sub || !path.attribute.subAttributes)
        throw new Refusal('Brackets follow a list of objects.');
      const of = this.#or(depth + 1, path);
      if (!this.#takeSign(']')) throw new Refusal('A bracket is open.');
      return { kind: 'value', path, of };
    }
    if (this.#takeWord('pr')) return { kind: 'present', path };
    const name = this.#word();
    const operator = OPERATORS.find((one) => one === foldCase(name));
    if (!operator) throw new Refusal('The operators are eq, ne, co, sw, ew, pr, gt, ge, lt and le.');
    const { type } = comparedAttribute(path);
    const isOrdered = operator !== 'eq' && operator !== 'ne';
    if (type === 'complex' || (type === 'boolean' && isOrdered))
      throw new Refusal('The attribute cannot be compared in this way.');
    return { kind: 'compare', path, operator, value: this.#value() };
  }

  #path(inside: AttributePath | undefined): AttributePath {
    const name = this.#word();
    if (!inside) {
      const path = resolvePath(this.#type, name);
      if (!path) throw new Refusal('The filter names an attribute that there is not.');
      return path;
    }
    const sub = inside.attribute.subAttributes?.find((one) => foldCase(one.name) === foldCase(name));
    if (!sub) throw new Refusal('The filter names an attribute that there is not.');
    return { extension: undefined, attribute: sub, sub: undefined };
  }

  #value(): string | number | boolean | null {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    if (token?.kind === 'text') return token.text;
    if (token?.kind !== 'word') throw new Refusal('A comparison lacks its value.');
    const constant = CONSTANTS.get(foldCase(token.text));
    if (constant !== undefined) return constant;
    if (!/^-?\d{1,15}(?:\.\d{1,15})?$/.test(token.text)) throw new Refusal('A text stands in quotes.');
    return Number(token.text);
  }

  #word(): string {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    if (token?.kind !== 'word') throw new Refusal('The filter cannot be read.');
    return token.text;
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#at];
    const isThere = token?.kind === 'word' && foldCase(token.text) === word;
    if (isThere) this.#at += 1;
    return isThere;
  }

  #takeSign(sign: string): boolean {
    const token = this.#tokens[this.#at];
    const isThere = token?.kind === 'sign' && token.text === sign;
    if (isThere) this.#at += 1;
    return isThere;
  }
}

/** Fails with `invalidFilter`. */
export function parseFilter(text: string, type: ResourceType): Result<Filter, ScimFault> {
  if (text.length > MAX_FILTER_CHARACTERS)
    return err(fault(`A filter may have ${MAX_FILTER_CHARACTERS} characters.`));
  const tokens = toTokens(text);
  if (!tokens) return err(fault('The filter cannot be read.'));
  try {
    return ok(new Reader(tokens, type).whole());
  } catch (refusal) {
    if (refusal instanceof Refusal) return err(refusal.fault);
    throw refusal;
  }
}
