// A person's passkey (WebAuthn Level 3), as stored in table `people`. It holds a public key and no secret.
import * as z from 'zod';
import { ConnectionId } from '../kernel/names.ts';
import { sha256 } from '../kernel/sha256.ts';
import { LeaverGenerations } from './leaver.ts';
import { RecheckId, SignedOn, When } from './session.ts';

/** The id that the authenticator chose, base64url, at most 1,023 bytes (WebAuthn section 4). */
export const CredentialId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,1364}$/)
  .brand<'CredentialId'>();
export type CredentialId = z.infer<typeof CredentialId>;

/** The id of a passkey in keys and forms, because a credential id may be longer than a key of Tablestore. */
export const PasskeyId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .brand<'PasskeyId'>();
export type PasskeyId = z.infer<typeof PasskeyId>;

export const passkeyId = (credential: CredentialId): PasskeyId =>
  PasskeyId.parse(sha256(credential, 'base64url'));

const MAX_NAME_CHARACTERS = 60;

/** Only the owner sees it. Characters that change the direction of a line are refused. */
export const PasskeyName = z
  .string()
  .trim()
  .min(1)
  .max(MAX_NAME_CHARACTERS)
  .regex(/^[^\p{Cc}\p{Cs}\p{Bidi_Control}]*$/u);

export const Passkey = z.object({
  connection: ConnectionId,
  subject: z.string(),
  /** The person link of the session that added it, and the generations of the person's leaver rows by then: as in Session. */
  person: z.string().optional(),
  leaverGenerations: LeaverGenerations.optional(),
  credential: CredentialId,
  /** COSE key, base64url. */
  publicKey: z.string(),
  /** The authenticator's signature counter, which reveals a copied authenticator (WebAuthn section 6.1.1). 0: it has none. */
  counter: z.int().min(0),
  /** How browsers reach the authenticator. */
  transports: z.array(z.string()),
  name: PasskeyName,
  addedAt: When,
  usedAt: When.optional(),
  /** The number of writes, for optimistic locking. */
  version: z.int(),
});
export type Passkey = z.infer<typeof Passkey>;

/** What the identity provider last said of a person. A passkey proves who a person is, and not their groups or employment. */
export const LastSignOn = z.object({
  signedOn: SignedOn,
  at: When,
  /** As in Session. */
  recheck: RecheckId.optional(),
  /** As in Session. */
  generation: z.int().optional(),
  /** As in Session. */
  leaverGenerations: LeaverGenerations.optional(),
});
export type LastSignOn = z.infer<typeof LastSignOn>;
