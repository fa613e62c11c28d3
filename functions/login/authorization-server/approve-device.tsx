// The pages where somebody types the code that a machine shows them, and says whether it may sign in as them. The machine
// may be a stranger's who sent them the code (RFC 8628 section 5.4): nothing is approved by an address, and what is known
// of the machine is shown first.
import * as z from 'zod';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import {
  type DeviceRequest,
  DeviceRequestKey,
  deviceRequestKey,
  type UserCode,
} from '../../../shared/people/device-request.ts';
import { personKey } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { openState, sealState } from '../keys/sealed-state.ts';
import { DEVICE_PATH } from '../paths/oauth-paths.ts';
import { signInPath } from '../paths/page-paths.ts';
import { currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { viewOf } from '../request/page-view.ts';
import { browserAddress, readForm } from '../request/read-request.ts';
import { record } from '../request/record.ts';
import { newSessionId } from '../sessions/begin-session.ts';
import { commandLineEnd } from '../sessions/session-limits.ts';
import { ConfirmDevicePage, DeviceAnsweredPage, DeviceCodePage } from '../ui/pages/device-pages.tsx';
import { readUserCode, showUserCode } from './device-codes.ts';
import type { DeviceLimits } from './device-limits.ts';

const PURPOSE = 'device-request';

/** What the person was shown, for their answer to bring back: no other code, and nobody else's answer. */
const Shown = z.object({ purpose: z.literal(PURPOSE), session: z.string(), key: DeviceRequestKey });

const viewHere = (c: LoginContext, userCode: UserCode | undefined, deps: LoginDeps) => {
  const query = userCode === undefined ? '' : `?user_code=${showUserCode(userCode)}`;
  return { ...viewOf(c, 'sign-in', deps), here: `${DEVICE_PATH}${query}` };
};

export const askForCode = (deps: LoginDeps) => async (c: LoginContext) => {
  const userCode = readUserCode(c.req.query('user_code'));
  const view = viewHere(c, userCode, deps);
  if (!c.get('signedIn')) return c.redirect(signInPath(view.here), 303);
  return c.html(<DeviceCodePage view={view} code={userCode && showUserCode(userCode)} isUnknown={false} />);
};

/** A code that waits for an answer; any other is as good as none. */
async function findWaiting(
  key: DeviceRequestKey,
  now: Date,
  { devices }: LoginDeps,
): Promise<Result<DeviceRequest | undefined, SignOnFailure>> {
  const found = await devices.find(key);
  if (!found.ok) return err(storeUnavailable(found.error));
  const isWaiting = found.value?.status === 'waiting' && now < found.value.expiresAt;
  return ok(isWaiting ? found.value : undefined);
}

async function confirmPage(
  c: LoginContext,
  session: Session,
  { userCode, request }: { readonly userCode: UserCode; readonly request: DeviceRequest },
  deps: LoginDeps,
) {
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok) return failurePage(c, signOn.error, deps);
  const shown = { purpose: PURPOSE, session: session.id, key: request.key };
  const sealed = await sealState(shown, c.get('now'), deps.tokens.keys);
  const { device, address, askedAt } = request;
  const about = {
    code: showUserCode(userCode),
    device,
    address,
    askedAt,
    yourAddress: browserAddress(c, deps),
  };
  const endsAt = commandLineEnd(session, signOn.value.sessions);
  return c.html(
    <ConfirmDevicePage view={viewHere(c, userCode, deps)} request={sealed} about={about} endsAt={endsAt} />,
  );
}

export const showDevice = (limits: DeviceLimits, deps: LoginDeps) => async (c: LoginContext) => {
  const session = c.get('signedIn')?.session;
  if (!session) return failurePage(c, { code: 'session_ended', reason: 'session-missing' }, deps);
  const now = c.get('now');
  const { user_code: typed } = await readForm(c);
  if (!limits.tryCode(personKey(session.connection, session.subject), now).ok)
    return failurePage(c, { code: 'rate_limited', reason: 'user-code-limit' }, deps);
  const userCode = readUserCode(typed);
  const found =
    userCode === undefined ? ok(undefined) : await findWaiting(deviceRequestKey(userCode), now, deps);
  if (!found.ok) return failurePage(c, found.error, deps);
  if (userCode === undefined || !found.value)
    return c.html(<DeviceCodePage view={viewHere(c, undefined, deps)} code={undefined} isUnknown />, 400);
  return confirmPage(c, session, { userCode, request: found.value }, deps);
};

interface Answered {
  readonly request: DeviceRequest;
  readonly isYes: boolean;
}

async function readAnswer(
  c: LoginContext,
  session: Session,
  deps: LoginDeps,
): Promise<Result<Answered, SignOnFailure>> {
  const now = c.get('now');
  const { request, answer, sure } = await readForm(c);
  const shown = await openState(Shown, String(request ?? ''), now, deps.tokens.keys);
  if (!shown || shown.session !== session.id)
    return err({ code: 'sign_on_ended', reason: 'state-unreadable' });
  const isYes = answer === 'yes';
  // The browser asks for the tick as well; without it nobody has said that the code is their own terminal's.
  if (isYes && sure !== 'yes') return err({ code: 'form_refused', reason: 'form-fields' });
  const found = await findWaiting(shown.key, now, deps);
  if (!found.ok) return found;
  return found.value
    ? ok({ request: found.value, isYes })
    : err({ code: 'sign_on_ended', reason: 'state-used' });
}

export const answerDevice = (deps: LoginDeps) => async (c: LoginContext) => {
  const session = c.get('signedIn')?.session;
  if (!session) return failurePage(c, { code: 'session_ended', reason: 'session-missing' }, deps);
  const read = await readAnswer(c, session, deps);
  if (!read.ok) return failurePage(c, read.error, deps);
  const { request, isYes } = read.value;
  const { connection, subject, id } = session;
  const action = isYes ? 'command-line-approved' : 'command-line-denied';
  const recorded = await record(c, { action, connection, subject, session: id }, deps);
  if (!recorded.ok) return failurePage(c, recorded.error, deps);
  const approval = { person: personKey(connection, subject), approvedIn: id, session: newSessionId() };
  const answered = isYes ? ({ status: 'approved', approval } as const) : ({ status: 'denied' } as const);
  const replaced = await deps.devices.replace(request, {
    ...request,
    ...answered,
    version: request.version + 1,
  });
  if (!replaced.ok) return failurePage(c, storeUnavailable(replaced.error), deps);
  if (replaced.value === 'changed')
    return failurePage(c, { code: 'sign_on_ended', reason: 'state-used' }, deps);
  return c.html(<DeviceAnsweredPage view={viewHere(c, undefined, deps)} isYes={isYes} />);
};
