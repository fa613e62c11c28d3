// Tokens of YAML → node tree, or what is wrong with its syntax.
import { Composer, type CST, type Document, type YAMLError } from 'yaml';
import { err, ok, type Result } from '../kernel/result.ts';
import type { YamlFault } from './yaml-fault.ts';

/** What the parser says after a colon is taken from the document, which a fault must not repeat. */
const withoutQuotation = (message: string): string => message.replace(/(?<=\S): .*$/s, '');

function toFault({ code, message, pos }: YAMLError): YamlFault {
  const offset = pos[0];
  if (code === 'TAG_RESOLVE_FAILED' || code === 'BAD_COLLECTION_TYPE')
    return { offset, message: 'remove the tag (!…): write the plain value' };
  if (code === 'BAD_DIRECTIVE') return { offset, message: 'remove the directive (%…)' };
  return { offset, message: `correct the YAML: ${withoutQuotation(message)}` };
}

export function composeYaml(
  tokens: readonly CST.Token[],
  endOffset: number,
): Result<Document.Parsed, readonly YamlFault[]> {
  const composer = new Composer({
    version: '1.2',
    schema: 'core', // `no` and `on` are text, as people mean them
    uniqueKeys: false, // the parser's check takes quadratic time; check-yaml-nodes.ts does it
    keepSourceTokens: true, // a key is known by its token when its list comes in parts
  });
  const [document, second] = composer.compose(tokens, true, endOffset);
  if (!document) return err([{ offset: 0, message: 'write a document: the file is empty' }]);
  if (second)
    return err([{ offset: second.range[0], message: 'keep one document per file: remove this ---' }]);
  if (document.directives?.yaml.version !== '1.2')
    return err([{ offset: 0, message: 'remove the %YAML directive: the document is YAML 1.2' }]);
  const faults = [...document.errors, ...document.warnings].map(toFault);
  return faults.length > 0 ? err(faults) : ok(document);
}
