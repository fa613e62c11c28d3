// YAML text → its tokens, in parts: the finished items of a long list are handed on and forgotten, so that a document
// of any length takes little memory. Bounds the depth: composing text that is nested without limit exhausts the stack,
// and V8 then aborts the process.
import { type CST, Lexer, type LineCounter, Parser } from 'yaml';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { YamlFault } from './yaml-fault.ts';

/** An access document needs some 12 levels: a policy's conditions are the deepest. */
const MAX_DEPTH = 40;

/** Some 40 grants; from here on a part is handed on as soon as it can be. */
const PART_LEXEMES = 4_000;
/** Each takes some 250 bytes while it is read. Only what is one list item, or written in brackets, cannot be divided. */
const MAX_PART_LEXEMES = 2_000_000;

const hasAnchor = (tokens: readonly CST.SourceToken[]): boolean =>
  tokens.some(({ type }) => type === 'anchor');

/** The parser still looks at the last two. */
const UNFINISHED_ITEMS = 2;

/** A mapping of the same keys, with what is finished of their values. Under an anchor all must stay together. */
function takeFinished([document, map, list]: readonly CST.Token[]): CST.Document | undefined {
  if (document?.type !== 'document' || map?.type !== 'block-map' || list?.type !== 'block-seq')
    return undefined;
  const open = map.items.at(-1);
  if (!open?.sep || !open.key || hasAnchor([...document.start, ...open.start, ...open.sep])) return undefined;
  const finished = map.items.splice(0, map.items.length - 1);
  const items = list.items.splice(0, Math.max(0, list.items.length - UNFINISHED_ITEMS));
  const part = { ...map, items: [...finished, { ...open, value: { ...list, items } }] };
  map.offset = open.key.offset; // or the key would seem longer than YAML allows
  return { ...document, start: [], value: part };
}

/** Answers with the tokens of the last part, or of the only one. */
export function readYamlParts(
  text: string,
  lines: LineCounter,
  onPart: (part: CST.Document) => void,
): Result<readonly CST.Token[], YamlFault> {
  const tokens: CST.Token[] = [];
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > MAX_DEPTH)
      return err({ offset: parser.offset, message: `nest at most ${MAX_DEPTH} levels` });
    lexemes += 1;
    if (lexemes % PART_LEXEMES > 0) continue;
    const part = takeFinished(parser.stack);
    if (part) onPart(part);
    if (part) lexemes = 0;
    else if (lexemes >= MAX_PART_LEXEMES)
      return err({
        offset: parser.offset,
        message: 'divide the document into several files, or write its lists with a line for each item',
      });
  }
  for (const token of parser.end()) tokens.push(token);
  return ok(tokens);
}
