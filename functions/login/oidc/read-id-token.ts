// A verified ID token → who signed on, by the names that the connection gives. Refuses what is odd: a name that was cut,
// folded or mistaken would be somebody else's.
import type { IDToken } from 'openid-client';
import * as z from 'zod';
import { PrincipalName } from '../../../shared/access/principal-name.ts';
import type { OidcConnection } from '../../../shared/access/sign-on/oidc-connection.ts';
import type { SignOnFailure, SignOnReason } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { personName } from '../../../shared/people/person.ts';
import type { SignedOn } from '../../../shared/people/session.ts';

/** As many as vend takes: more would be a part, or a link to the rest. */
const MAX_GROUPS = 98;
/** The token goes into a header of at most 8 KB. */
const MAX_CLAIM_CHARACTERS = 512;
const MAX_METHODS = 20;

const Groups = z.array(PrincipalName).max(MAX_GROUPS);
const Text = z.string().max(MAX_CLAIM_CHARACTERS);
const ClaimValue = z.union([Text, z.number(), z.boolean(), z.array(Text).max(MAX_GROUPS)]);
const Methods = z.array(z.string().max(64)).max(MAX_METHODS).catch([]);

const MULTIPLE_FACTORS = 'mfa';
/** Authentication contexts that mean the same: OpenID PAPE's policy and the REFEDS MFA profile. */
const MULTIPLE_FACTOR_CONTEXTS: readonly unknown[] = [
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
  'https://refeds.org/profile/mfa',
];

const refuse = (reason: SignOnReason) => err({ code: 'sign_on_refused', reason } as const);

/** Own members only: a claim named `constructor` that the token lacks must be missing. */
const claimOf = (claims: IDToken, name: string): unknown =>
  Object.hasOwn(claims, name) ? claims[name] : undefined;

function methodsOf(claims: IDToken): string[] {
  const methods = Methods.parse(claimOf(claims, 'amr'));
  const isMultiple = MULTIPLE_FACTOR_CONTEXTS.includes(claimOf(claims, 'acr'));
  return isMultiple && !methods.includes(MULTIPLE_FACTORS) ? [...methods, MULTIPLE_FACTORS] : methods;
}

function mappedClaims(claims: IDToken, mapping: OidcConnection['claims']) {
  const present = Object.entries(mapping)
    .map(([name, source]) => [name, claimOf(claims, source)] as const)
    .filter(([, value]) => value !== undefined);
  return z.record(z.string(), ClaimValue).safeParse(Object.fromEntries(present)).data;
}

export function readIdToken(
  claims: IDToken,
  connection: OidcConnection,
  now: Date,
): Result<SignedOn, SignOnFailure> {
  const subject = PrincipalName.safeParse(claimOf(claims, connection.subject)).data;
  // What vend would refuse later is refused now, where the person can be told.
  if (subject === undefined || !PrincipalName.safeParse(personName(connection.id, subject)).success)
    return refuse('subject-unusable');
  const given = connection.groups === undefined ? undefined : claimOf(claims, connection.groups);
  const groups = Groups.safeParse(given ?? []).data;
  if (!groups) return refuse('groups-unusable');
  const mapped = mappedClaims(claims, connection.claims);
  if (!mapped) return refuse('claims-unusable');
  const { sid, auth_time } = claims;
  return ok({
    connection: connection.id,
    subject,
    groups: [...new Set(groups)],
    claims: mapped,
    // Without auth_time the provider does not say when; that it vouched just now is all there is to know.
    authenticatedAt: auth_time === undefined ? now : new Date(auth_time * 1000),
    methods: methodsOf(claims),
    ...(typeof sid === 'string' && sid !== '' ? { idpSession: sid } : {}),
  });
}
