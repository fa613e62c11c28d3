// A message of the identity provider that has no assertion, by HTTP-Redirect (signed in the query) or by HTTP-POST (signed
// in the message): checked by its form, and signed by one of the connection's certificates. Says nothing of its words.
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import { checkIds } from './check-ids.ts';
import { checkSignatureShape } from './check-signature-shape.ts';
import { type ContentModel, checkContent, qualifiedName } from './content-model.ts';
import { decodeBase64, decodeText } from './decode-message.ts';
import { parseXml, type XmlElement } from './parse-xml.ts';
import { optionalChild } from './read-element.ts';
import { sameElement } from './same-element.ts';
import type { SamlFault } from './saml-fault.ts';
import { type MessageName, verifyRedirect } from './verify-redirect.ts';
import { verifySignature } from './verify-signatures.ts';

/** How it came: the query, from its question mark on, or the fields of a form. */
export type Carried =
  | { readonly by: 'redirect'; readonly search: string }
  | { readonly by: 'post'; readonly fields: Readonly<Record<string, unknown>> };

export interface SignedMessage {
  /** Without its signature. */
  readonly message: XmlElement;
  readonly relayState: string | undefined;
}

const SIGNATURE = 'ds:Signature';

function parse(text: string, model: ContentModel): Result<XmlElement, SamlFault> {
  const message = parseXml(text);
  if (!message.ok) return message;
  const content = checkContent(message.value, model);
  if (!content.ok) return content;
  const ids = checkIds(message.value, [message.value]);
  return ids.ok ? message : ids;
}

function readRedirected(
  search: string,
  name: MessageName,
  model: ContentModel,
  certificates: readonly string[],
): Result<SignedMessage, SamlFault> {
  const redirected = verifyRedirect(search, name, certificates);
  if (!redirected.ok) return redirected;
  const message = parse(redirected.value.text, model);
  if (!message.ok) return message;
  // saml-bindings section 3.4.4.1: by this binding there is none in the message.
  if (optionalChild(message.value, SIGNATURE)) return err('structure-unexpected');
  return ok({ message: message.value, relayState: redirected.value.relayState });
}

/** The message as the signed bytes have it, which must say what was checked. */
function readSignedBytes(
  text: string,
  checked: XmlElement,
  certificates: readonly string[],
): Result<XmlElement, SamlFault> {
  const bytes = verifySignature(text, certificates);
  if (bytes === undefined) return err('signature-wrong');
  const signed = parseXml(bytes);
  const children = checked.children.filter((child) => qualifiedName(child) !== SIGNATURE);
  return signed.ok && sameElement(signed.value, { ...checked, children })
    ? signed
    : err('signed-bytes-differ');
}

function readPosted(
  fields: Readonly<Record<string, unknown>>,
  name: MessageName,
  model: ContentModel,
  certificates: readonly string[],
): Result<SignedMessage, SamlFault> {
  const { [name]: encoded, RelayState: relayState } = fields;
  const bytes = decodeBase64(typeof encoded === 'string' ? encoded : '');
  if (!bytes.ok) return bytes;
  const text = decodeText(bytes.value);
  if (!text.ok) return text;
  const message = parse(text.value, model);
  if (!message.ok) return message;
  if (!optionalChild(message.value, SIGNATURE)) return err('signature-wrong');
  const shape = checkSignatureShape(message.value);
  if (!shape.ok) return shape;
  const signed = readSignedBytes(text.value, message.value, certificates);
  return signed.ok
    ? ok({ message: signed.value, relayState: typeof relayState === 'string' ? relayState : undefined })
    : signed;
}

export const readSignedMessage = (
  carried: Carried,
  name: MessageName,
  model: ContentModel,
  certificates: readonly string[],
): Result<SignedMessage, SamlFault> =>
  carried.by === 'redirect'
    ? readRedirected(carried.search, name, model, certificates)
    : readPosted(carried.fields, name, model, certificates);
