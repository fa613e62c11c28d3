// The one name that a certificate gives its holder, in the field that the provider names. Two names are no name, and
// whatever could be read in two ways is refused.
import type { X509Certificate } from 'node:crypto';
import { isName } from '../../../identity/is-name.ts';
import type { CertificateProvider } from '../../../rules/providers/certificate.ts';

type SubjectField = CertificateProvider['subject'];

/** A wildcard names many; a quote or backslash is how an unusual value would be escaped. */
const AMBIGUOUS = /["\\*]/;

/** Node.js quotes a value that holds a comma, a quote or a control character; such a certificate is refused whole. */
function alternativeNames({ subjectAltName = '' }: X509Certificate, prefix: string): readonly string[] {
  if (AMBIGUOUS.test(subjectAltName)) return [];
  const entries = subjectAltName.split(', ').filter((entry) => entry.startsWith(prefix));
  return entries.map((entry) => entry.slice(prefix.length));
}

/** The legacy form keeps the value as it is, also with a NUL in it, and makes a list of several. */
function commonNames(certificate: X509Certificate): readonly string[] {
  const name: unknown = certificate.toLegacyObject().subject.CN;
  return typeof name === 'string' && !AMBIGUOUS.test(name) ? [name] : [];
}

function namesIn(certificate: X509Certificate, field: SubjectField): readonly string[] {
  switch (field) {
    case 'san-uri':
      return alternativeNames(certificate, 'URI:');
    case 'san-dns':
      return alternativeNames(certificate, 'DNS:');
    case 'subject-cn':
      return commonNames(certificate);
  }
}

export function certificateSubject(certificate: X509Certificate, field: SubjectField): string | undefined {
  const [name, ...others] = namesIn(certificate, field);
  return others.length === 0 && isName(name) ? name : undefined;
}
