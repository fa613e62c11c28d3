// POST /portal/credentials: the one page that shows secrets, to whoever asked for them just now.
import { CREDENTIAL_FORMATS } from '../../../shared/people/credential-formats.ts';
import type { LoginDeps } from '../deps.ts';
import { failurePage } from '../http/failure-page.tsx';
import type { LoginContext } from '../http/login-env.ts';
import { noteActivity } from '../http/note-activity.ts';
import { viewOf } from './page-view.ts';
import { CredentialsPage } from './pages/credentials-page.tsx';
import { readRole } from './role-paths.ts';
import { takeRole } from './take-role.ts';

export const showCredentials = (deps: LoginDeps) => async (c: LoginContext) => {
  const taken = await takeRole(c, deps);
  const form = await c.req.parseBody();
  if (!taken.ok) return failurePage(c, taken.error, deps, readRole(form));
  const { role, credentials, session } = taken.value;
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
  const given = { roleId: role, region, publicUrl, credentials: shown, format };
  return c.html(<CredentialsPage view={viewOf(c, 'roles', deps)} {...given} />);
};
