// Strict parsers for the parts of policies and trust policies (objects without unknown keys, lists, texts), and the fault
// that tells where a policy is wrong. A fault carries at most a short, quoted excerpt of the policy.
import { nearestName } from '../kernel/nearest-name.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { showable } from '../kernel/showable.ts';

export interface PolicyFault {
  /** For example `Statement[0].Action[1]`; empty for the policy as a whole. */
  readonly path: string;
  /** What is wrong and what to write instead, for the author of the policy. */
  readonly message: string;
  /** The faulty key, as it is written at the path, to find its line; a last step of `?` in the path stands for it. */
  readonly key?: string;
}

export type Parsed<T> = Result<T, PolicyFault>;

type Faulty = { readonly ok: false; readonly error: PolicyFault };

export function fault(path: string, message: string): Faulty {
  return err({ path, message });
}

/** Faults reach logs and callers, and a policy may hold anything: enough to find a typing error, no more. */
const MAX_QUOTED_CHARS = 40;

/** At most 40 characters of `text`, in quotes, with control characters made visible. */
export function quoted(text: string): string {
  const excerpt = text.length > MAX_QUOTED_CHARS ? `${text.slice(0, MAX_QUOTED_CHARS)}…` : text;
  return showable(JSON.stringify(excerpt));
}

/** A fault of a key. A longer key is hardly a typing error, and is left out of the fault. */
export const keyFault = (path: string, key: string, message: string): Faulty =>
  key.length > MAX_QUOTED_CHARS ? fault(path, message) : err({ path, message, key });

export type JsonObject = Readonly<Record<string, unknown>>;

function isObject(input: unknown): input is JsonObject {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

export function parseObject(input: unknown, path: string): Parsed<JsonObject> {
  return isObject(input) ? ok(input) : fault(path, 'must be an object');
}

/** An object with no other keys than `allowed`: an unknown key could be a restriction that would not be enforced. */
export function parseObjectOf(input: unknown, path: string, allowed: readonly string[]): Parsed<JsonObject> {
  const object = parseObject(input, path);
  if (!object.ok) return object;
  const unknown = Object.keys(object.value).find((key) => !allowed.includes(key));
  if (unknown === undefined) return object;
  const nearest = nearestName(unknown, allowed);
  const meant = nearest === undefined ? '' : `: did you mean ${nearest}?`;
  const message = `has the unknown key ${quoted(unknown)}; it may have ${allowed.join(', ')}${meant}`;
  return keyFault(path, unknown, message);
}

/** Parses every item, or returns the first fault. */
export function parseEach<I, T>(
  inputs: readonly I[],
  parse: (input: I, index: number) => Parsed<T>,
): Parsed<readonly T[]> {
  const values: T[] = [];
  for (const [index, input] of inputs.entries()) {
    const parsed = parse(input, index);
    if (!parsed.ok) return parsed;
    values.push(parsed.value);
  }
  return ok(values);
}

/** Items in one list, statements included. Bounds the work of one evaluation; 6,144 characters hold hardly more. */
const MAX_ITEMS = 512;

function parseList(input: unknown, path: string): Parsed<readonly unknown[]> {
  if (!Array.isArray(input)) return fault(path, 'must be a list');
  if (input.length === 0) return fault(path, 'must not be empty');
  return input.length > MAX_ITEMS ? fault(path, `has more than ${MAX_ITEMS} items`) : ok(input);
}

/** No text can be longer than the largest policy that RAM stores: 6,144 characters (RAM CreatePolicy). */
const MAX_TEXT_CHARS = 6144;

/** Returns what is wrong with a text, or undefined. */
export type TextCheck = (text: string) => string | undefined;

function parseText(input: unknown, path: string, check: TextCheck): Parsed<string> {
  if (input === undefined)
    return fault(path, 'is missing: it must be a string, in quotes, or a list of them');
  if (typeof input !== 'string') return fault(path, 'must be a string, in quotes');
  if (input.length > MAX_TEXT_CHARS) return fault(path, `is longer than ${MAX_TEXT_CHARS} characters`);
  const message = check(input);
  return message === undefined ? ok(input) : fault(path, message);
}

/** One text, or a list of 1 to 512 texts, each of at most 6,144 characters. */
export function parseTexts(input: unknown, path: string, check: TextCheck): Parsed<readonly string[]> {
  if (!Array.isArray(input)) {
    const text = parseText(input, path, check);
    return text.ok ? ok([text.value]) : text;
  }
  const list = parseList(input, path);
  return list.ok ? parseEach(list.value, (item, i) => parseText(item, `${path}[${i}]`, check)) : list;
}

/** `Version` and the list under `Statement`, which policies and trust policies share. */
export function parseStatements<T>(
  input: unknown,
  parseStatement: (input: unknown, path: string) => Parsed<T>,
): Parsed<{ readonly version: '1'; readonly statements: readonly T[] }> {
  const document = parseObjectOf(input, '', ['Version', 'Statement']);
  if (!document.ok) return document;
  if (document.value['Version'] !== '1') return fault('Version', 'must be "1"');
  const list = parseList(document.value['Statement'], 'Statement');
  if (!list.ok) return list;
  const statements = parseEach(list.value, (item, i) => parseStatement(item, `Statement[${i}]`));
  return statements.ok ? ok({ version: '1', statements: statements.value }) : statements;
}

export function parseEffect(input: unknown, path: string): Parsed<'Allow' | 'Deny'> {
  return input === 'Allow' || input === 'Deny' ? ok(input) : fault(path, 'must be "Allow" or "Deny"');
}
