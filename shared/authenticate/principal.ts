// Who is calling, once proved. Only the verifier of a provider kind makes one, so claims names stay in its file.
import type { ProviderId } from '../kernel/names.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** Came in with an OIDC token. Other kinds of caller become further members of the union. */
export interface OidcPrincipal {
  readonly kind: 'oidc';
  readonly provider: ProviderId;
  readonly issuer: string;
  readonly subject: string;
  readonly groups: readonly string[];
  readonly claims: Claims;
  /** The token says that a second factor was used. */
  readonly mfa: boolean;
  /** When the caller last signed in (auth_time); undefined when the token does not say, or not in seconds. */
  readonly authenticatedAt: Date | undefined;
  /** When the proof ends (exp). */
  readonly expiresAt: Date | undefined;
  /** SHA-256 of the proof, base64url: names the token in the audit row without being one. */
  readonly proofHash: string;
}

export type Principal = OidcPrincipal;
