// A partner as a principal. Of what it says about itself, only what was checked: nobody vouches for the rest, so no rule
// and no session policy may see it.

import type { Claims, Principal } from '../../../identity/principal.ts';
import type { AssertionProvider } from '../../../rules/providers/assertion.ts';

/** `cnf` is kept for whoever checks keys: what its maker bound to one is not for everybody. */
const CHECKED: ReadonlySet<string> = new Set(['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'cnf']);

export const checkedClaims = (claims: Claims): Claims =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => CHECKED.has(name)));

interface Assertion {
  readonly client: string;
  readonly claims: Claims;
  readonly expiresAt: Date | undefined;
  readonly proofHash: string;
}

export const assertionPrincipal = (
  { client, claims, expiresAt, proofHash }: Assertion,
  provider: AssertionProvider,
): Principal => ({
  kind: 'assertion',
  provider: provider.id,
  issuer: client,
  subject: client,
  groups: [],
  claims,
  mfa: false,
  authenticatedAt: undefined,
  expiresAt,
  proofHash,
});
