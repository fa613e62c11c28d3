// POST /portal/credentials: the one page that shows secrets, to whoever asked for them just now. GET: the same page
// without them, for whoever comes back to it.
import { CREDENTIAL_FORMATS } from '../../../shared/people/credential-formats.ts';
import { credentialsPath, readRole } from '../paths/role-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { noteActivity } from '../request/note-activity.ts';
import { keepLanguage, viewOf } from '../request/page-view.ts';
import { readForm } from '../request/read-form.ts';
import { asLanguage, LANGUAGE } from '../ui/model/language.ts';
import { CredentialsGonePage } from '../ui/pages/credentials-gone-page.tsx';
import { CredentialsPage, SHOWN_BEFORE } from '../ui/pages/credentials-page.tsx';
import { signInPage } from './show-sign-in.tsx';
import { takeRole } from './take-role.ts';

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
  const about = {
    ageMs: ageSeconds * 1000,
    isSame: language === undefined && form[SHOWN_BEFORE] === accessKeyId,
    renewedFrom: refreshAfter === undefined ? undefined : new Date(refreshAfter),
  };
  const given = { roleId: role, region, publicUrl, credentials: shown, format, ...about };
  if (language) keepLanguage(c, language);
  const view = { ...viewOf(c, 'roles', deps, language), address: credentialsPath(role) };
  return c.html(<CredentialsPage view={view} {...given} />);
};

export const showCredentialsGone = (deps: LoginDeps) => (c: LoginContext) => {
  const role = readRole(c.req.query());
  if (role === undefined) return failurePage(c, { code: 'not_found', reason: 'no-route' }, deps);
  const here = credentialsPath(role);
  if (!c.get('signedIn')) return signInPage(c, { returnTo: here }, deps);
  return c.html(<CredentialsGonePage view={{ ...viewOf(c, 'roles', deps), here }} roleId={role} />);
};
