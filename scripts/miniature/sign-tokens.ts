// Signed ID tokens of many identities, made before a measurement starts.
import { importJWK, SignJWT } from 'jose';
import { MINIATURE_AUDIENCE, type Miniature } from './miniature.ts';

/** `count` different tokens, of as many identities unless `identities` is less. */
export async function signTokens(
  { privateJwk, issuer }: Miniature,
  prefix: string,
  count: number,
  identities = count,
  groups: readonly string[] = ['media'],
) {
  const key = await importJWK(privateJwk, 'RS256');
  const tokens: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const token = new SignJWT({ name: `Person ${i}`, groups })
      .setProtectedHeader({ alg: 'RS256', kid: 'miniature' })
      .setIssuer(issuer)
      .setAudience(MINIATURE_AUDIENCE)
      .setSubject(`${prefix}${i % identities}`)
      .setJti(`${prefix}${i}`)
      .setIssuedAt()
      .setExpirationTime('1h');
    tokens.push(await token.sign(key));
  }
  return tokens;
}
