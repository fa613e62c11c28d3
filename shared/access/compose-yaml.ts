// YAML text → node tree, or what is wrong with its syntax. Bounds the depth while reading: composing text that is
// nested without limit exhausts the stack, and V8 then aborts the process.
import { Composer, type CST, type Document, Lexer, type LineCounter, Parser, type YAMLError } from 'yaml';
import { err, ok, type Result } from '../kernel/result.ts';

/** An access document needs some 12 levels: a policy's conditions are the deepest. */
const MAX_DEPTH = 40;

export interface YamlFault {
  readonly offset: number;
  readonly message: string;
}

function readTokens(text: string, lines: LineCounter): Result<readonly CST.Token[], YamlFault> {
  const tokens: CST.Token[] = [];
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > MAX_DEPTH)
      return err({ offset: parser.offset, message: `nest at most ${MAX_DEPTH} levels` });
  }
  tokens.push(...parser.end());
  return ok(tokens);
}

/** What the parser says after a colon is taken from the document, which a fault must not repeat. */
const withoutQuotation = (message: string): string => message.replace(/(?<=\S): .*$/s, '');

function toFault({ code, message, pos }: YAMLError): YamlFault {
  const offset = pos[0];
  if (code === 'TAG_RESOLVE_FAILED' || code === 'BAD_COLLECTION_TYPE')
    return { offset, message: 'remove the tag (!…): write the plain value' };
  if (code === 'BAD_DIRECTIVE') return { offset, message: 'remove the directive (%…)' };
  return { offset, message: `correct the YAML: ${withoutQuotation(message)}` };
}

export function composeYaml(text: string, lines: LineCounter): Result<Document.Parsed, readonly YamlFault[]> {
  const tokens = readTokens(text, lines);
  if (!tokens.ok) return err([tokens.error]);
  const composer = new Composer({
    version: '1.2',
    schema: 'core', // `no` and `on` are text, as people mean them
    uniqueKeys: false, // the parser's check takes quadratic time; check-yaml-nodes.ts does it
  });
  const [document, second] = composer.compose(tokens.value, true, text.length);
  if (!document) return err([{ offset: 0, message: 'write a document: the file is empty' }]);
  if (second)
    return err([{ offset: second.range[0], message: 'keep one document per file: remove this ---' }]);
  if (document.directives?.yaml.version !== '1.2')
    return err([{ offset: 0, message: 'remove the %YAML directive: the document is YAML 1.2' }]);
  const faults = [...document.errors, ...document.warnings].map(toFault);
  return faults.length > 0 ? err(faults) : ok(document);
}
