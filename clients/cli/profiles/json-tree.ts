// JSON with the place of each part in its text, so that a part can be changed and every other byte stays: `JSON.parse` gives
// no places, and writing its result again would lose the layout. RFC 8259, as strict as `JSON.parse`.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';

interface Span {
  readonly start: number;
  /** The first offset behind it. */
  readonly end: number;
}

export interface JsonMember {
  readonly name: string;
  /** Of its name. It ends where its value ends. */
  readonly start: number;
  readonly value: JsonNode;
}

export interface ObjectNode extends Span {
  readonly kind: 'object';
  readonly members: readonly JsonMember[];
}

export interface ArrayNode extends Span {
  readonly kind: 'array';
  readonly items: readonly JsonNode[];
}

/** `other`: a number, true, false or null. */
export type JsonNode =
  | ObjectNode
  | ArrayNode
  | (Span & { readonly kind: 'string'; readonly value: string })
  | (Span & { readonly kind: 'other' });

/** No configuration nests so deep, and each level is a call. */
const MAX_DEPTH = 100;

const SPACE = /[ \t\r\n]*/y;
/** Only where it ends: `JSON.parse` decides whether it is one. */
const STRING = /"(?:[^"\\]|\\.)*"/y;
const OTHER = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;

class JsonFault extends Error {}

class Reader {
  offset = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Throws unless the text goes on so. */
  #take(pattern: RegExp): string {
    pattern.lastIndex = this.offset;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found === undefined) throw new JsonFault();
    this.offset += found.length;
    return found;
  }

  #takeIf(character: string): boolean {
    if (this.#text[this.offset] !== character) return false;
    this.offset += 1;
    return true;
  }

  /** Up to the end of the text; nothing may follow. */
  document(): JsonNode {
    this.#take(SPACE);
    const node = this.#value(0);
    this.#take(SPACE);
    if (this.offset < this.#text.length) throw new JsonFault();
    return node;
  }

  #value(depth: number): JsonNode {
    if (depth > MAX_DEPTH) throw new JsonFault();
    const start = this.offset;
    const first = this.#text[start];
    if (first === '{') {
      const members = this.#list('{', '}', () => this.#member(depth + 1));
      return { kind: 'object', start, end: this.offset, members };
    }
    if (first === '[') {
      const items = this.#list('[', ']', () => this.#value(depth + 1));
      return { kind: 'array', start, end: this.offset, items };
    }
    if (first !== '"') {
      this.#take(OTHER);
      return { kind: 'other', start, end: this.offset };
    }
    return { kind: 'string', value: this.#string(), start, end: this.offset };
  }

  #string(): string {
    const start = this.offset;
    try {
      return String(JSON.parse(this.#take(STRING)));
    } catch {
      this.offset = start;
      throw new JsonFault();
    }
  }

  #member(depth: number): JsonMember {
    const start = this.offset;
    const name = this.#string();
    this.#take(SPACE);
    if (!this.#takeIf(':')) throw new JsonFault();
    this.#take(SPACE);
    return { name, start, value: this.#value(depth) };
  }

  #list<T>(open: string, close: string, readOne: () => T): readonly T[] {
    const found: T[] = [];
    this.#takeIf(open);
    this.#take(SPACE);
    if (this.#takeIf(close)) return found;
    do {
      this.#take(SPACE);
      found.push(readOne());
      this.#take(SPACE);
    } while (this.#takeIf(','));
    if (!this.#takeIf(close)) throw new JsonFault();
    return found;
  }
}

/** Fails with the offset at which the text stops being JSON. */
export function parseJsonTree(text: string): Result<JsonNode, number> {
  const reader = new Reader(text);
  try {
    return ok(reader.document());
  } catch (error) {
    if (error instanceof JsonFault) return err(reader.offset);
    throw error;
  }
}
