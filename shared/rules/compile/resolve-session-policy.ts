// What a grant says about its session policy → what is stored: a policy by name becomes its text, cut down and shrunk.
import { err, ok, type Result } from '../../kernel/result.ts';
import { cutPolicy } from '../../ram/cut-policy.ts';
import { formatPolicy, MAX_SESSION_POLICY_BYTES, policyBytes } from '../../ram/format-policy.ts';
import type { Policy } from '../../ram/policy.ts';
import { shrinkPolicy } from '../../ram/shrink-policy.ts';
import type { GrantEntry } from '../document/document.ts';
import type { PolicyReference } from '../document/pinned-policy.ts';
import type { StoredRoleGrant } from '../document/stored-grant.ts';
import type { DocumentPath, PathFault } from '../values/document-fault.ts';
import { checkSessionPolicyTemplate } from './check-session-policy-template.ts';

/** By name; undefined for one whose own faults are reported elsewhere. */
type KnownPolicies = ReadonlyMap<string, Policy | undefined>;

type Resolved<T> = Result<T, readonly PathFault[]>;
type Stored = Resolved<StoredRoleGrant['sessionPolicy']>;

type Given = Pick<GrantEntry, 'sessionPolicy' | 'allowIdentityActions' | 'constraints'>;
/** A policy whose text is known. */
type Written = Pick<StoredRoleGrant, 'sessionPolicy' | 'allowIdentityActions' | 'constraints'>;

const fault = (path: DocumentPath, message: string): Resolved<never> => err([{ path, message }]);

function cutDown(policy: Policy, only: PolicyReference['only']): Resolved<Policy> {
  if (only === undefined) return ok(shrinkPolicy(policy));
  const cut = cutPolicy(policy, only);
  if (cut.ok) return cut;
  return err(
    cut.error.map(({ index, message }) => ({
      path: index === undefined ? ['only'] : ['only', index],
      message,
    })),
  );
}

function resolveReference({ policyFrom, only }: PolicyReference, known: KnownPolicies): Stored {
  const policy = known.get(policyFrom);
  if (policy === undefined)
    return known.has(policyFrom)
      ? err([])
      : fault(['policyFrom'], 'name an entry of policies, or add it with stint policy fetch --into');
  const cut = cutDown(policy, only);
  if (!cut.ok) return cut;
  const document = formatPolicy(cut.value);
  const bytes = policyBytes(JSON.stringify(document));
  if (bytes > MAX_SESSION_POLICY_BYTES)
    return fault(
      [only === undefined ? 'policyFrom' : 'only'],
      `name ${only === undefined ? 'the actions that are needed with only: […]' : 'fewer actions'}: the policy has ${bytes} bytes, written as short as can be, and STS accepts ${MAX_SESSION_POLICY_BYTES}`,
    );
  return ok({ variables: {}, document: JSON.parse(JSON.stringify(document)) });
}

function checkWritten(written: Written): Stored {
  const faults = checkSessionPolicyTemplate(written);
  return faults.length > 0 ? err(faults) : ok(written.sessionPolicy);
}

/** What is demanded of a policy that is written in the grant is demanded of one by name too. */
function checkReferred(
  reference: PolicyReference,
  more: Omit<Written, 'sessionPolicy'>,
  known: KnownPolicies,
): Stored {
  const resolved = resolveReference(reference, known);
  if (!resolved.ok) return resolved;
  const checked = checkWritten({ ...more, sessionPolicy: resolved.value });
  // The line is in the pinned copy, which nobody may change: the grant has to refer to less of it, or to another.
  return checked.ok
    ? checked
    : err(checked.error.slice(0, 1).map(({ message }) => ({ path: ['policyFrom'], message })));
}

/** Paths are relative to the session policy. The same reference in thousands of grants is worked out once. */
export type ResolveSessionPolicy = (grant: Given) => Stored;

export function createResolver(known: KnownPolicies): ResolveSessionPolicy {
  const references = new Map<string, Stored>();
  return ({ sessionPolicy, allowIdentityActions, constraints }) => {
    const more = { allowIdentityActions, constraints };
    if (sessionPolicy === 'inherit' || !('policyFrom' in sessionPolicy))
      return checkWritten({ ...more, sessionPolicy });
    const key = JSON.stringify([sessionPolicy, more]);
    const resolved = references.get(key) ?? checkReferred(sessionPolicy, more, known);
    references.set(key, resolved);
    return resolved;
  };
}
