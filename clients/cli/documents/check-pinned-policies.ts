// Compares the pinned policies of a document with what RAM has now. A policy that differs is a fault of the document, at its
// line.
import type {
  FetchedPolicy,
  RamFault,
  RamPolicies,
} from '../../../shared/adapters/alibaba-cloud/ram-policies.ts';
import { comparePin } from '../../../shared/checks/check-pins.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { ReadAccess } from '../../../shared/rules/compile/read-documents.ts';
import type { PinnedPolicy } from '../../../shared/rules/document/pinned-policy.ts';
import { type DocumentFault, showPath } from '../../../shared/rules/values/document-fault.ts';

export type PinFault =
  | { readonly kind: 'document'; readonly faults: readonly DocumentFault[] }
  /** RAM gave no answer: the policy may have changed or not. */
  | { readonly kind: 'policy-not-compared'; readonly policy: string; readonly fault: RamFault };

type Locate = ReadAccess['place'];

type Drift = { readonly key: 'name' | 'version' | 'document'; readonly message: string };

function compare(pin: PinnedPolicy, fetched: FetchedPolicy, file: string): Drift | undefined {
  const change = comparePin(pin, fetched);
  if (change === undefined) return undefined;
  return {
    key: 'version',
    message: `run stint policy fetch ${pin.name} --into ${file}, and read what changes: ${change}`,
  };
}

function driftOf(
  pin: PinnedPolicy,
  answer: Result<FetchedPolicy, RamFault>,
  file: string,
): Drift | undefined | RamFault {
  if (answer.ok) return compare(pin, answer.value, file);
  switch (answer.error.kind) {
    case 'not-found':
      return {
        key: 'name',
        message: `remove it, or correct name and type: RAM has no such ${pin.type} policy`,
      };
    case 'unusable':
      return {
        key: 'document',
        message: `use another policy: what RAM has now cannot be used: ${answer.error.cause}`,
      };
    default:
      return answer.error;
  }
}

/** Asks RAM about one policy after the other: they are few, and RAM limits the rate of calls. */
export async function checkPinnedPolicies(
  policies: readonly PinnedPolicy[],
  locate: Locate,
  ram: RamPolicies,
): Promise<Result<void, PinFault>> {
  const faults: DocumentFault[] = [];
  for (const [index, pin] of policies.entries()) {
    const { file } = locate(['policies', index]);
    const drift = driftOf(pin, await ram.fetch(pin.name, pin.type), file);
    if (drift === undefined) continue;
    if ('kind' in drift) return err({ kind: 'policy-not-compared', policy: pin.name, fault: drift });
    const { path, ...place } = locate(['policies', index, drift.key]);
    faults.push({ ...place, path: showPath(path), message: drift.message });
  }
  return faults.length > 0 ? err({ kind: 'document', faults }) : ok(undefined);
}
