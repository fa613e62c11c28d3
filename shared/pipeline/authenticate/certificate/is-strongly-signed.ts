// How a certificate was signed. node:crypto verifies whatever OpenSSL can, and with SHA-1 a certificate can be forged.
import type { X509Certificate } from 'node:crypto';
import { readDer } from '../../../kernel/read-der.ts';

/** RSA (PKCS #1) and ECDSA with SHA-256, 384 and 512, and Ed25519: object identifiers, by the hex digits of their DER. */
const ALGORITHMS: ReadonlySet<string> = new Set([
  '2a864886f70d01010b',
  '2a864886f70d01010c',
  '2a864886f70d01010d',
  '2a8648ce3d040302',
  '2a8648ce3d040303',
  '2a8648ce3d040304',
  '2b6570',
]);

/** Certificate ::= SEQUENCE { what is signed, algorithm SEQUENCE { id, … }, signature } (RFC 5280 section 4.1). */
export function isStronglySigned({ raw }: X509Certificate): boolean {
  const certificate = readDer(raw)?.[0];
  const algorithm = certificate && readDer(certificate.content)?.[1];
  const id = algorithm && readDer(algorithm.content)?.[0];
  return id !== undefined && ALGORITHMS.has(id.content.toString('hex'));
}
