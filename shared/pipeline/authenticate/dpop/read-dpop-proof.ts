// The text of one DPoP header → a proof of the right form (RFC 9449 section 4.2). Believes nothing of it yet: neither
// its signature nor whether it is for this request.
import * as z from 'zod';
import { tokenType } from '../../../identity/token-type.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { readJson } from '../../../kernel/read-json.ts';
import { ok, type Result } from '../../../kernel/result.ts';
import { type DpopKey, parseDpopKey } from './dpop-key.ts';
import { refuseProof } from './refuse-proof.ts';

/** An RSA key of 4,096 bits and its signature are 1,400; Function Compute lets all headers have 8 KB together. */
const MAX_PROOF_CHARACTERS = 4_096;
const MAX_JTI_CHARACTERS = 256;

/** Two headers arrive joined with a comma, so they are no JWS: exactly one proof (RFC 9449 section 4.3, item 1). */
const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** `kid` may inform. What would fetch another key (jku, x5u), carry one (x5c) or change the meaning (crit, b64) may not. */
const Header = z.strictObject({
  typ: z.string().refine((typ) => tokenType(typ) === 'dpop+jwt'),
  alg: z.string(),
  jwk: z.unknown(),
  kid: z.string().optional(),
});

const Claims = z.looseObject({
  htm: z.string(),
  htu: z.string(),
  iat: z.number(),
  jti: z.string().min(1).max(MAX_JTI_CHARACTERS),
  ath: z.string(),
  nonce: z.string().optional(),
});

export interface DpopProof {
  readonly text: string;
  readonly key: DpopKey;
  readonly claims: z.output<typeof Claims>;
}

const readPart = <Part>(encoded: string, schema: z.ZodType<Part>): Part | undefined =>
  readJson(schema, Buffer.from(encoded, 'base64url').toString('utf8'));

export function readDpopProof(text: string): Result<DpopProof, Failure> {
  if (text.length > MAX_PROOF_CHARACTERS || !COMPACT_JWS.test(text)) return refuseProof('dpop-malformed');
  const [head = '', payload = ''] = text.split('.');
  const header = readPart(head, Header);
  if (!header) return refuseProof('dpop-malformed');
  const key = parseDpopKey(header.alg, header.jwk);
  if (!key) return refuseProof('dpop-key-not-allowed');
  const claims = readPart(payload, Claims);
  return claims ? ok({ text, key, claims }) : refuseProof('dpop-malformed');
}
