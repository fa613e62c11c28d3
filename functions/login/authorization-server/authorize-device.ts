// The device authorization endpoint: a machine without a browser asks for two codes (RFC 8628 sections 3.1 and 3.2). The person
// enters the user code in a browser (approve-device.tsx), and the machine polls with its device code (grant-tokens.ts).
import { randomInt } from 'node:crypto';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import {
  type DeviceRequest,
  DeviceRequestKey,
  deviceRequestKey,
  USER_CODE_LETTERS,
  UserCode,
} from '../../../shared/people/device-request.ts';
import type { PersonKey } from '../../../shared/people/person.ts';
import { DeviceName } from '../../../shared/people/session.ts';
import { createTokenBuckets, type Rate } from '../../../shared/pipeline/limit/token-buckets.ts';
import { DEVICE_PATH } from '../paths/oauth-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import { browserAddress } from '../request/request-parts.ts';
import { formatFault, type TokenFault, unavailable } from '../request/token-fault.ts';
import { hashSecret, newSecret } from '../sessions/session-cookie.ts';
import { readTokenRequest } from './oauth-parameters.ts';

/** The time between two polls, as the response says (RFC 8628 section 3.2). */
const POLL_SECONDS = 5;
/** Half a second less, for responses that arrived late. */
const POLLS: Rate = { perSecond: 1 / (POLL_SECONDS - 0.5), burst: 1 };
/** A code has 34 bits: a person who guesses for a day has a chance of one in some millions (RFC 8628 section 5.1). */
const CODES_OF_PERSON: Rate = { perSecond: 1 / 6, burst: 10 };

/** About 200 bytes each, 5 MB in total. */
const MAX_KEYS = 20_000;

const toSeconds = (wait: number): Result<void, number> =>
  wait === 0 ? ok(undefined) : err(Math.ceil(wait / 1000));

/**
 * How often a device may poll, and a person may enter a code. Each call fails with the number of seconds to wait. Each instance
 * of the function counts for itself: a shared count would cost a write for every request, and the limits grant nothing.
 */
export interface DeviceLimits {
  /** Counts by the device code, so that another device cannot use up the polls. */
  poll(deviceCode: string, now: Date): Result<void, number>;
  tryCode(person: PersonKey, now: Date): Result<void, number>;
}

export function createDeviceLimits(): DeviceLimits {
  const [polls, people] = [createTokenBuckets(MAX_KEYS), createTokenBuckets(MAX_KEYS)];
  return {
    poll: (deviceCode, now) => toSeconds(polls.take(deviceCode, POLLS, now)),
    tryCode: (person, now) => toSeconds(people.take(person, CODES_OF_PERSON, now)),
  };
}

const USER_CODE_LENGTH = 8;
const GROUP = 4;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/** The code that only the device has. `secret`: 256 bits, of which the store holds a hash. */
interface DeviceCode {
  readonly key: DeviceRequestKey;
  readonly secret: string;
}

const newUserCode = (): UserCode =>
  UserCode.parse(
    Array.from(
      { length: USER_CODE_LENGTH },
      () => USER_CODE_LETTERS[randomInt(USER_CODE_LETTERS.length)],
    ).join(''),
  );

/** `BCDF-GHJK`. */
export const formatUserCode = (code: UserCode): string => `${code.slice(0, GROUP)}-${code.slice(GROUP)}`;

/** Accepts lower case, spaces and dashes (RFC 8628 section 6.1). Undefined: not a code. */
export const readUserCode = (typed: unknown): UserCode | undefined =>
  UserCode.safeParse(
    String(typed ?? '')
      .toUpperCase()
      .replace(/[\s-]/g, ''),
  ).data;

const writeDeviceCode = (userCode: UserCode, secret: string): string =>
  `${deviceRequestKey(userCode)}.${secret}`;

export function readDeviceCode(text: string): DeviceCode | undefined {
  const [name, secret = '', ...rest] = text.split('.');
  const key = DeviceRequestKey.safeParse(name).data;
  return key && SECRET.test(secret) && rest.length === 0 ? { key, secret } : undefined;
}

/** How long a code is valid: enough to find a phone, sign in there and type eight letters. */
const REQUEST_SECONDS = 600;
/** A new code may equal one of the last day, which the store still holds. Three in a row are next to impossible. */
const MAX_ATTEMPTS = 3;

/** What the device says of itself, and its IP address. */
type DeviceDetails = Pick<DeviceRequest, 'device' | 'address' | 'cloudSso'>;

interface NewCodes {
  readonly userCode: UserCode;
  readonly secret: string;
}

/** The codes for a device, and the page that its person opens. Times are in seconds. */
interface DeviceAuthorization {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly page: string;
  /** The page with the user code filled in. */
  readonly pageWithCode: string;
  readonly expiresIn: number;
  readonly interval: number;
}

async function storeRequest(
  details: DeviceDetails,
  now: Date,
  { devices }: LoginDeps,
): Promise<Result<NewCodes, TokenFault>> {
  for (let tries = 0; tries < MAX_ATTEMPTS; tries++) {
    const codes = { userCode: newUserCode(), secret: newSecret() };
    const added = await devices.add({
      ...details,
      key: deviceRequestKey(codes.userCode),
      secretHash: hashSecret(codes.secret),
      askedAt: now,
      expiresAt: new Date(now.getTime() + REQUEST_SECONDS * 1000),
      status: 'waiting',
      version: 1,
    });
    if (!added.ok) return err(unavailable(added.error));
    if (added.value === 'added') return ok(codes);
  }
  return err({ error: 'temporarily_unavailable', reason: 'user-codes-taken' });
}

/** Stores the request of a device. Anybody can send one. Fails with `temporarily_unavailable`. */
export async function askForDevice(
  details: DeviceDetails,
  now: Date,
  deps: LoginDeps,
): Promise<Result<DeviceAuthorization, TokenFault>> {
  const stored = await storeRequest(details, now, deps);
  if (!stored.ok) return stored;
  const { userCode, secret } = stored.value;
  const shown = formatUserCode(userCode);
  const page = `${deps.publicUrl}${DEVICE_PATH}`;
  return ok({
    deviceCode: writeDeviceCode(userCode, secret),
    userCode: shown,
    page,
    pageWithCode: `${page}?user_code=${shown}`,
    expiresIn: REQUEST_SECONDS,
    interval: POLL_SECONDS,
  });
}

async function readAndAsk(
  c: LoginContext,
  deps: LoginDeps,
): Promise<Result<DeviceAuthorization, TokenFault>> {
  const parameters = await readTokenRequest(c);
  if (!parameters.ok) return parameters;
  const device = DeviceName.optional().safeParse(parameters.value['device_name']);
  if (!device.success) return err({ error: 'invalid_request', reason: 'device-name' });
  return askForDevice({ device: device.data, address: browserAddress(c, deps) }, c.get('now'), deps);
}

/**
 * POST /login/device_authorization (RFC 8628 sections 3.1 and 3.2). Anybody can send it: the name of the device is shown to the
 * person who enters the code, and proves nothing. Times are in seconds.
 */
export const authorizeDevice = (deps: LoginDeps) => async (c: LoginContext) => {
  const asked = await readAndAsk(c, deps);
  if (!asked.ok) return formatFault(c, asked.error, deps);
  const { deviceCode, userCode, page, pageWithCode, expiresIn, interval } = asked.value;
  return c.json({
    device_code: deviceCode,
    user_code: userCode,
    verification_uri: page,
    verification_uri_complete: pageWithCode,
    expires_in: expiresIn,
    interval,
  });
};
