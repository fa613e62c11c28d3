// A SAML message from base64 to text. Decides what may reach an XML parser at all: no DTD, comment, CDATA section or
// processing instruction does, in no encoding. Parses nothing.
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import type { SamlFault } from './saml-fault.ts';

/** A response with 150 groups and two certificates has about 30 KB; parsing costs time that an attacker would choose. */
export const MAX_MESSAGE_BYTES = 128 * 1024;
/** Line breaks every 64 characters are a sixty-fourth; the rest is what base64 adds. */
const MAX_ENCODED_LENGTH = Math.ceil((MAX_MESSAGE_BYTES * 4) / 3) + MAX_MESSAGE_BYTES / 16;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const LINE_BREAKS = /[\r\n]/g;

/** A declaration that names another encoding would be read differently by whoever believes it. */
const DECLARATION =
  /^<\?xml version="1\.0"(?: encoding="(?:UTF-8|utf-8)")?(?: standalone="(?:yes|no)")? ?\?>\s*/;
/** In XML both start markup wherever they stand: DOCTYPE, ENTITY, comment, CDATA, processing instruction. */
const FORBIDDEN_MARKUP = /<[!?]/;
/** XML 1.0 section 2.2; the parser does not enforce it. */
const NOT_XML = /[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

export function decodeBase64(encoded: string): Result<Buffer, SamlFault> {
  if (encoded.length > MAX_ENCODED_LENGTH) return err('message-too-large');
  const compact = encoded.replace(LINE_BREAKS, '');
  if (compact === '' || !BASE64.test(compact)) return err('base64-invalid');
  return ok(Buffer.from(compact, 'base64'));
}

/** Line ends become what XML 1.0 section 2.11 makes of them, so that every later reader sees the same text. */
export function decodeText(bytes: Uint8Array): Result<string, SamlFault> {
  if (bytes.byteLength > MAX_MESSAGE_BYTES) return err('message-too-large');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return err('not-utf8');
  }
  const body = text.replace(/\r\n?/g, '\n').replace(DECLARATION, '');
  if (FORBIDDEN_MARKUP.test(body)) return err('markup-forbidden');
  return NOT_XML.test(body) ? err('xml-malformed') : ok(body);
}
