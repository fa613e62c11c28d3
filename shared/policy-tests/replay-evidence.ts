// What an audit row does not hold of a past request, and what the use of a grant proves of it all the same.
import type { GrantTest } from '../pipeline/decide/grant-tests.ts';
import type { StoredRoleGrant } from '../rules/document/stored-grant.ts';

/** What a decision needs and an audit row does not hold. */
export type Missing =
  | 'claims'
  | 'groups'
  | 'second factor'
  | 'time of sign-in'
  | 'end of the token'
  | 'duration asked for'
  | 'token'
  | 'rules of that time';

/** CEL that looks at nothing else is decided by the row. A name in a string literal counts, too: that only decides less. */
const LOOKS_AT_MORE = /\b(?:claims|groups|durationSeconds)\b/;

/** What the test looks at that the row does not hold, and that the use of the old grant does not prove. */
export function missingFor(
  test: GrantTest,
  grant: StoredRoleGrant,
  used: StoredRoleGrant | undefined,
): Missing | undefined {
  if (isProvenByUse(test, grant, used)) return undefined;
  switch (test) {
    case 'when':
      return LOOKS_AT_MORE.test(grant.when ?? '') ? 'claims' : undefined;
    case 'withinToken':
      return 'end of the token';
    case 'mfa':
      return 'second factor';
    case 'maxAuthAgeSeconds':
      return 'time of sign-in';
    // durationSeconds: the request is replayed without one, and fitsDuration judges it.
    case 'sourceIp':
    case 'pinSourceIp':
    case 'timeWindows':
    case 'dpop':
    case 'durationSeconds':
      return undefined;
  }
}

/** The grant that was used had the same condition, or a stricter one. */
export function isProvenByUse(
  test: GrantTest,
  { when, constraints }: StoredRoleGrant,
  used: StoredRoleGrant | undefined,
): boolean {
  if (!used) return false;
  switch (test) {
    case 'when':
      return when === used.when;
    case 'mfa':
      return used.constraints.mfa === true;
    case 'withinToken':
      return used.constraints.withinToken === true;
    case 'maxAuthAgeSeconds': {
      const [now, before] = [constraints.maxAuthAgeSeconds, used.constraints.maxAuthAgeSeconds];
      return now !== undefined && before !== undefined && before <= now;
    }
    case 'sourceIp':
    case 'pinSourceIp':
    case 'timeWindows':
    case 'dpop':
    case 'durationSeconds':
      return false;
  }
}
