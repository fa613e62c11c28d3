// Signed ID tokens of many identities, made before the clock starts.
import { importJWK, SignJWT } from 'jose';
import { AUDIENCE, type Miniature } from './contents.ts';

/** Each token is another; each is of another identity unless there are fewer of these. */
export async function signTokens(
  { privateJwk, issuer }: Miniature,
  prefix: string,
  count: number,
  identities = count,
) {
  const key = await importJWK(privateJwk, 'RS256');
  const tokens: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const token = new SignJWT({ name: `Person ${i}`, groups: ['media'] })
      .setProtectedHeader({ alg: 'RS256', kid: 'miniature' })
      .setIssuer(issuer)
      .setAudience(AUDIENCE)
      .setSubject(`${prefix}${i % identities}`)
      .setJti(`${prefix}${i}`)
      .setIssuedAt()
      .setExpirationTime('1h');
    tokens.push(await token.sign(key));
  }
  return tokens;
}
