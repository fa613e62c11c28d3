// The access documents of a command that needs no network: read and checked, or what is wrong with them.

import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { type ReadAccess, readDocuments } from '../../../shared/rules/compile/read-documents.ts';
import type { DocumentFault } from '../../../shared/rules/values/document-fault.ts';
import { EXIT, type ExitCode } from '../base/exit-code.ts';
import { explainApplyFault } from './explain-apply-fault.ts';
import { readDocumentFiles } from './read-document-files.ts';

interface Unusable {
  readonly message: string;
  readonly exitCode: ExitCode;
  readonly faults: readonly DocumentFault[];
}

export async function openDocuments(
  paths: readonly string[],
  folder: string,
): Promise<Result<ReadAccess, Unusable>> {
  const files = await readDocumentFiles(paths, folder);
  if (!files.ok) return err({ message: files.error, exitCode: EXIT.usage, faults: [] });
  const read = readDocuments(files.value);
  if (read.ok) return ok(read.value);
  return err({ ...explainApplyFault({ kind: 'document', faults: read.error }), faults: read.error });
}
