// How Stint proves to an OpenID Provider that it is the client: by nothing but PKCE, by a signature, or by a secret. The
// only file that reveals a client secret.
import * as openid from 'openid-client';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import type { ClientSecrets } from '../keys/client-secrets.ts';
import type { SessionKeys } from '../keys/session-keys.ts';
import { basicEncoded } from '../sign-on/form-encoded.ts';

/** The access document wants a secret that whoever deployed did not give. */
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
 * What the provider was sent to know Stint by, and must not be repeated to anybody. The credentials of the header first: in
 * base64 the secret within them cannot be found.
 */
export function sentSecrets({ id, clientId }: OidcConnection, secrets: ClientSecrets): readonly string[] {
  const secret = secrets.get(id)?.reveal();
  return secret === undefined ? [] : [`${basicEncoded(clientId)}:${basicEncoded(secret)}`, secret];
}

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
