// YAML text → plain value, with the line of every key. Accepts the part of YAML 1.2 that reads the same to everyone;
// must terminate on hostile text.
import { type CST, isMap, LineCounter } from 'yaml';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { DocumentPath } from '../values/document-fault.ts';
import { checkYamlNodes, duplicateKeys, offsetOf, type YamlReading } from './check-yaml-nodes.ts';
import { composeYaml } from './compose-yaml.ts';
import { locateInYaml } from './locate-in-yaml.ts';
import { readYamlParts } from './read-yaml-parts.ts';
import { createAnchors } from './yaml-anchors.ts';
import { addEntries, nameOf, type YamlEntries } from './yaml-entries.ts';
import type { YamlFault } from './yaml-fault.ts';
import { yamlValue } from './yaml-value.ts';

/** Some 150,000 grants with policies of their own; more is a mistake. */
export const MAX_DOCUMENT_BYTES = 64_000_000;

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

interface Composed {
  readonly value: unknown;
  readonly locate: (path: DocumentPath) => number;
}

function compose(text: string, lines: LineCounter): Result<Composed, readonly YamlFault[]> {
  const reading: YamlReading = { anchors: createAnchors(), aliases: 0 };
  const found: YamlEntries = new Map();
  const faults: YamlFault[] = [];
  /** Of the first part that is no YAML: what comes after it is read wrongly, or not at all. */
  let malformed: readonly YamlFault[] | undefined;
  const read = (tokens: readonly CST.Token[]) => {
    const composed = composeYaml(tokens, text);
    if (!composed.ok) malformed ??= composed.error;
    else if (!malformed) faults.push(...checkYamlNodes(composed.value, reading));
    if (composed.ok && faults.length === 0) addEntries(found, composed.value, reading.anchors);
    return composed;
  };
  const rest = readYamlParts(text, lines, (part) => read([part]));
  if (!rest.ok) return err([rest.error]);
  const last = read(rest.value);
  if (malformed || !last.ok) return err(malformed ?? []);
  const keys = [...found.values()];
  faults.push(...duplicateKeys(keys.map(({ pair }) => pair)));
  if (faults.length > 0) return err(faults);
  const { contents } = last.value;
  if (!isMap(contents))
    return ok({ value: yamlValue(contents, reading.anchors), locate: () => offsetOf(contents) });
  const value = Object.fromEntries(keys.map((entry) => [nameOf(entry), entry.value]));
  // Without the values: they are large, and the caller may be done with them.
  const entries = keys.map(({ value: _, ...entry }) => entry);
  const outline = { text, offset: keys[0]?.offset ?? offsetOf(contents), entries, ...reading };
  return ok({ value, locate: (path) => locateInYaml(outline, path) });
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
  const composed = compose(text, lines);
  if (!composed.ok) return refuse(composed.error);
  const { value, locate } = composed.value;
  return ok({ value, locate: (path) => place(locate(path)) });
}
