// The device authorization grant (RFC 8628 section 3.4), of the OAuth token endpoint and of the CloudSSO dialect.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { sha256 } from '../../../shared/kernel/sha256.ts';
import type { DeviceRequest } from '../../../shared/people/device-request.ts';
import type { LoginDeps } from '../request/deps.ts';
import { type TokenFault, unavailable } from '../request/token-fault.ts';
import { isSecretOf } from '../sessions/session-cookie.ts';
import { type DeviceLimits, readDeviceCode } from './authorize-device.ts';
import {
  type Approved,
  beginApproved,
  endApproved,
  type GrantedSession,
  refuseApproved,
} from './begin-command-line.ts';
import type { GrantContext } from './oauth-parameters.ts';

/** The request that the device code belongs to. Undefined: the code is malformed, or its secret is wrong. */
async function findDeviceRequest(
  deviceCode: string,
  { devices }: LoginDeps,
): Promise<Result<DeviceRequest | undefined, TokenFault>> {
  const code = readDeviceCode(deviceCode);
  if (!code) return ok(undefined);
  const found = await devices.find(code.key);
  if (!found.ok) return err(unavailable(found.error));
  return ok(isSecretOf(code.secret, found.value?.secretHash) ? found.value : undefined);
}

async function endAndRefuseDevice(approved: Approved, deps: LoginDeps): GrantedSession {
  const ended = await endApproved(approved, deps);
  return ended.ok ? refuseApproved('device-code-used', approved) : ended;
}

/** The request is marked as used after its session exists, for the reason that redeemCode gives. */
async function beginWithDevice(
  request: DeviceRequest,
  approved: Approved,
  context: GrantContext,
  deps: LoginDeps,
): GrantedSession {
  const started = await beginApproved(approved, context, deps);
  const after = { ...request, status: 'used', version: request.version + 1 } as const;
  const used = await deps.devices.replace(request, after);
  if (started.ok && used.ok && used.value === 'replaced') return started;
  const refused = await endAndRefuseDevice(approved, deps);
  if (!used.ok) return err(unavailable(used.error));
  return used.value === 'changed' || started.ok ? refused : started;
}

/** A poll of a device. */
interface DevicePoll {
  readonly deviceCode: string;
  /** Whether the request is of the client that polls. */
  readonly isOwn: (request: DeviceRequest) => boolean;
}

/** What a session of the CloudSSO dialect is called on its owner's pages. The client itself gives no name. */
const CLOUDSSO_DEVICE = 'CloudSSO (aliyun)';

const approvedOf = ({ approval, cloudSso, device }: DeviceRequest): Approved | undefined =>
  approval && {
    ...approval,
    device: cloudSso ? CLOUDSSO_DEVICE : device,
    isCloudSso: cloudSso !== undefined,
  };

/**
 * The device authorization grant: the device polls until the person has answered (RFC 8628 sections 3.4 and 3.5). The limit
 * counts by the device code, so that another device cannot use up the polls. A code of another client is an unknown one, and
 * the poll has no effect on it.
 */
export async function redeemDeviceCode(
  { deviceCode, isOwn }: DevicePoll,
  context: GrantContext,
  limits: DeviceLimits,
  deps: LoginDeps,
): GrantedSession {
  if (!limits.poll(sha256(deviceCode, 'base64url'), context.now).ok)
    return err({ error: 'slow_down', reason: 'polled-too-soon' });
  const found = await findDeviceRequest(deviceCode, deps);
  if (!found.ok) return found;
  const request = found.value;
  if (!request || !isOwn(request)) return err({ error: 'invalid_grant', reason: 'device-code-unknown' });
  const approved = approvedOf(request);
  if (request.status === 'used' && approved) return endAndRefuseDevice(approved, deps);
  if (context.now >= request.expiresAt)
    return err({ error: 'expired_token', reason: 'device-request-ended' });
  if (request.status === 'denied') return err({ error: 'access_denied', reason: 'device-denied' });
  if (request.status === 'approved' && approved) return beginWithDevice(request, approved, context, deps);
  return err({ error: 'authorization_pending', reason: 'device-waiting' });
}
