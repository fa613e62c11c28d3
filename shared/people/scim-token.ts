// The bearer token of a SCIM client. The text has the id of its row and 256 random bits, of which the row holds the SHA-256: so
// a copy of the table opens nothing.
import * as z from 'zod';
import type { Result } from '../kernel/result.ts';
import type { StoreFault } from '../kernel/store-fault.ts';
import { When } from './session.ts';

/** Tells it from other tokens of Stint, and lets secret scanners find a leaked one. */
const MARK = 'stint_scim';
const SECRET = /^[A-Za-z0-9_-]{43}$/;
export const MAX_TOKEN_NAME_CHARACTERS = 60;

export const ScimTokenId = z
  .string()
  .regex(/^[0-9a-f]{16}$/)
  .brand<'ScimTokenId'>();
export type ScimTokenId = z.infer<typeof ScimTokenId>;

/** Stands in audit rows and on terminals: printable, so that it rearranges nothing. */
export const ScimTokenName = z
  .string()
  .trim()
  .min(1)
  .max(MAX_TOKEN_NAME_CHARACTERS)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u);

export const ScimToken = z.object({
  id: ScimTokenId,
  /** The only directory that it opens. */
  directory: z.string(),
  name: ScimTokenName,
  /** SHA-256 of the secret, base64url. */
  hash: z.string(),
  createdAt: When,
  createdBy: z.string(),
  expiresAt: When,
  /** The row stays, so that a use of the token is known for what it is. */
  revokedAt: When.optional(),
  revokedBy: z.string().optional(),
});
export type ScimToken = Readonly<z.infer<typeof ScimToken>>;

export interface ScimTokenText {
  readonly id: ScimTokenId;
  /** Base64url of 32 bytes. */
  readonly secret: string;
}

export const writeScimToken = ({ id, secret }: ScimTokenText): string => [MARK, id, secret].join('.');

/** Undefined for a text of any other form. */
export function readScimToken(text: string): ScimTokenText | undefined {
  const [mark, id, secret = '', ...rest] = text.split('.');
  const parsed = ScimTokenId.safeParse(id).data;
  return mark === MARK && parsed && SECRET.test(secret) && rest.length === 0
    ? { id: parsed, secret }
    : undefined;
}

/** Read for each request, so that a revocation is in force at once. */
export interface ScimTokenStore {
  find(id: ScimTokenId): Promise<Result<ScimToken | undefined, StoreFault>>;
}
