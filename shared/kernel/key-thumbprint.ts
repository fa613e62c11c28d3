// The thumbprint of a public key (RFC 7638), by which Stint knows it wherever it is published: in a key set or a certificate.
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { sha256 } from './sha256.ts';

/**
 * RFC 7638 section 3.2, SHA-256, as base64url. `members` are those that Node.js exports: only the ones that make up the key. They
 * are hashed in the order of their names.
 */
export const thumbprintOfMembers = (members: JsonWebKey): string =>
  sha256(JSON.stringify(members, Object.keys(members).sort()), 'base64url');

/** The same of a public key. */
export const thumbprintOfKey = (publicKey: KeyObject): string =>
  thumbprintOfMembers(publicKey.export({ format: 'jwk' }));
