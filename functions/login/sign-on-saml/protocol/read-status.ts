// Why a SAML identity provider says that it did not sign somebody on (saml-core section 3.2.2). Nothing of it is signed.
import { decodeBase64, decodeText } from './decode-message.ts';
import { parseXml, type XmlElement } from './parse-xml.ts';
import { attributeOf, optionalChild } from './read-element.ts';

/** `urn:oasis:names:tc:SAML:2.0:status:AuthnFailed` → `AuthnFailed` */
const shortCode = (element: XmlElement | undefined): string | undefined =>
  element && attributeOf(element, 'Value')?.split(':').at(-1);

/** The status, the second one in it that says more, and the message. */
export function readStatus(encoded: string): readonly (string | undefined)[] {
  const bytes = decodeBase64(encoded);
  const text = bytes.ok ? decodeText(bytes.value) : bytes;
  const response = text.ok ? parseXml(text.value) : text;
  const status = response.ok ? optionalChild(response.value, 'samlp:Status') : undefined;
  if (!status) return [];
  const code = optionalChild(status, 'samlp:StatusCode');
  const inner = code && optionalChild(code, 'samlp:StatusCode');
  return [shortCode(code), shortCode(inner), optionalChild(status, 'samlp:StatusMessage')?.text];
}
