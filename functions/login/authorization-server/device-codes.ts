// The two codes of a device (RFC 8628 section 3.2): one that a person types, and one that only the device has, with a
// secret of 256 bits after the request's name.
import { randomInt } from 'node:crypto';
import {
  DeviceRequestKey,
  deviceRequestKey,
  USER_CODE_LETTERS,
  UserCode,
} from '../../../shared/people/device-request.ts';

const USER_CODE_LENGTH = 8;
const GROUP = 4;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

export interface DeviceCode {
  readonly key: DeviceRequestKey;
  readonly secret: string;
}

export const newUserCode = (): UserCode =>
  UserCode.parse(
    Array.from(
      { length: USER_CODE_LENGTH },
      () => USER_CODE_LETTERS[randomInt(USER_CODE_LETTERS.length)],
    ).join(''),
  );

/** As people read it. */
export const showUserCode = (code: UserCode): string => `${code.slice(0, GROUP)}-${code.slice(GROUP)}`;

/** However it is typed: in small letters, with spaces or a dash (section 6.1). */
export const readUserCode = (typed: unknown): UserCode | undefined =>
  UserCode.safeParse(
    String(typed ?? '')
      .toUpperCase()
      .replace(/[\s-]/g, ''),
  ).data;

export const writeDeviceCode = (userCode: UserCode, secret: string): string =>
  `${deviceRequestKey(userCode)}.${secret}`;

export function readDeviceCode(text: string): DeviceCode | undefined {
  const [name, secret = '', ...rest] = text.split('.');
  const key = DeviceRequestKey.safeParse(name).data;
  return key && SECRET.test(secret) && rest.length === 0 ? { key, secret } : undefined;
}
