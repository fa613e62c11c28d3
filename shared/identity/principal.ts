// Who is calling, once proved. Only the folders of the kinds of proof, under authenticate/, make a Principal. So no other code
// needs to know what a provider calls its claims.
import type { ProviderId } from '../kernel/names.ts';

/** The claims of a token by name, or what stands for them in a proof of another kind. */
export type Claims = Readonly<Record<string, unknown>>;

/** What every caller has, for all kinds of proof. */
interface PrincipalOf<Kind extends string> {
  readonly kind: Kind;
  /** The provider of the access document that vouches for the caller. */
  readonly provider: ProviderId;
  /**
   * The issuer in the terms of the kind: `iss` of a token, the client of an assertion, `x5t#S256:<thumbprint>` of a
   * certificate's authority, `acs:ram::<account>`. Issuer and subject together name exactly one caller.
   */
  readonly issuer: string;
  /** The name by which grants know the caller. Compared byte for byte, at most MAX_PRINCIPAL_NAME_BYTES long. */
  readonly subject: string;
  /** Without repetition; empty where the kind or the proof has none. Compared byte for byte. */
  readonly groups: readonly string[];
  /** Verified claims only. For a described caller, the claims of the description. */
  readonly claims: Claims;
  /** True when the proof says that a second factor was used (`amr` of RFC 8176, or `acr`). */
  readonly mfa: boolean;
  /** When the caller last signed in (`auth_time`). Undefined: the proof does not say, or not in seconds. */
  readonly authenticatedAt: Date | undefined;
  /** When the proof ends (`exp`, or the first end on a certificate's path). Undefined for a described caller without `exp`. */
  readonly expiresAt: Date | undefined;
  /** SHA-256 of the proof, base64url: names the proof in the audit row. Empty for a described caller. */
  readonly proofHash: string;
  /** Thumbprint, base64url, of the key (RFC 7638) or certificate (RFC 8705) that the caller proved to hold. Absent: none. */
  readonly boundKey?: string;
  /**
   * The IP address that the proof asserts; it takes the place of the connection's. Null: the proof asserts one that must not
   * count, so the caller's address is unknown. Absent: the connection's address counts.
   */
  readonly assertedAddress?: string | null;
}

/**
 * The kinds of proof: an OpenID Connect token, a partner's signed assertion (RFC 7523), a client certificate, and a signed
 * GetCallerIdentity request of an Alibaba Cloud account.
 */
export const PRINCIPAL_KINDS = ['oidc', 'assertion', 'certificate', 'aliyun'] as const;
type PrincipalKind = (typeof PRINCIPAL_KINDS)[number];

/** A caller, by the kind of proof. */
export type Principal = { readonly [Kind in PrincipalKind]: PrincipalOf<Kind> }[PrincipalKind];
