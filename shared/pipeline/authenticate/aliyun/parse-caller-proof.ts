// A caller's proof, sent in place of a token: the values of a GetCallerIdentity request that the caller signed. It holds no
// host, path or action, so it cannot be made into another request (CVE-2020-16250).
import * as z from 'zod';
import { readJson } from '../../../kernel/read-json.ts';
import { Secret } from '../../../kernel/secret.ts';
import { CALLER_PROOF_PREFIX } from './proof-prefix.ts';

/** Seconds and Z, as both signature methods write it. */
const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
/** No comma or space: it becomes a part of the Authorization header, where either would end it. */
const ACCESS_KEY_ID = /^[A-Za-z0-9._-]{1,128}$/;
/** Longer than a guess could hit, shorter than any limit that STS may have; a UUID fits. */
const NONCE = /^[A-Za-z0-9-]{16,64}$/;
/** Printable ASCII. Only the whole proof has a limit of length: STS says that clients must not assume one for its tokens. */
const SECURITY_TOKEN = /^[!-~]+$/;
const HEX_SHA256 = /^[0-9a-f]{64}$/;
/** 20 bytes. The last letter before the padding has two bits that mean nothing: only 16 letters can be written there. */
const BASE64_SHA1 = /^[A-Za-z0-9+/]{26}[AEIMQUYcgkosw048]=$/;

const isDate = (text: string): boolean => {
  const millis = DATE.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(millis) && new Date(millis).toISOString() === text.replace('Z', '.000Z');
};

const secret = (form: RegExp) =>
  z
    .string()
    .regex(form)
    .transform((text) => new Secret(text));

const VALUES = {
  accessKeyId: z.string().regex(ACCESS_KEY_ID),
  date: z.string().refine(isDate),
  nonce: z.string().regex(NONCE),
  securityToken: secret(SECURITY_TOKEN).optional(),
};

const CallerProof = z.discriminatedUnion('signatureMethod', [
  z.strictObject({
    signatureMethod: z.literal('ACS3-HMAC-SHA256'),
    ...VALUES,
    signature: secret(HEX_SHA256),
  }),
  z.strictObject({ signatureMethod: z.literal('HMAC-SHA1'), ...VALUES, signature: secret(BASE64_SHA1) }),
]);
export type CallerProof = z.infer<typeof CallerProof>;

/** The values of the proof. Undefined for text with anything unexpected in it, such as a stray letter or a repeated member. */
export function parseCallerProof(token: Secret<string>): CallerProof | undefined {
  const text = token.reveal();
  if (!text.startsWith(CALLER_PROOF_PREFIX)) return undefined;
  const encoded = text.slice(CALLER_PROOF_PREFIX.length);
  const json = Buffer.from(encoded, 'base64url');
  if (json.toString('base64url') !== encoded) return undefined;
  return readJson(CallerProof, json.toString('utf8'));
}
