// A SAML response → who signed on, or why it is refused (saml-profiles section 4.1). Pure: time, request and connection are
// arguments. The order matters: parse safely, check the form, check the conditions, verify the signatures, and read values
// from the signed bytes alone. Nothing is consumed: the caller consumes the assertion's id.
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import type { SamlConnection } from '../../../../shared/rules/sign-on/saml-connection.ts';
import { checkConditions, type ResponseExpectations } from './check-conditions.ts';
import {
  attributeOf,
  checkContent,
  checkIds,
  childrenNamed,
  descend,
  optionalChild,
  qualifiedName,
  RESPONSE_MODEL,
  STATUS_SUCCESS,
} from './content-model.ts';
import { decodeBase64, decodeText, parseXml, type XmlElement } from './parse-xml.ts';
import { type ReadAssertion, readAssertion } from './read-assertion.ts';
import type { SamlFault } from './saml-fault.ts';
import { checkSignatureShape, readSignedPart } from './verify-signature.ts';

export interface VerifiedResponse extends ReadAssertion {
  /** From then on the assertion is refused as expired, so its id need not be remembered longer. */
  readonly usableUntil: Date;
}

/** `encoded`: the form field SAMLResponse, base64 (saml-bindings section 3.5.4). */
export function verifySamlResponse(
  encoded: string,
  expected: ResponseExpectations,
): Result<VerifiedResponse, SamlFault> {
  const { connection, entityId } = expected;
  const parsed = parseResponse(encoded);
  if (!parsed.ok) return parsed;
  const { text, response } = parsed.value;
  const assertion = checkForm(response, connection);
  if (!assertion.ok) return assertion;
  const usableUntil = checkConditions(response, assertion.value, expected);
  if (!usableUntil.ok) return usableUntil;
  const signed = readSignedAssertion(text, { response, assertion: assertion.value }, connection);
  if (!signed.ok) return signed;
  const read = readAssertion(signed.value, connection, entityId);
  return read.ok ? ok({ ...read.value, usableUntil: usableUntil.value }) : read;
}

function parseResponse(encoded: string): Result<{ text: string; response: XmlElement }, SamlFault> {
  const bytes = decodeBase64(encoded);
  if (!bytes.ok) return bytes;
  const text = decodeText(bytes.value);
  if (!text.ok) return text;
  const response = parseXml(text.value);
  return response.ok ? ok({ text: text.value, response: response.value }) : response;
}

/**
 * The response's form, before any cryptography: exactly one assertion, the signatures that the connection requires, each
 * about the right element and with allowed algorithms. Gives the assertion, whose content is not trusted yet.
 */
function checkForm(
  response: XmlElement,
  { signedElement }: Pick<SamlConnection, 'signedElement'>,
): Result<XmlElement, SamlFault> {
  const kind = checkKind(response);
  if (!kind.ok) return kind;
  const content = checkContent(response, RESPONSE_MODEL);
  if (!content.ok) return content;
  const assertion = descend(response, 'saml:Assertion');
  if (![response, assertion].every(isVersion2)) return err('structure-unexpected');
  const ids = checkIds(response, [response, assertion]);
  if (!ids.ok) return ids;
  const signatures = checkSignatures(response, assertion, signedElement);
  return signatures.ok ? ok(assertion) : signatures;
}

/** Gives common responses a reason of their own; the content model would only call them unexpected. */
function checkKind(response: XmlElement): Result<void, SamlFault> {
  if (qualifiedName(response) !== 'samlp:Response') return err('structure-unexpected');
  if (childrenNamed(response, 'saml:EncryptedAssertion').length > 0) return err('assertion-encrypted');
  const status = optionalChild(response, 'samlp:Status');
  const code = status && optionalChild(status, 'samlp:StatusCode');
  return code && attributeOf(code, 'Value') !== STATUS_SUCCESS ? err('idp-refused') : ok(undefined);
}

const isVersion2 = (element: XmlElement): boolean => attributeOf(element, 'Version') === '2.0';

/** A signature that is not required must be a good one as well. `required` undefined: both are required. */
function checkSignatures(
  response: XmlElement,
  assertion: XmlElement,
  required: SamlConnection['signedElement'],
): Result<void, SamlFault> {
  const signed = [
    { name: 'response', element: response, fault: 'response-unsigned' },
    { name: 'assertion', element: assertion, fault: 'assertion-unsigned' },
  ] as const;
  for (const { name, element, fault } of signed) {
    const hasSignature = optionalChild(element, 'ds:Signature') !== undefined;
    if (!hasSignature && (required === undefined || required === name)) return err(fault);
    const shape = hasSignature ? checkSignatureShape(element) : ok(undefined);
    if (!shape.ok) return shape;
  }
  return ok(undefined);
}

/** If the connection requires only a signed assertion, nothing is read from the response around it: it was only checked. */
function readSignedAssertion(
  text: string,
  checked: { readonly response: XmlElement; readonly assertion: XmlElement },
  { certificates, signedElement = 'response' }: SamlConnection,
): Result<XmlElement, SamlFault> {
  const signed = readSignedPart(text, checked, signedElement, certificates);
  if (!signed.ok || signedElement === 'assertion') return signed;
  return ok(descend(signed.value, 'saml:Assertion'));
}

/**
 * Why the identity provider did not sign the person on (saml-core section 3.2.2), for the operator: the status code, the
 * second-level code and the message. None of it is signed.
 */
export function readStatus(encoded: string): readonly (string | undefined)[] {
  const parsed = parseResponse(encoded);
  const status = parsed.ok ? optionalChild(parsed.value.response, 'samlp:Status') : undefined;
  if (!status) return [];
  const code = optionalChild(status, 'samlp:StatusCode');
  const inner = code && optionalChild(code, 'samlp:StatusCode');
  return [shortCode(code), shortCode(inner), optionalChild(status, 'samlp:StatusMessage')?.text];
}

/** `urn:oasis:names:tc:SAML:2.0:status:AuthnFailed` → `AuthnFailed` */
const shortCode = (element: XmlElement | undefined): string | undefined =>
  element && attributeOf(element, 'Value')?.split(':').at(-1);
