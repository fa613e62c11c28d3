// grant_type=urn:ietf:params:oauth:grant-type:device_code: the device asks whether somebody has said yes (RFC 8628 section
// 3.4 and 3.5).
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { sha256 } from '../../../shared/kernel/sha256.ts';
import type { DeviceRequest } from '../../../shared/people/device-request.ts';
import type { LoginDeps } from '../request/deps.ts';
import { type TokenFault, unavailable } from '../request/token-fault.ts';
import { isSecretOf } from '../sessions/session-cookie.ts';
import { type Approved, beginApproved, endWhatItGave, refuseApproved } from './begin-approved.ts';
import type { Begun } from './begin-command-line.ts';
import { readDeviceCode } from './device-codes.ts';
import type { DeviceLimits } from './device-limits.ts';
import type { Moment } from './moment.ts';
import type { Parameters } from './read-parameters.ts';

type Redeemed = Promise<Result<Begun, TokenFault>>;

/** The request whose device this is; anybody may know its name, and nobody else its secret. */
async function findOwn(
  text: string,
  { devices }: LoginDeps,
): Promise<Result<DeviceRequest | undefined, TokenFault>> {
  const code = readDeviceCode(text);
  if (!code) return ok(undefined);
  const found = await devices.find(code.key);
  if (!found.ok) return err(unavailable(found.error));
  return ok(isSecretOf(code.secret, found.value?.secretHash) ? found.value : undefined);
}

async function endAndRefuse(approved: Approved, deps: LoginDeps): Redeemed {
  const ended = await endWhatItGave(approved, deps);
  return ended.ok ? refuseApproved('device-code-used', approved) : ended;
}

/** Marked as used once its session is there, as in redeem-code.ts, and for the same reason. */
async function begin(request: DeviceRequest, approved: Approved, moment: Moment, deps: LoginDeps): Redeemed {
  const begun = await beginApproved(approved, moment, deps);
  const after = { ...request, status: 'used', version: request.version + 1 } as const;
  const used = await deps.devices.replace(request, after);
  if (begun.ok && used.ok && used.value === 'replaced') return begun;
  const refused = await endAndRefuse(approved, deps);
  if (!used.ok) return err(unavailable(used.error));
  return used.value === 'changed' || begun.ok ? refused : begun;
}

export async function redeemDeviceCode(
  given: Parameters,
  moment: Moment,
  limits: DeviceLimits,
  deps: LoginDeps,
): Redeemed {
  const text = given['device_code'];
  if (text === undefined) return err({ error: 'invalid_request', reason: 'device-code-missing' });
  if (!limits.poll(sha256(text, 'base64url'), moment.now).ok)
    return err({ error: 'slow_down', reason: 'polled-too-soon' });
  const found = await findOwn(text, deps);
  if (!found.ok) return found;
  const request = found.value;
  if (!request) return err({ error: 'invalid_grant', reason: 'device-code-unknown' });
  const approved = request.approval && { ...request.approval, device: request.device };
  if (request.status === 'used' && approved) return endAndRefuse(approved, deps);
  if (moment.now >= request.expiresAt) return err({ error: 'expired_token', reason: 'device-request-ended' });
  if (request.status === 'denied') return err({ error: 'access_denied', reason: 'device-denied' });
  if (request.status === 'approved' && approved) return begin(request, approved, moment, deps);
  return err({ error: 'authorization_pending', reason: 'device-waiting' });
}
