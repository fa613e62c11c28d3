// Sign-in tokens: each works once, and for 30 seconds.
import { randomBytes } from 'node:crypto';

/** Help, "GetSigninToken": the token is valid for 30 seconds and can be used once. */
const SIGNIN_TOKEN_SECONDS = 30;

export interface TokenStore {
  issue(arn: string): string;
  /** Whom the token signs in; undefined when it is unknown, was used or has expired. */
  redeem(token: string): string | undefined;
}

export function createTokenStore(clock: () => Date): TokenStore {
  const tokens = new Map<string, { readonly arn: string; readonly expiresAt: number }>();
  const forgetExpired = (now: number): void => {
    for (const [token, { expiresAt }] of tokens) if (expiresAt <= now) tokens.delete(token);
  };
  return {
    issue(arn) {
      const now = clock().getTime();
      forgetExpired(now);
      const token = randomBytes(48).toString('base64');
      tokens.set(token, { arn, expiresAt: now + SIGNIN_TOKEN_SECONDS * 1000 });
      return token;
    },
    redeem(token) {
      forgetExpired(clock().getTime());
      const found = tokens.get(token);
      tokens.delete(token);
      return found?.arn;
    },
  };
}
