// The pinned policies of a document, each compared with its fingerprint, so that grants give what was fetched and reviewed.
import { err, ok, type Result } from '../../kernel/result.ts';
import { sha256 as hash } from '../../kernel/sha256.ts';
import { formatPolicy } from '../../ram/format-policy.ts';
import { parsePolicy } from '../../ram/parse-policy.ts';
import type { Policy } from '../../ram/policy.ts';
import type { PinnedPolicy } from '../document/pinned-policy.ts';
import type { PathFault } from '../values/document-fault.ts';
import { toPathFault } from './resolve-session-policy.ts';

export interface PinnedPolicies {
  /** By name; undefined for a policy that has a fault. */
  readonly byName: ReadonlyMap<string, Policy | undefined>;
  readonly faults: readonly PathFault[];
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

function readOne({ document, sha256 }: PinnedPolicy): Result<Policy, PathFault> {
  const policy = parsePolicy(document);
  if (!policy.ok) return err(toPathFault({ ...policy.error, path: `document.${policy.error.path}` }));
  const message = 'fetch the policy again with stint policy fetch: its text is not the one that was fetched';
  return digestPolicy(policy.value) === sha256 ? ok(policy.value) : err({ path: ['sha256'], message });
}

/**
 * The fingerprint of a policy: SHA-256 in lower-case hex of its JSON in Stint's own form. Equal for policies that differ only
 * in how their JSON is written.
 */
export const digestPolicy = (policy: Policy): string => hash(JSON.stringify(formatPolicy(policy)), 'hex');
