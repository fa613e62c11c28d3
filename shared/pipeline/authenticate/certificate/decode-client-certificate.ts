// What a gateway writes into its header → one X.509 certificate: RFC 9440's `:base64:` or nginx's URL-encoded PEM
// ($ssl_client_escaped_cert). A header that was sent twice, a chain, or bytes left over are refused, not interpreted.
import { X509Certificate } from 'node:crypto';

const BYTE_SEQUENCE = /^:([A-Za-z0-9+/]+={0,2}):$/; // RFC 8941 section 3.3.5
/** nginx escapes what is no letter, digit or one of - . _ ~; some proxies leave + and / as they are. */
const ESCAPED_PEM = /^[A-Za-z0-9._~%+/=-]+$/;
const ONE_PEM = /^-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/\n]+={0,2})\n-----END CERTIFICATE-----\n?$/;

function unescapePem(text: string): string | undefined {
  if (!ESCAPED_PEM.test(text)) return undefined;
  try {
    return ONE_PEM.exec(decodeURIComponent(text))?.[1]?.replaceAll('\n', '');
  } catch {
    return undefined; // a % with no two hex digits behind it
  }
}

export function decodeClientCertificate(header: string): X509Certificate | undefined {
  const base64 = BYTE_SEQUENCE.exec(header)?.[1] ?? unescapePem(header);
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  try {
    const certificate = new X509Certificate(bytes);
    return certificate.raw.equals(bytes) ? certificate : undefined;
  } catch {
    return undefined;
  }
}
