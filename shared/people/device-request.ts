// A command line on a machine without a browser asks to be signed in (RFC 8628). Holds hashes of its codes, never those.
import * as z from 'zod';
import { sha256 } from '../kernel/sha256.ts';
import { PersonKey } from './person.ts';
import { DeviceName, SessionId, When } from './session.ts';

/** Of consonants only, so that no code is a word, and each can be told from the others (RFC 8628 section 6.1). */
export const USER_CODE_LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';

/** What a person types, as it is compared: 20^8 of them, 34 bits. */
export const UserCode = z
  .string()
  .regex(new RegExp(`^[${USER_CODE_LETTERS}]{8}$`))
  .brand<'UserCode'>();
export type UserCode = z.infer<typeof UserCode>;

/** Names the request, to the device too. */
export const DeviceRequestKey = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .brand<'DeviceRequestKey'>();
export type DeviceRequestKey = z.infer<typeof DeviceRequestKey>;

export const deviceRequestKey = (userCode: UserCode): DeviceRequestKey =>
  DeviceRequestKey.parse(sha256(userCode, 'base64url'));

/** Who said yes, and the id of the session to be. */
const Approval = z.object({ person: PersonKey, approvedIn: SessionId, session: SessionId });

export const DeviceRequest = z.object({
  key: DeviceRequestKey,
  /** SHA-256 of the secret in the device's own code. */
  secretHash: z.string(),
  device: DeviceName.optional(),
  /** Where it was asked from, if that is known. */
  address: z.string().optional(),
  askedAt: When,
  expiresAt: When,
  status: z.enum(['waiting', 'approved', 'denied', 'used']),
  approval: Approval.optional(),
  /** Counts writes, so that a write can tell whether it knew the last one. */
  version: z.int(),
});
export type DeviceRequest = z.infer<typeof DeviceRequest>;
