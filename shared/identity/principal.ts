// Who is calling, once proved. Only the verifier of a provider kind makes one, so claims names stay in its folder.
import type { ProviderId } from '../kernel/names.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** What every kind of caller has, whatever proved it. */
interface PrincipalOf<Kind extends string> {
  readonly kind: Kind;
  readonly provider: ProviderId;
  /** Whoever vouches, in the kind's own terms: with the subject it names the caller for ever. */
  readonly issuer: string;
  readonly subject: string;
  readonly groups: readonly string[];
  readonly claims: Claims;
  /** The proof says that a second factor was used. */
  readonly mfa: boolean;
  /** When the caller last signed in (auth_time); undefined when the proof does not say, or not in seconds. */
  readonly authenticatedAt: Date | undefined;
  /** When the proof ends (exp). */
  readonly expiresAt: Date | undefined;
  /** SHA-256 of the proof, base64url: names it in the audit row without being one. */
  readonly proofHash: string;
  /** Thumbprint of the key (RFC 7638) or certificate (RFC 8705) that the caller proved to hold; absent: none. */
  readonly boundKey?: string;
  /** The address that the proof tells of, in place of the connection's; null: one that must not count. Absent: none. */
  readonly assertedAddress?: string | null;
}

/** Came in with an OIDC token, an assertion or request signed with a key of its own, or a client certificate. */
export type Principal =
  | PrincipalOf<'oidc'>
  | PrincipalOf<'assertion'>
  | PrincipalOf<'certificate'>
  | PrincipalOf<'aliyun'>;
