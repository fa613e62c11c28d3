// Callers with a client certificate, behind a gateway that terminates TLS (X.509, RFC 5280). Only the certificates that are
// pinned here are trusted: no store of the operating system, and no certificate that the caller sends along.
import { X509Certificate } from 'node:crypto';
import * as z from 'zod';
import { PROVIDER_FIELDS } from './fields.ts';

/** A certificate of a CA with a key of 4,096 bits and long names has 3,000. */
const MAX_PEM_CHARACTERS = 10_000;
const MAX_CERTIFICATES = 20;
/** With more, the CA should issue certificates that live for hours. */
const MAX_REVOKED = 1_000;

const ONE_PEM = /^\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*$/;
const PEM_HELP = 'write the certificate of one CA as PEM, from -----BEGIN CERTIFICATE----- to the end';

function isAuthority(pem: string): boolean {
  if (!ONE_PEM.test(pem)) return false;
  try {
    return new X509Certificate(pem).ca;
  } catch {
    return false;
  }
}

const AuthorityPem = z.string().max(MAX_PEM_CHARACTERS).refine(isAuthority, PEM_HELP);

export const CertificateProvider = z.strictObject({
  id: PROVIDER_FIELDS.id,
  kind: z.literal('certificate'),
  authorities: z
    .array(AuthorityPem)
    .min(1)
    .max(MAX_CERTIFICATES)
    .describe('Certificates of the CAs that vouch for callers, as PEM.'),
  intermediates: z
    .array(AuthorityPem)
    .max(MAX_CERTIFICATES)
    .default([])
    .describe('Certificates of CAs between the authorities and the callers, as PEM. Stint uses no others.'),
  subject: z
    .enum(['san-uri', 'san-dns', 'subject-cn'])
    .describe(
      'The name of the caller in a certificate: its one URI (such as a SPIFFE ID), its one DNS name, or its one common name.',
    ),
  revokedSerials: z
    .array(
      z.string().regex(/^-?[0-9A-Fa-f]{1,40}$/, 'write hexadecimal digits, as openssl x509 -serial does'),
    )
    .max(MAX_REVOKED)
    .default([])
    .describe('Serial numbers of certificates that Stint refuses.'),
  limits: PROVIDER_FIELDS.limits,
});
export type CertificateProvider = z.infer<typeof CertificateProvider>;
