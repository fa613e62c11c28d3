// POST /login/device_authorization: a machine without a browser asks for its two codes (RFC 8628 section 3.1). Anybody can:
// what they say of themselves is shown to whoever types the code, and proves nothing.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import {
  type DeviceRequest,
  deviceRequestKey,
  type UserCode,
} from '../../../shared/people/device-request.ts';
import { DeviceName } from '../../../shared/people/session.ts';
import { DEVICE_PATH } from '../paths/oauth-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import { browserAddress } from '../request/read-request.ts';
import { formatFault, type TokenFault, unavailable } from '../request/token-fault.ts';
import { hashSecret, newSecret } from '../sessions/session-cookie.ts';
import { newUserCode, showUserCode, writeDeviceCode } from './device-codes.ts';
import { POLL_SECONDS } from './device-limits.ts';
import { readTokenRequest } from './read-token-request.ts';

/** To find a phone, to sign in there, and to type eight letters. */
const REQUEST_SECONDS = 600;
/** Codes of the last day are taken already; that two tries in a row meet one is next to impossible. */
const TRIES = 3;

type About = Pick<DeviceRequest, 'device' | 'address'>;

interface Asked {
  readonly userCode: UserCode;
  readonly secret: string;
}

async function keepRequest(
  about: About,
  now: Date,
  { devices }: LoginDeps,
): Promise<Result<Asked, TokenFault>> {
  for (let tries = 0; tries < TRIES; tries++) {
    const asked = { userCode: newUserCode(), secret: newSecret() };
    const added = await devices.add({
      ...about,
      key: deviceRequestKey(asked.userCode),
      secretHash: hashSecret(asked.secret),
      askedAt: now,
      expiresAt: new Date(now.getTime() + REQUEST_SECONDS * 1000),
      status: 'waiting',
      version: 1,
    });
    if (!added.ok) return err(unavailable(added.error));
    if (added.value === 'added') return ok(asked);
  }
  return err({ error: 'temporarily_unavailable', reason: 'user-codes-taken' });
}

async function ask(c: LoginContext, deps: LoginDeps): Promise<Result<Asked, TokenFault>> {
  const given = await readTokenRequest(c);
  if (!given.ok) return given;
  const device = DeviceName.optional().safeParse(given.value['device_name']);
  if (!device.success) return err({ error: 'invalid_request', reason: 'device-name' });
  return keepRequest({ device: device.data, address: browserAddress(c, deps) }, c.get('now'), deps);
}

export const authorizeDevice = (deps: LoginDeps) => async (c: LoginContext) => {
  const asked = await ask(c, deps);
  if (!asked.ok) return formatFault(c, asked.error, deps);
  const { userCode, secret } = asked.value;
  const shown = showUserCode(userCode);
  const page = `${deps.publicUrl}${DEVICE_PATH}`;
  return c.json({
    device_code: writeDeviceCode(userCode, secret),
    user_code: shown,
    verification_uri: page,
    verification_uri_complete: `${page}?user_code=${shown}`,
    expires_in: REQUEST_SECONDS,
    interval: POLL_SECONDS,
  });
};
