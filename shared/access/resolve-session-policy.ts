// What a grant says about its session policy → what is stored: a policy by name becomes its text, cut down and shrunk.
import { err, ok, type Result } from '../kernel/result.ts';
import { cutPolicy } from '../ram/cut-policy.ts';
import { formatPolicy } from '../ram/format-policy.ts';
import type { Policy } from '../ram/policy.ts';
import { MAX_SESSION_POLICY_BYTES, policyBytes } from '../ram/policy-size.ts';
import { shrinkPolicy } from '../ram/shrink-policy.ts';
import { checkSessionPolicyTemplate } from './check-session-policy-template.ts';
import type { Grant } from './document.ts';
import type { DocumentPath, PathFault } from './document-fault.ts';
import type { PolicyReference } from './pinned-policy.ts';
import type { StoredRoleGrant } from './stored-grant.ts';

/** By name; undefined for one whose own faults are reported elsewhere. */
type KnownPolicies = ReadonlyMap<string, Policy | undefined>;

type Resolved<T> = Result<T, readonly PathFault[]>;
type Stored = Resolved<StoredRoleGrant['sessionPolicy']>;

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

type Given = Pick<Grant, 'sessionPolicy' | 'allowIdentityActions'>;

function checkWritten(sessionPolicy: StoredRoleGrant['sessionPolicy'], given: Given): Stored {
  const { allowIdentityActions = false } = given;
  const faults = checkSessionPolicyTemplate({ sessionPolicy, allowIdentityActions });
  return faults.length > 0 ? err(faults) : ok(sessionPolicy);
}

/** What is demanded of a policy that is written in the grant is demanded of one by name too. */
function checkReferred(source: PolicyReference, given: Given, known: KnownPolicies): Stored {
  const resolved = resolveReference(source, known);
  if (!resolved.ok) return resolved;
  const checked = checkWritten(resolved.value, given);
  if (checked.ok) return checked;
  const [first] = checked.error;
  return fault(['policyFrom'], `use another policy: this one ${first?.message}`);
}

/** Paths are relative to the session policy. The same reference in thousands of grants is worked out once. */
export type ResolveSessionPolicy = (grant: Given) => Stored;

export function createResolver(known: KnownPolicies): ResolveSessionPolicy {
  const references = new Map<string, Stored>();
  return (given) => {
    const { sessionPolicy: source, allowIdentityActions = false } = given;
    if (source === 'inherit' || !('policyFrom' in source)) return checkWritten(source, given);
    const key = JSON.stringify([source, allowIdentityActions]);
    const resolved = references.get(key) ?? checkReferred(source, given, known);
    references.set(key, resolved);
    return resolved;
  };
}
