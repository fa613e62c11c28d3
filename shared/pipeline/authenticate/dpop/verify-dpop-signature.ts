// The proof's own signature, by the key in its header: its maker holds that key. Says nothing about whose key it is.
import { jwtVerify } from 'jose';
import type { Failure } from '../../../kernel/failure.ts';
import { ok, type Result } from '../../../kernel/result.ts';
import { importDpopKey } from './dpop-key.ts';
import type { DpopProof } from './read-dpop-proof.ts';
import { refuseProof } from './refuse-proof.ts';

export async function verifyDpopSignature(
  { text, key }: DpopProof,
  now: Date,
): Promise<Result<void, Failure>> {
  const imported = await importDpopKey(key);
  if (!imported) return refuseProof('dpop-key-not-allowed');
  try {
    // Also exp and nbf, which a proof need not have, but means when it has them.
    await jwtVerify(text, imported, { algorithms: [key.alg], currentDate: now });
    return ok(undefined);
  } catch {
    return refuseProof('dpop-signature-wrong');
  }
}
