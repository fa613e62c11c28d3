// A person's passkey (WebAuthn Level 3), as kept in table `people`. Holds a public key and never a secret.
import * as z from 'zod';
import { ConnectionId } from '../kernel/names.ts';
import { sha256 } from '../kernel/sha256.ts';
import { SignedOn, When } from './session.ts';

/** Base64url of what the authenticator chose, at most 1,023 bytes (WebAuthn section 4). */
export const CredentialId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,1364}$/)
  .brand<'CredentialId'>();
export type CredentialId = z.infer<typeof CredentialId>;

/** Names a passkey in keys and forms: a credential id may be longer than a key of Tablestore. */
export const PasskeyId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .brand<'PasskeyId'>();
export type PasskeyId = z.infer<typeof PasskeyId>;

export const passkeyId = (credential: CredentialId): PasskeyId =>
  PasskeyId.parse(sha256(credential, 'base64url'));

const MAX_NAME_CHARACTERS = 60;

/** Shown to its owner alone; what could turn a line around has no place in it. */
export const PasskeyName = z
  .string()
  .trim()
  .min(1)
  .max(MAX_NAME_CHARACTERS)
  .regex(/^[^\p{Cc}\p{Cs}\p{Bidi_Control}]*$/u);

export const Passkey = z.object({
  connection: ConnectionId,
  subject: z.string(),
  credential: CredentialId,
  /** COSE key, base64url. */
  publicKey: z.string(),
  /** Counts the authenticator's signatures, if it counts: a copy of it would count on its own. */
  counter: z.int().min(0),
  /** How browsers reach it. */
  transports: z.array(z.string()),
  name: PasskeyName,
  addedAt: When,
  usedAt: When.optional(),
  /** Counts writes, so that a write can tell whether it knew the last one. */
  version: z.int(),
});
export type Passkey = z.infer<typeof Passkey>;

/** What the identity provider last said of a person: a passkey proves who somebody is, and not what has become of them. */
export const LastSignOn = z.object({
  signedOn: SignedOn,
  at: When,
  /** As a session's. */
  generation: z.int().optional(),
});
export type LastSignOn = z.infer<typeof LastSignOn>;
