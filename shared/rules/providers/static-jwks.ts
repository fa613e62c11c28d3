// Public keys in the document: for issuers that Stint cannot reach, and for partners. Secret key material is refused when the
// document is read, and not repeated; a weak key is refused there too, and a stored weak key verifies nothing.
import { createPublicKey } from 'node:crypto';
import * as z from 'zod';
import { STRONG_KEYS, weaknessIn } from '../../kernel/key-strength.ts';
import { isSecretJwk } from '../../kernel/secret-jwk.ts';
import type { PathFault } from '../values/document-fault.ts';

const MAX_KEYS = 20;
const MAX_MEMBER_CHARACTERS = 2_048; // the modulus of an RSA key of 8,192 bits has 1,366
const MAX_KID_CHARACTERS = 255;

const SECRET_HELP =
  'remove this key and make another: it is secret, and a document is no place for it; give public keys only';
const KEY_HELP = `write a public key that can be read: ${STRONG_KEYS}`;

const Member = z.string().min(1).max(MAX_MEMBER_CHARACTERS);

const PublicJwk = z
  .object({
    kty: z.enum(['RSA', 'EC', 'OKP', 'oct']).describe('oct is refused, because it is a shared secret.'),
    kid: z.string().min(1).max(MAX_KID_CHARACTERS).optional(),
    alg: Member.optional(),
    use: z.literal('sig', { error: 'leave out keys for encryption' }).optional(),
    crv: z.enum(['P-256', 'P-384', 'P-521', 'Ed25519']).optional(),
    n: Member.optional(),
    e: Member.optional(),
    x: Member.optional(),
    y: Member.optional(),
  })
  .catchall(z.json())
  .superRefine((jwk, context) => {
    if (isSecretJwk(jwk)) context.addIssue({ code: 'custom', message: SECRET_HELP });
  });

const areTold = (keys: readonly { readonly kid?: string | undefined }[]): boolean =>
  keys.length === 1 ||
  (keys.every(({ kid }) => kid !== undefined) && new Set(keys.map(({ kid }) => kid)).size === keys.length);

export const StaticJwks = z
  .strictObject({
    keys: z
      .array(PublicJwk)
      .min(1)
      .max(MAX_KEYS)
      .refine(areTold, 'give each key a kid of its own: a token says by it which key signed it'),
  })
  .describe('Public keys (RFC 7517), in place of keys that Stint fetches. List several to rotate them.');
export type StaticJwks = z.infer<typeof StaticJwks>;

/** Can the library that will verify with the key read it? A point off its curve, for example, is no key. */
function isPublicKey({ kty, crv, n, e, x, y }: Readonly<Record<string, unknown>>): boolean {
  const members = Object.entries({ kty, crv, n, e, x, y }).filter(([, value]) => value !== undefined);
  const key = Object.fromEntries(members);
  return weaknessIn(() => createPublicKey({ key, format: 'jwk' })) === undefined;
}

/** Used for documents only: see check-provider.ts. */
export const checkKeyStrength = ({ keys }: StaticJwks): readonly PathFault[] =>
  keys.flatMap((jwk, i) => (isPublicKey(jwk) ? [] : [{ path: ['keys', i], message: KEY_HELP }]));
