// A verified ID token → who signed on, by the names that the connection gives. What the token does not say, nobody says.
import {
  areGroupsElsewhere,
  judgeAuthTime,
  MULTIPLE_FACTORS,
  readMethods,
  usedSecondFactor,
} from '../../../shared/identity/judge-claims.ts';
import type { Claims } from '../../../shared/identity/principal.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignedOn } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { claimOf } from '../../../shared/rules/providers/presets/preset.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import {
  firstUnmetClaim,
  formatUnmetClaim,
  scalarsOf,
} from '../../../shared/rules/values/required-claims.ts';
import { checkNames } from '../sign-on/check-names.ts';

/** With `mfa` where this provider says it in a way of its own. */
function methodsOf(claims: Claims, { mfaContexts }: OidcConnection): string[] {
  const methods = readMethods(claims) ?? [];
  const isMultiple = usedSecondFactor(claims, mfaContexts) && !methods.includes(MULTIPLE_FACTORS);
  return isMultiple ? [...methods, MULTIPLE_FACTORS] : [...methods];
}

const mappedClaims = (claims: Claims, mapping: OidcConnection['claims']) =>
  Object.fromEntries(Object.entries(mapping).map(([name, source]) => [name, claimOf(claims, source)]));

export function readIdToken(
  claims: Claims,
  connection: OidcConnection,
  now: Date,
): Result<SignedOn, SignOnFailure> {
  const missed = firstUnmetClaim(connection.require, (name) => claimOf(claims, name));
  if (missed !== undefined)
    return err({ code: 'sign_on_refused', reason: 'claims-unusable', cause: formatUnmetClaim(missed) });
  const names = checkNames(connection.id, {
    subject: claimOf(claims, connection.subject),
    groups: connection.groups === undefined ? undefined : claimOf(claims, connection.groups),
    areGroupsElsewhere: areGroupsElsewhere(claims, connection.groups),
    claims: mappedClaims(claims, connection.claims),
  });
  if (!names.ok) return err({ code: 'sign_on_refused', ...names.error });
  const authTime = judgeAuthTime(claims, now);
  if (!authTime.ok) return err({ code: 'sign_on_refused', reason: authTime.error });
  const { sid } = claims;
  return ok({
    connection: connection.id,
    ...names.value,
    said: scalarsOf(connection, (name) => claimOf(claims, name)),
    ...(authTime.value ? { authenticatedAt: authTime.value } : {}),
    methods: methodsOf(claims, connection),
    ...(typeof sid === 'string' && sid !== '' ? { idpSession: sid } : {}),
  });
}
