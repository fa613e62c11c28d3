// Does RAM still have the pinned policies as they were pinned? Of one policy each.
import { parsePolicy } from '../ram/parse-policy.ts';
import type { Policy } from '../ram/policy.ts';
import { digestPolicy } from '../rules/compile/pinned-policies.ts';
import type { PinnedPolicy } from '../rules/document/pinned-policy.ts';
import type { FoundPolicy } from './cloud-reader.ts';
import type { CheckFinding } from './finding.ts';

/** What RAM has now, where that is not what was pinned; undefined where it is. */
export function comparePin(
  { version, sha256 }: Pick<PinnedPolicy, 'version' | 'sha256'>,
  found: { readonly version: string; readonly policy: Policy },
): string | undefined {
  const sameText = digestPolicy(found.policy) === sha256;
  if (sameText && found.version === version) return undefined;
  return `RAM now has ${found.version}, ${sameText ? 'with the same text' : 'with another text'}`;
}

/** `found` is undefined where RAM has no such policy. */
export function checkPin(pin: PinnedPolicy, found: FoundPolicy | undefined): readonly CheckFinding[] {
  const { name: subject, type, version } = pin;
  if (found === undefined)
    return [{ name: 'pin-missing', subject, detail: `there is no such ${type} policy` }];
  const policy = parsePolicy(found.document);
  if (!policy.ok) return [{ name: 'pin-unusable', subject, detail: policy.error.path }];
  const change = comparePin(pin, { version: found.version, policy: policy.value });
  return change === undefined
    ? []
    : [{ name: 'pin-changed', subject, detail: `pinned ${version}: ${change}` }];
}
