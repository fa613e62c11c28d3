// Names a token in the audit row and in the cache of verified ones. The hash opens nothing.
import type { Secret } from '../kernel/secret.ts';
import { sha256 } from '../kernel/sha256.ts';

/** SHA-256, base64url, over every character: two tokens that differ anywhere have two hashes. */
export const hashProof = (token: Secret<string>): string => sha256(token.reveal(), 'base64url');
