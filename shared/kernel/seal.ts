// Secrets on their way into a table. Where a KMS key is named, each secret is encrypted under a data key of its own, which only KMS
// can unwrap (envelope encryption); the table alone then reveals nothing. Where none is named, the secret stands in the row, and
// the permission to read the table is all that protects it.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { err, ok, type Result } from './result.ts';
import { Secret } from './secret.ts';

/** Where a secret belongs. A sealed secret opens in this place alone, so that two rows cannot be exchanged. */
export interface SealedPlace {
  readonly table: string;
  readonly row: string;
}

/** `unreadable`: it was not sealed here, by this way, for this place. `unavailable`: another try may succeed. */
export interface SealFault {
  readonly kind: 'unreadable' | 'unavailable';
  /** A code, never a text of the secret. */
  readonly cause: string;
}

export interface Seal {
  seal(place: SealedPlace, secret: Secret<string>): Promise<Result<string, SealFault>>;
  open(place: SealedPlace, sealed: string): Promise<Result<Secret<string>, SealFault>>;
}

export interface DataKey {
  /** 32 bytes. */
  readonly key: Secret<Uint8Array>;
  /** base64 */
  readonly wrapped: string;
}

/** The port to a service that makes and unwraps data keys. `context` is authenticated: the same text must come with both calls. */
export interface DataKeys {
  make(context: string): Promise<Result<DataKey, SealFault>>;
  unwrap(wrapped: string, context: string): Promise<Result<Secret<Uint8Array>, SealFault>>;
}

const PLAIN = 'plain.';
const CIPHER = 'aes-256-gcm';
/** NIST SP 800-38D section 8.2: 96 bits. A data key encrypts one secret, so an IV is never used twice with a key. */
const IV_BYTES = 12;
const TAG_BYTES = 16;
const ENVELOPE = /^kms\.([A-Za-z0-9+/_=-]{1,4096})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22,})$/;

const unreadable = (cause: string): Result<never, SealFault> => err({ kind: 'unreadable', cause });

function encrypt(text: string, key: Uint8Array, context: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${iv.toString('base64url')}.${body.toString('base64url')}`;
}

/** Undefined: another key or context made it, or it was altered. */
function decrypt(iv: string, sealed: string, key: Uint8Array, context: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  const [body, tag] = [bytes.subarray(0, -TAG_BYTES), bytes.subarray(-TAG_BYTES)];
  try {
    const decipher = createDecipheriv(CIPHER, key, Buffer.from(iv, 'base64url'), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** Leaves secrets as they are, and opens none that was wrapped. */
export const createPlainSeal = (): Seal => ({
  seal: async (_, secret) => ok(`${PLAIN}${secret.reveal()}`),
  open: async (_, sealed) =>
    sealed.startsWith(PLAIN)
      ? ok(new Secret(sealed.slice(PLAIN.length)))
      : unreadable(sealed.startsWith('kms.') ? 'no-kms-key-named' : 'malformed'),
});

/**
 * Wraps secrets. It opens no unwrapped one: who can write the table, and may not use the KMS key, could otherwise put a key of
 * their own there. `deployment` is part of the context, because several deployments may use one KMS key.
 */
export function createKmsSeal(dataKeys: DataKeys, deployment: string): Seal {
  const contextOf = ({ table, row }: SealedPlace) => JSON.stringify({ deployment, table, row });
  return {
    async seal(place, secret) {
      const context = contextOf(place);
      const made = await dataKeys.make(context);
      if (!made.ok) return made;
      return ok(`kms.${made.value.wrapped}.${encrypt(secret.reveal(), made.value.key.reveal(), context)}`);
    },
    async open(place, sealed) {
      const [, wrapped, iv, body] = ENVELOPE.exec(sealed) ?? [];
      if (wrapped === undefined || iv === undefined || body === undefined)
        return unreadable(sealed.startsWith(PLAIN) ? 'not-wrapped' : 'malformed');
      const context = contextOf(place);
      const key = await dataKeys.unwrap(wrapped, context);
      if (!key.ok) return key;
      const text = decrypt(iv, body, key.value.reveal(), context);
      return text === undefined ? unreadable('altered') : ok(new Secret(text));
    },
  };
}
