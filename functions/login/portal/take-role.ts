// Vends the role that a form names to whoever sent the form, and notes when it is refused.
import * as z from 'zod';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import type { Activity } from '../../../shared/people/activity.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { askVend } from '../request/ask-vend.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext, SignedIn } from '../request/login-env.ts';
import { noteActivity } from '../request/note-activity.ts';
import { readForm } from '../request/read-form.ts';

/** vend's own limit: a RoleArn with the longest names. */
const MAX_ROLE_CHARACTERS = 128;

const Form = z.object({ role: z.string().min(1).max(MAX_ROLE_CHARACTERS) });

const secret = z.string().transform((text) => new Secret(text));

const Vended = z.object({
  role: z.string(),
  /** From then on vend hands out others, if not before. */
  refreshAfter: z.iso.datetime().optional(),
  credentials: z.object({
    accessKeyId: z.string(),
    accessKeySecret: secret,
    securityToken: secret,
    expiration: z.iso.datetime(),
  }),
});

export type Taken = z.output<typeof Vended> & SignedIn & { readonly ageSeconds: number };

const REFUSALS: ReadonlySet<SignOnFailure['code']> = new Set(['access_denied', 'step_up_required']);

/** What it was for, if it fails for another reason than the person's rights. */
type Failed = Extract<Activity['kind'], 'console_failed' | 'credentials_failed'>;

export async function takeRole(
  c: LoginContext,
  failed: Failed,
  deps: LoginDeps,
): Promise<Result<Taken, SignOnFailure>> {
  const signedIn = c.get('signedIn');
  if (!signedIn) return err({ code: 'session_ended', reason: 'session-missing' });
  const form = Form.safeParse(await readForm(c));
  if (!form.success) return err({ code: 'form_refused', reason: 'form-fields' });
  const { role } = form.data;
  const call = { path: '/v1/credentials', body: { role }, shape: Vended } as const;
  const vended = await askVend(c, signedIn, call, deps);
  if (vended.ok) return ok({ ...vended.value.said, ageSeconds: vended.value.ageSeconds, ...signedIn });
  const kind = REFUSALS.has(vended.error.code) ? 'refused' : failed;
  await noteActivity(c, signedIn.session, { kind, subject: role }, deps);
  return vended;
}
