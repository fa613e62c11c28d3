// What the YAML parser finds wrong → where it is, and what to do about it. Never repeats the text.
import type { YAMLError } from 'yaml';

/** What is wrong with a document as YAML. */
export interface YamlFault {
  /** In characters from the start of the text. */
  readonly offset: number;
  /** What to do about it. */
  readonly message: string;
}

/**
 * Takes what the parser found in `text`. After one fault of syntax it finds many that follow from it, so only the first is
 * given; a tab goes before all others, because it causes them.
 */
export function explainYamlErrors(errors: readonly YAMLError[], text: string): readonly YamlFault[] {
  const syntax = errors.filter((error) => explainUnwanted(error) === undefined);
  const first = syntax.find(({ code }) => code === 'TAB_AS_INDENT') ?? syntax[0];
  if (first === undefined) return errors.flatMap((error) => explainUnwanted(error) ?? []);
  const { offset, message } = explainSyntax(first, text);
  return [{ offset, message: `correct the YAML: ${message}` }];
}

const INDENT = 'indent this line with as many spaces as the keys beside it';
const QUOTE_COLON = 'put the value in quotes: it has a colon in it';

/** The parser quotes the document after a colon, and a fault must not repeat it. */
const withoutQuotation = (message: string): string => message.replace(/(?<=\S): .*$/s, '');

const lineFrom = (text: string, offset: number): string =>
  /^.*/.exec(text.slice(offset, offset + 1_000))?.[0] ?? '';

/** The first character of the next line that is not blank; the offset itself when there is none. */
function nextLine(text: string, offset: number): number {
  const lineEnd = text.indexOf('\n', offset);
  if (lineEnd < 0) return offset;
  const start = text.slice(lineEnd).search(/\S/);
  return start < 0 ? offset : lineEnd + start;
}

/** A key inside of a value: a colon in the value's own line, or a line below that is indented too far. */
function explainNested(offset: number, text: string): YamlFault {
  return /:(?:\s|$)/.test(lineFrom(text, offset))
    ? { offset, message: QUOTE_COLON }
    : { offset: nextLine(text, offset), message: INDENT };
}

/** A key without a colon, or without the space after it. */
function explainKey(offset: number, text: string): YamlFault {
  const hasColon = lineFrom(text, offset).includes(':');
  return { offset, message: hasColon ? 'put a space after the colon' : 'write key: value' };
}

function explainIndent(offset: number, message: string): YamlFault {
  return message.startsWith('Flow')
    ? { offset, message: 'close the { or [ that is opened above, or indent this line further' }
    : { offset, message: INDENT };
}

/** The last mark before the end is the one that opens the unclosed text. */
function explainQuote(offset: number, mark: string, text: string): YamlFault {
  const opened = text.lastIndexOf(mark, offset - 1);
  return { offset: opened < 0 ? offset : opened, message: 'close the quotation mark that is opened here' };
}

function explainMissing(offset: number, message: string, text: string): YamlFault {
  const [, mark] = /^Missing closing (["'])/.exec(message) ?? [];
  if (mark !== undefined) return explainQuote(offset, mark, text);
  return message.startsWith('Sequence item')
    ? { offset, message: `${INDENT}, or begin it with "- "` }
    : { offset, message: withoutQuotation(message) };
}

/** Text after the end of a value: `when: "a" in groups`. */
function explainUnexpected(offset: number, message: string, text: string): YamlFault {
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return message.includes('scalar') && /["']/.test(before)
    ? { offset, message: "put the whole value in '…', or write it below a |: quotes end it where they close" }
    : { offset, message: withoutQuotation(message) };
}

function explainSyntax({ code, message, pos: [offset] }: YAMLError, text: string): YamlFault {
  switch (code) {
    case 'TAB_AS_INDENT':
      return { offset, message: 'Tabs are not allowed as indentation: indent with spaces' };
    case 'BAD_ALIAS':
      return { offset, message: 'put the value in quotes, as in "*": without them * begins a YAML alias' };
    case 'BAD_SCALAR_START':
      return { offset, message: 'put the value in quotes: YAML reserves its first character' };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return explainNested(offset, text);
    case 'MULTILINE_IMPLICIT_KEY':
      return explainKey(offset, text);
    case 'BAD_INDENT':
      return explainIndent(offset, message);
    case 'MISSING_CHAR':
      return explainMissing(offset, message, text);
    case 'UNEXPECTED_TOKEN':
      return explainUnexpected(offset, message, text);
    default:
      return { offset, message: withoutQuotation(message) };
  }
}

/** Well-formed parts of YAML that are refused; each is a fault of its own. */
function explainUnwanted({ code, pos: [offset] }: YAMLError): YamlFault | undefined {
  if (code === 'TAG_RESOLVE_FAILED' || code === 'BAD_COLLECTION_TYPE')
    return {
      offset,
      message: 'remove the tag (!…): write the plain value, in quotes where it begins with !',
    };
  return code === 'BAD_DIRECTIVE' ? { offset, message: 'remove the directive (%…)' } : undefined;
}
