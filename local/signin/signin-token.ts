// GetSigninToken: takes the STS credentials of a role session in a form and gives a token that signs in once, within 30
// seconds. Credentials of any other kind are refused.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { LocalIam } from '../iam/local-iam.ts';

const Form = z.object({
  Action: z.literal('GetSigninToken'),
  AccessKeyId: z.string().min(1),
  AccessKeySecret: z.string().min(1),
  SecurityToken: z.string().min(1),
  TicketType: z.literal('mini'),
});

type SigninRefusal = 'InvalidParameter' | 'InvalidAccessKeyId' | 'SignatureDoesNotMatch' | 'NoPermission';

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The ARN of the role session to which the credentials belong. */
export function authenticateForm(form: URLSearchParams, iam: LocalIam): Result<string, SigninRefusal> {
  const parsed = Form.safeParse(Object.fromEntries(form));
  if (!parsed.success) return err('InvalidParameter');
  const { AccessKeyId, AccessKeySecret, SecurityToken } = parsed.data;
  const found = iam.find(AccessKeyId, SecurityToken);
  if (found.kind !== 'found') return err('InvalidAccessKeyId');
  if (!isSame(AccessKeySecret, found.caller.accessKeySecret)) return err('SignatureDoesNotMatch');
  return found.caller.principal.kind === 'role' ? ok(found.caller.arn) : err('NoPermission');
}

/** Help, "GetSigninToken": the token is valid for 30 seconds and can be used once. */
const SIGNIN_TOKEN_SECONDS = 30;

export interface TokenStore {
  issue(arn: string): string;
  /** The ARN that the token signs in; undefined when the token is unknown, was used or has expired. */
  redeem(token: string): string | undefined;
}

/** Tokens in memory; they do not outlive a restart. */
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
