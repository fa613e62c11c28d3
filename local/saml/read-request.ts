// A SAML message that came by HTTP-Redirect: deflated, in base64, in the query.
import { inflateRawSync } from 'node:zlib';
import { parseXml, type XmlElement } from '../../functions/login/sign-on-saml/protocol/parse-xml.ts';

const MAX_BYTES = 65_536;

/** Undefined: no message that could be read. */
export function readRedirected(encoded: string | null): XmlElement | undefined {
  if (encoded === null) return undefined;
  try {
    const xml = inflateRawSync(Buffer.from(encoded, 'base64'), { maxOutputLength: MAX_BYTES }).toString();
    const parsed = parseXml(xml.replace(/^<\?xml[^>]*\?>\s*/, ''));
    return parsed.ok ? parsed.value : undefined;
  } catch {
    return undefined; // not deflated, or more than that
  }
}
