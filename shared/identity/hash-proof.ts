// Names a token in the audit row and in the cache of verified ones, without being one.
import type { Secret } from '../kernel/secret.ts';
import { sha256 } from '../kernel/sha256.ts';

/** SHA-256, base64url. Of all characters, so two tokens that differ anywhere are two. */
export const hashProof = (token: Secret<string>): string => sha256(token.reveal(), 'base64url');
