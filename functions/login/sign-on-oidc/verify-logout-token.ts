// An identity provider's order to end sessions: a logout token (OpenID Connect Back-Channel Logout 1.0 section 2.6). It
// must be one and nothing else: an ID token of the same issuer, for the same client, must not sign anybody out.
import { type CryptoKey, jwtVerify } from 'jose';
import * as z from 'zod';
import { tokenType } from '../../../shared/identity/token-type.ts';
import { SIGNATURE_ALGORITHMS } from '../../../shared/kernel/signature-algorithms.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import type { LogoutToken } from '../request/oidc-port.ts';

/** Sent at once and once; a provider may try again for a while. */
export const LOGOUT_TOKEN_SECONDS = 300;
const CLOCK_TOLERANCE_SECONDS = 30;

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const Name = z.string().min(1).max(512);

const LogoutClaims = z.object({
  jti: Name,
  iat: z.number(),
  sub: Name.optional(),
  sid: Name.optional(),
  events: z.object({ [EVENT]: z.object({}) }),
  /** Section 2.4: an ID token may have one, a logout token must not. */
  nonce: z.undefined().optional(),
});

/** Section 2.4 recommends the first; older providers send the second, or none. */
const TYPES: readonly string[] = ['logout+jwt', 'jwt'];

/** Undefined: it is no logout token of this provider for this client, or not of now. */
async function verifyBy(
  token: string,
  { issuer, clientId }: OidcConnection,
  key: CryptoKey,
  now: Date,
): Promise<LogoutToken | undefined> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, key, {
      issuer,
      audience: clientId,
      algorithms: [...SIGNATURE_ALGORITHMS],
      requiredClaims: ['iat', 'jti'],
      maxTokenAge: LOGOUT_TOKEN_SECONDS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: now,
    });
    const { typ } = protectedHeader;
    if (typ !== undefined && !TYPES.includes(tokenType(typ))) return undefined;
    const claims = LogoutClaims.safeParse(payload).data;
    if (!claims || (claims.sub === undefined && claims.sid === undefined)) return undefined;
    const { jti, iat, sub, sid } = claims;
    const endsWhatBeganBy = new Date((iat + CLOCK_TOLERANCE_SECONDS) * 1000);
    return {
      jti,
      endsWhatBeganBy,
      ...(sub === undefined ? {} : { sub }),
      ...(sid === undefined ? {} : { sid }),
    };
  } catch {
    return undefined; // jose's own errors
  }
}

/** Undefined where no key signed it, or none could be had. */
export async function verifyLogoutToken(
  token: string,
  connection: OidcConnection,
  keys: readonly CryptoKey[],
  now: Date,
): Promise<LogoutToken | undefined> {
  const verified = await Promise.all(keys.map((key) => verifyBy(token, connection, key, now)));
  return verified.find((found) => found !== undefined);
}
