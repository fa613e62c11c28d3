// The pinned policies of a document, each read and held against its fingerprint: what was fetched and reviewed is what
// grants will give.
import { err, ok, type Result } from '../../kernel/result.ts';
import { parsePolicy } from '../../ram/parse-policy.ts';
import type { Policy } from '../../ram/policy.ts';
import type { PinnedPolicy } from '../document/pinned-policy.ts';
import type { PathFault } from '../values/document-fault.ts';
import { toPathFault } from './check-session-policy-template.ts';
import { digestPolicy } from './digest-policy.ts';

export interface PinnedPolicies {
  /** By name; undefined for one that has a fault. */
  readonly byName: ReadonlyMap<string, Policy | undefined>;
  readonly faults: readonly PathFault[];
}

function readOne({ document, sha256 }: PinnedPolicy): Result<Policy, PathFault> {
  const policy = parsePolicy(document);
  if (!policy.ok) return err(toPathFault({ ...policy.error, path: `document.${policy.error.path}` }));
  const message = 'fetch the policy again with stint policy fetch: its text is not the one that was fetched';
  return digestPolicy(policy.value) === sha256 ? ok(policy.value) : err({ path: ['sha256'], message });
}

export function readPinnedPolicies(pinned: readonly PinnedPolicy[]): PinnedPolicies {
  const byName = new Map<string, Policy | undefined>();
  const faults: PathFault[] = [];
  for (const [index, entry] of pinned.entries()) {
    const read = readOne(entry);
    byName.set(entry.name, read.ok ? read.value : undefined);
    if (!read.ok) faults.push({ ...read.error, path: ['policies', index, ...read.error.path] });
  }
  return { byName, faults };
}
