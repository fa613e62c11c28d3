// POST /portal/console: vends, has Alibaba Cloud make a sign-in link of it, and sends the browser there at once. The
// credentials and the link are in no page, and in no URL of ours.

import { readRole } from '../paths/role-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { noteActivity } from '../request/note-activity.ts';
import { readForm } from '../request/read-form.ts';
import { record } from '../request/record.ts';
import { takeRole } from './take-role.ts';

export const openConsole = (deps: LoginDeps) => async (c: LoginContext) => {
  const taken = await takeRole(c, 'console_failed', deps);
  if (!taken.ok) return failurePage(c, taken.error, deps, readRole(await readForm(c)));
  const { role, credentials, session } = taken.value;
  const link = await deps.console.link(credentials);
  const failure = link.ok ? undefined : ({ code: 'console_unavailable', reason: link.error } as const);
  const { connection, subject, id } = session;
  const entry = { action: 'console', connection, subject, session: id, role } as const;
  const recorded = await record(c, { ...entry, ...(failure && { failure }) }, deps);
  if (!link.ok) await noteActivity(c, session, { kind: 'console_failed', subject: role }, deps);
  if (!link.ok) return failurePage(c, { code: 'console_unavailable', reason: link.error }, deps);
  if (!recorded.ok) return failurePage(c, recorded.error, deps);
  await noteActivity(c, session, { kind: 'console', subject: role }, deps);
  return c.redirect(link.value.reveal(), 303);
};
