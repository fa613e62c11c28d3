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

/** Own members only: a claim named `constructor` that the token lacks must be missing. */
const claimOf = (claims: IDToken, name: string): unknown =>
  Object.hasOwn(claims, name) ? claims[name] : undefined;

/** By what the provider signed: what it was asked for shows nothing, since the browser carries the question. */
function methodsOf(claims: IDToken, { mfaContexts }: OidcConnection): string[] {
  const methods = Methods.parse(claimOf(claims, 'amr'));
  const context = claimOf(claims, 'acr');
  const isMultiple = typeof context === 'string' && mfaContexts.includes(context);
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
    methods: methodsOf(claims, connection),
    ...(typeof sid === 'string' && sid !== '' ? { idpSession: sid } : {}),
  });
}
