// YAML text → compiled access rules, or every fault with its line and what to do about it.
import { err, ok, type Result } from '../kernel/result.ts';
import { compile } from './compile.ts';
import type { CompiledDocument } from './compiled-access.ts';
import { AccessDocument } from './document.ts';
import { type DocumentFault, type PathFault, showPath } from './document-fault.ts';
import { explainIssue } from './explain-issue.ts';
import { parseYaml, type YamlSource } from './parse-yaml.ts';

/** Nobody reads more, and each is looked up in the text. */
export const MAX_FAULTS = 100;

type Faults = readonly DocumentFault[];

const inReadingOrder = (a: DocumentFault, b: DocumentFault): number => a.line - b.line || a.column - b.column;

export function readDocument(file: string, text: string): Result<CompiledDocument, Faults> {
  const source = parseYaml(text);
  if (!source.ok)
    return err(source.error.slice(0, MAX_FAULTS).map((fault) => ({ file, path: '', ...fault })));
  const shaped = AccessDocument.safeParse(source.value.value);
  if (!shaped.success) {
    const issues = shaped.error.issues.slice(0, MAX_FAULTS);
    return err(
      place(
        file,
        source.value,
        issues.flatMap((issue) => explainIssue(issue, source.value.value)),
      ),
    );
  }
  const compiled = compile(shaped.data);
  return compiled.ok ? ok(compiled.value) : err(place(file, source.value, compiled.error));
}

function place(file: string, source: YamlSource, faults: readonly PathFault[]): Faults {
  return faults
    .slice(0, MAX_FAULTS)
    .map(({ path, message }) => ({ file, ...source.locate(path), path: showPath(path), message }))
    .sort(inReadingOrder);
}
