// The request of a machine without a browser to be signed in (RFC 8628). It holds hashes of the codes, never the codes.
import * as z from 'zod';
import { sha256 } from '../kernel/sha256.ts';
import { PersonKey } from './person.ts';
import { DeviceName, SessionId, When } from './session.ts';

/** Consonants only, so that no code is a word (RFC 8628 section 6.1). */
export const USER_CODE_LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';

/** The code that a person types, in normal form: one of 20^8, 34 bits. */
export const UserCode = z
  .string()
  .regex(new RegExp(`^[${USER_CODE_LETTERS}]{8}$`))
  .brand<'UserCode'>();
export type UserCode = z.infer<typeof UserCode>;

/** The id of the request: the hash of its user code. The device code contains it. */
export const DeviceRequestKey = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .brand<'DeviceRequestKey'>();
export type DeviceRequestKey = z.infer<typeof DeviceRequestKey>;

export const deviceRequestKey = (userCode: UserCode): DeviceRequestKey =>
  DeviceRequestKey.parse(sha256(userCode, 'base64url'));

/** The part of a request that came in the CloudSSO dialect. Only the same client, with the verifier, can redeem its code. */
const CloudSsoClient = z.object({
  /** The name that the client gives itself (`ClientId`). Not verified. */
  clientId: z.string(),
  /** SHA-256 of the code verifier, base64url (RFC 7636 section 4.2). */
  challenge: z.string(),
});

/** The person who approved, the session in which they did, and the id of the session to begin. */
const Approval = z.object({ person: PersonKey, approvedIn: SessionId, session: SessionId });

export const DeviceRequest = z.object({
  key: DeviceRequestKey,
  /** SHA-256 of the secret in the device code, base64url. */
  secretHash: z.string(),
  device: DeviceName.optional(),
  /** The IP address of the request, if it is known. */
  address: z.string().optional(),
  /** Absent: the request is of OAuth's device flow. */
  cloudSso: CloudSsoClient.optional(),
  askedAt: When,
  expiresAt: When,
  status: z.enum(['waiting', 'approved', 'denied', 'used']),
  approval: Approval.optional(),
  /** The number of writes, for optimistic locking. */
  version: z.int(),
});
export type DeviceRequest = z.infer<typeof DeviceRequest>;
