// YAML text → plain value, with the line of every key. Accepts the part of YAML 1.2 that reads the same to everyone;
// must terminate on hostile text.
import { LineCounter } from 'yaml';
import { err, ok, type Result } from '../kernel/result.ts';
import { checkYamlNodes } from './check-yaml-nodes.ts';
import { composeYaml, type YamlFault } from './compose-yaml.ts';
import type { DocumentPath } from './document-fault.ts';
import { findNode } from './find-yaml-node.ts';

/** Some 40,000 grants; more is a mistake, and takes minutes to read. */
export const MAX_DOCUMENT_BYTES = 10_000_000;

export interface Position {
  readonly line: number;
  readonly column: number;
}
export interface PlacedFault extends Position {
  readonly message: string;
}
export interface YamlSource {
  readonly value: unknown;
  /** Where the path starts; for a key that is missing, where its parent does. */
  locate(path: DocumentPath): Position;
}

export function parseYaml(text: string): Result<YamlSource, readonly PlacedFault[]> {
  const lines = new LineCounter();
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) }; // an empty text has no line
  };
  const refuse = (faults: readonly YamlFault[]) =>
    err(faults.map(({ offset, message }) => ({ ...place(offset), message })));

  if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES)
    return refuse([{ offset: 0, message: `shorten the document to at most ${MAX_DOCUMENT_BYTES} bytes` }]);
  const composed = composeYaml(text, lines);
  if (!composed.ok) return refuse(composed.error);
  const document = composed.value;
  const faults = checkYamlNodes(document);
  if (faults.length > 0) return refuse(faults);
  return ok({ value: document.toJS(), locate: (path) => place(findNode(document, path)) });
}
