// Tokens of YAML → node tree, or what is wrong with its syntax.
import { Composer, type CST, type Document } from 'yaml';
import { err, ok, type Result } from '../../kernel/result.ts';
import { explainYamlErrors } from './explain-yaml-error.ts';
import type { YamlFault } from './yaml-fault.ts';

/** The tokens may be of a part of the text; their offsets are the text's. */
export function composeYaml(
  tokens: readonly CST.Token[],
  text: string,
): Result<Document.Parsed, readonly YamlFault[]> {
  const composer = new Composer({
    version: '1.2',
    schema: 'core', // `no` and `on` are text, as people mean them
    uniqueKeys: false, // the parser's check takes quadratic time; check-yaml-nodes.ts does it
    keepSourceTokens: true, // a key is known by its token when its list comes in parts
  });
  const [document, second] = composer.compose(tokens, true, text.length);
  if (!document) return err([{ offset: 0, message: 'write a document: the file is empty' }]);
  if (second)
    return err([{ offset: second.range[0], message: 'keep one document per file: remove this ---' }]);
  if (document.directives?.yaml.version !== '1.2')
    return err([{ offset: 0, message: 'remove the %YAML directive: the document is YAML 1.2' }]);
  const faults = explainYamlErrors([...document.errors, ...document.warnings], text);
  return faults.length > 0 ? err(faults) : ok(document);
}
