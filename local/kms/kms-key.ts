// The symmetric keys of the local KMS. They really encrypt, with AES-256-GCM, and the encryption context is authenticated.
import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const OWNER_ONLY = 0o600;

const KmsKey = z.object({
  id: z.string(),
  accountId: z.string(),
  /** base64 */
  material: z.string(),
  isEnabled: z.boolean(),
});
export type KmsKey = z.infer<typeof KmsKey>;

export const makeKmsKey = (accountId: string): KmsKey => ({
  id: randomUUID(),
  accountId,
  material: randomBytes(KEY_BYTES).toString('base64'),
  isEnabled: true,
});

/** The account's key of this file, which is made at the first start: what it wrapped must open after a restart. */
export function openKmsKey(file: string, accountId: string): KmsKey {
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(makeKmsKey(accountId)), { mode: OWNER_ONLY });
  return KmsKey.parse(JSON.parse(readFileSync(file, 'utf8')));
}

const materialOf = ({ material }: KmsKey): Buffer => Buffer.from(material, 'base64');

/** The key's id stands in the ciphertext, since Decrypt names no key. */
export function encryptWith(key: KmsKey, plaintext: Buffer, context: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, materialOf(key), iv).setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return Buffer.concat([Buffer.from(`${key.id}.`), iv, body]).toString('base64');
}

/** The id of the key that a ciphertext names. Undefined: it is no ciphertext. */
export function keyIdIn(blob: string): string | undefined {
  const bytes = Buffer.from(blob, 'base64');
  const end = bytes.indexOf('.');
  return end < 0 ? undefined : bytes.subarray(0, end).toString('utf8');
}

/** Undefined: altered, of another key, or encrypted with another context. */
export function decryptWith(key: KmsKey, blob: string, context: string): Buffer | undefined {
  const bytes = Buffer.from(blob, 'base64').subarray(key.id.length + 1);
  try {
    const iv = bytes.subarray(0, IV_BYTES);
    const decipher = createDecipheriv(CIPHER, materialOf(key), iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}
