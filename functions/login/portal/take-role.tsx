// A person takes a role: vend issues credentials for it, and the portal shows them.
import * as z from 'zod';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { Activity } from '../../../shared/people/activity.ts';
import { CREDENTIAL_FORMATS } from '../../../shared/people/credential-formats.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { credentialsPath, LANGUAGE, SHOWN_BEFORE } from '../paths/page-paths.ts';
import { callVend, credentialsCall, type Vended } from '../request/call-vend.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext, SignedIn } from '../request/login-env.ts';
import { keepLanguage, viewOf } from '../request/page-view.ts';
import { noteActivity } from '../request/record.ts';
import { readForm, readRole } from '../request/request-parts.ts';
import { asLanguage } from '../ui/model/language.ts';
import { CredentialsGonePage, CredentialsPage } from '../ui/pages/credentials-page.tsx';
import { signInPage } from './show-sign-in.tsx';

/** vend's limit: the length of a RoleArn with the longest names. */
const MAX_ROLE_CHARACTERS = 128;

/** A role id or a RoleArn, for vend to find. */
export const NamedRole = z.string().min(1).max(MAX_ROLE_CHARACTERS);

const Form = z.object({ role: NamedRole });

/** `ageSeconds`: how long ago vend issued the credentials. */
type VendedRole = Vended & SignedIn & { readonly ageSeconds: number };

const REFUSALS: ReadonlySet<SignOnFailure['code']> = new Set(['access_denied', 'step_up_required']);

/** The entry in the recent activity for a failure that has nothing to do with the person's permissions. */
type FailedActivity = Extract<Activity['kind'], 'console_failed' | 'credentials_failed'>;

/** Vends the role that the form names, and adds a refusal to the person's recent activity. */
export async function takeRole(
  c: LoginContext,
  failed: FailedActivity,
  deps: LoginDeps,
): Promise<Result<VendedRole, SignOnFailure>> {
  const signedIn = c.get('signedIn');
  if (!signedIn) return err({ code: 'session_ended', reason: 'session-missing' });
  const form = Form.safeParse(await readForm(c));
  if (!form.success) return err({ code: 'form_refused', reason: 'form-fields' });
  const { role } = form.data;
  const vended = await callVend(c, signedIn, credentialsCall(role), deps);
  if (vended.ok) return ok({ ...vended.value.body, ageSeconds: vended.value.ageSeconds, ...signedIn });
  const kind = REFUSALS.has(vended.error.code) ? 'refused' : failed;
  await noteActivity(c, signedIn.session, { kind, subject: role }, deps);
  return vended;
}

/** POST /portal/credentials: the page with the credentials. */
export const showCredentials = (deps: LoginDeps) => async (c: LoginContext) => {
  const taken = await takeRole(c, 'credentials_failed', deps);
  const form = await readForm(c);
  if (!taken.ok) return failurePage(c, taken.error, deps, readRole(form));
  const { role, credentials, session, ageSeconds, refreshAfter } = taken.value;
  await noteActivity(c, session, { kind: 'credentials', subject: role }, deps);
  const { accessKeyId, accessKeySecret, securityToken, expiration } = credentials;
  const shown = {
    accessKeyId,
    accessKeySecret: accessKeySecret.reveal(),
    securityToken: securityToken.reveal(),
    expiration,
  };
  const format = CREDENTIAL_FORMATS.find((one) => one === form['format']) ?? CREDENTIAL_FORMATS[0];
  const { region, publicUrl } = deps;
  const language = asLanguage(String(form[LANGUAGE] ?? ''));
  const age = {
    ageMs: ageSeconds * 1000,
    isSame: language === undefined && form[SHOWN_BEFORE] === accessKeyId,
    renewedFrom: refreshAfter === undefined ? undefined : new Date(refreshAfter),
  };
  const given = { roleId: role, region, publicUrl, credentials: shown, format, ...age };
  if (language) keepLanguage(c, language);
  const view = { ...viewOf(c, 'roles', deps, language), address: credentialsPath(role) };
  return c.html(<CredentialsPage view={view} {...given} />);
};

/** GET /portal/credentials: the same page without credentials, for a browser that reloads it or returns to it. */
export const showCredentialsGone = (deps: LoginDeps) => (c: LoginContext) => {
  const role = readRole(c.req.query());
  if (role === undefined) return failurePage(c, { code: 'not_found', reason: 'no-route' }, deps);
  const here = credentialsPath(role);
  if (!c.get('signedIn')) return signInPage(c, { returnTo: here }, deps);
  return c.html(<CredentialsGonePage view={{ ...viewOf(c, 'roles', deps), here }} roleId={role} />);
};
