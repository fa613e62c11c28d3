// A verified ID token → who signed on, by the names that the connection gives.
import type { IDToken } from 'openid-client';
import * as z from 'zod';
import type { OidcConnection } from '../../../shared/access/sign-on/oidc-connection.ts';
import type { SignOnFailure } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignedOn } from '../../../shared/people/session.ts';
import { checkNames } from '../sign-on/check-names.ts';

const MAX_METHODS = 20;

const Methods = z.array(z.string().max(64)).max(MAX_METHODS).catch([]);

const MULTIPLE_FACTORS = 'mfa';
/** Authentication contexts that mean the same: OpenID PAPE's policy and the REFEDS MFA profile. */
const MULTIPLE_FACTOR_CONTEXTS: readonly unknown[] = [
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
  'https://refeds.org/profile/mfa',
];

/** Own members only: a claim named `constructor` that the token lacks must be missing. */
const claimOf = (claims: IDToken, name: string): unknown =>
  Object.hasOwn(claims, name) ? claims[name] : undefined;

function methodsOf(claims: IDToken): string[] {
  const methods = Methods.parse(claimOf(claims, 'amr'));
  const isMultiple = MULTIPLE_FACTOR_CONTEXTS.includes(claimOf(claims, 'acr'));
  return isMultiple && !methods.includes(MULTIPLE_FACTORS) ? [...methods, MULTIPLE_FACTORS] : methods;
}

const mappedClaims = (claims: IDToken, mapping: OidcConnection['claims']) =>
  Object.fromEntries(
    Object.entries(mapping)
      .map(([name, source]) => [name, claimOf(claims, source)] as const)
      .filter(([, value]) => value !== undefined),
  );

export function readIdToken(
  claims: IDToken,
  connection: OidcConnection,
  now: Date,
): Result<SignedOn, SignOnFailure> {
  const names = checkNames(connection.id, {
    subject: claimOf(claims, connection.subject),
    groups: connection.groups === undefined ? undefined : claimOf(claims, connection.groups),
    claims: mappedClaims(claims, connection.claims),
  });
  if (!names.ok) return err({ code: 'sign_on_refused', reason: names.error });
  const { sid, auth_time } = claims;
  return ok({
    connection: connection.id,
    ...names.value,
    // Without auth_time the provider does not say when; that it vouched just now is all there is to know.
    authenticatedAt: auth_time === undefined ? now : new Date(auth_time * 1000),
    methods: methodsOf(claims),
    ...(typeof sid === 'string' && sid !== '' ? { idpSession: sid } : {}),
  });
}
