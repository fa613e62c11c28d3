// How Stint authenticates to an OpenID Provider as its client (OpenID Connect Core section 9): with PKCE alone, by a signature,
// or by a secret. The only file that reveals a client secret.
import * as openid from 'openid-client';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import type { ClientSecrets } from '../keys/client-secrets.ts';
import type { SessionKeys } from '../keys/session-key-set.ts';
import { basicEncoded } from '../sign-on/provider-error.ts';

/** The access document requires a secret that the deployment does not have. */
export class ClientSecretMissing extends Error {
  override readonly name = 'ClientSecretMissing';
}

/** RFC 7523 section 2.2, with the key that also signs session tokens: the assertion's issuer tells them apart. */
async function bySignature({ signing }: SessionKeys): Promise<openid.ClientAuth> {
  const jwk = signing.key.export({ format: 'jwk' });
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['sign']);
  return openid.PrivateKeyJwt({ key, kid: signing.kid });
}

function secretOf({ id }: OidcConnection, secrets: ClientSecrets): string {
  const secret = secrets.get(id);
  if (!secret) throw new ClientSecretMissing();
  return secret.reveal();
}

/**
 * The credentials that the provider was sent, which must not be repeated anywhere. Those of the Authorization header come
 * first: the secret cannot be found within their base64.
 */
export function sentSecrets({ id, clientId }: OidcConnection, secrets: ClientSecrets): readonly string[] {
  const secret = secrets.get(id)?.reveal();
  return secret === undefined ? [] : [`${basicEncoded(clientId)}:${basicEncoded(secret)}`, secret];
}

/** Throws `ClientSecretMissing`. */
export async function authenticateClient(
  connection: OidcConnection,
  keys: SessionKeys,
  secrets: ClientSecrets,
): Promise<openid.ClientAuth> {
  switch (connection.clientAuthentication) {
    case 'none':
      return openid.None();
    case 'private_key_jwt':
      return bySignature(keys);
    case 'client_secret_basic':
      return openid.ClientSecretBasic(secretOf(connection, secrets));
    case 'client_secret_post':
      return openid.ClientSecretPost(secretOf(connection, secrets));
  }
}
