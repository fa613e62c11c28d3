// Names a token in the audit row and in the cache of verified ones, without being one.
import { createHash } from 'node:crypto';
import type { Secret } from '../kernel/secret.ts';

/** SHA-256, base64url. Of all characters, so two tokens that differ anywhere are two. */
export const hashProof = (token: Secret<string>): string =>
  createHash('sha256').update(token.reveal()).digest('base64url');
