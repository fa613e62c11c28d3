// Whether a published key is a private or symmetric one, with which everybody who reads it can sign.

/** Private members of RSA, EC and OKP keys, the key of a symmetric one (RFC 7518 section 6), and of those to come. */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/** A member that is null says nothing: some libraries write each member that they know. */
export const isSecretJwk = (jwk: Readonly<Record<string, unknown>>): boolean =>
  jwk['kty'] === 'oct' || SECRET_MEMBERS.some((name) => (jwk[name] ?? null) !== null);
