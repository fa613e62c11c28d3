// The pages where a person enters the user code of a machine, and approves or denies it. An attacker may have sent the code (RFC
// 8628 section 5.4). So a link with the code approves nothing, and the person sees what is known of the machine first.
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
import { record } from '../request/record.ts';
import { browserAddress, readForm } from '../request/request-parts.ts';
import { newSessionId } from '../sessions/begin-session.ts';
import { commandLineEnd } from '../sessions/session-limits.ts';
import { ConfirmDevicePage, DeviceAnsweredPage, DeviceCodePage } from '../ui/pages/device-pages.tsx';
import { type DeviceLimits, formatUserCode, readUserCode } from './authorize-device.ts';

const PURPOSE = 'device-request';

/**
 * What the page showed. The form brings it back sealed, so that the answer is about this request and comes from the session
 * that was asked.
 */
const ShownRequest = z.object({ purpose: z.literal(PURPOSE), session: z.string(), key: DeviceRequestKey });

const viewHere = (c: LoginContext, userCode: UserCode | undefined, deps: LoginDeps) => {
  const query = userCode === undefined ? '' : `?user_code=${formatUserCode(userCode)}`;
  return { ...viewOf(c, 'sign-in', deps), here: `${DEVICE_PATH}${query}` };
};

/** GET /login/device: the page to enter a code. `?user_code=` fills it in, and approves nothing. */
export const showDeviceCode = (deps: LoginDeps) => async (c: LoginContext) => {
  const userCode = readUserCode(c.req.query('user_code'));
  const view = viewHere(c, userCode, deps);
  if (!c.get('signedIn')) return c.redirect(signInPath(view.here), 303);
  return c.html(<DeviceCodePage view={view} code={userCode && formatUserCode(userCode)} isUnknown={false} />);
};

/** The request, if it still waits for an answer. */
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
  const { device, address, askedAt, cloudSso } = request;
  const about = {
    code: formatUserCode(userCode),
    cloudSsoClient: cloudSso?.clientId,
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

/** POST /login/device: the page that describes the machine and asks the person to approve it. */
export const confirmDevice = (limits: DeviceLimits, deps: LoginDeps) => async (c: LoginContext) => {
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

interface DeviceAnswer {
  readonly request: DeviceRequest;
  readonly isYes: boolean;
}

async function readAnswer(
  c: LoginContext,
  session: Session,
  deps: LoginDeps,
): Promise<Result<DeviceAnswer, SignOnFailure>> {
  const now = c.get('now');
  const { request, answer, sure } = await readForm(c);
  const shown = await openState(ShownRequest, String(request ?? ''), now, deps.tokens.keys);
  if (!shown || shown.session !== session.id)
    return err({ code: 'sign_on_ended', reason: 'state-unreadable' });
  const isYes = answer === 'yes';
  // The person must confirm that the code is their own terminal's. The browser requires the checkbox too.
  if (isYes && sure !== 'yes') return err({ code: 'form_refused', reason: 'form-fields' });
  const found = await findWaiting(shown.key, now, deps);
  if (!found.ok) return found;
  return found.value
    ? ok({ request: found.value, isYes })
    : err({ code: 'sign_on_ended', reason: 'state-used' });
}

/** POST /login/device/answer: approves or denies the machine, once. */
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
