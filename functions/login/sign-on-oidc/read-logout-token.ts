// A verified token → an identity provider's order to end sessions (OpenID Connect Back-Channel Logout 1.0 section 2.6). It
// must be one and nothing else: an ID token of the same issuer, for the same client, must not sign anybody out.
import * as z from 'zod';
import type { Claims } from '../../../shared/identity/principal.ts';
import { CLOCK_TOLERANCE_SECONDS } from '../../../shared/identity/verify-jwt.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { LogoutToken } from '../request/oidc-port.ts';

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

export function readLogoutToken(claims: Claims): Result<LogoutToken, SignOnFailure> {
  const { data } = LogoutClaims.safeParse(claims);
  if (!data || (data.sub === undefined && data.sid === undefined))
    return err({ code: 'logout_refused', reason: 'logout-token-refused', cause: 'claims' });
  const { jti, iat, sub, sid } = data;
  return ok({
    jti,
    endsWhatBeganBy: new Date((iat + CLOCK_TOLERANCE_SECONDS) * 1000),
    ...(sub === undefined ? {} : { sub }),
    ...(sid === undefined ? {} : { sid }),
  });
}
