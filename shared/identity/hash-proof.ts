// The hash by which the audit row and the cache of verified tokens name a token. The hash cannot be used as a token.
import type { Secret } from '../kernel/secret.ts';
import { sha256 } from '../kernel/sha256.ts';

/** SHA-256, base64url, over every character: two tokens that differ anywhere have two hashes. */
export const hashProof = (token: Secret<string>): string => sha256(token.reveal(), 'base64url');
