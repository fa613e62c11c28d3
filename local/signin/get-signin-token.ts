// GetSigninToken: STS credentials in a form, a token for one sign-in out. Takes nothing that is not a role's session.
import { timingSafeEqual } from 'node:crypto';
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

export type SigninRefusal =
  | 'InvalidParameter'
  | 'InvalidAccessKeyId'
  | 'SignatureDoesNotMatch'
  | 'NoPermission';

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Whom the credentials are of. */
export function authenticateForm(form: URLSearchParams, iam: LocalIam): Result<string, SigninRefusal> {
  const parsed = Form.safeParse(Object.fromEntries(form));
  if (!parsed.success) return err('InvalidParameter');
  const { AccessKeyId, AccessKeySecret, SecurityToken } = parsed.data;
  const found = iam.find(AccessKeyId, SecurityToken);
  if (found.kind !== 'found') return err('InvalidAccessKeyId');
  if (!isSame(AccessKeySecret, found.caller.accessKeySecret)) return err('SignatureDoesNotMatch');
  return found.caller.principal.kind === 'role' ? ok(found.caller.arn) : err('NoPermission');
}
