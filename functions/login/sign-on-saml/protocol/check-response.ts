// A response by its form, before any cryptography: exactly one assertion, the signatures that the connection asks for, each
// about the right element with allowed algorithms. Believes nothing of it.

import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import type { SamlConnection } from '../../../../shared/rules/sign-on/saml-connection.ts';
import { checkIds } from './check-ids.ts';
import { checkSignatureShape } from './check-signature-shape.ts';
import { checkContent, qualifiedName, RESPONSE_MODEL } from './content-model.ts';
import type { XmlElement } from './parse-xml.ts';
import { attributeOf, childrenNamed, descend, optionalChild } from './read-element.ts';
import type { SamlFault } from './saml-fault.ts';
import { STATUS_SUCCESS } from './saml-names.ts';

const VERSION = '2.0';

/** Says nicely what else the content model would only call unexpected. */
function checkKind(response: XmlElement): Result<void, SamlFault> {
  if (qualifiedName(response) !== 'samlp:Response') return err('structure-unexpected');
  if (childrenNamed(response, 'saml:EncryptedAssertion').length > 0) return err('assertion-encrypted');
  const status = optionalChild(response, 'samlp:Status');
  const code = status && optionalChild(status, 'samlp:StatusCode');
  return code && attributeOf(code, 'Value') !== STATUS_SUCCESS ? err('idp-refused') : ok(undefined);
}

const isVersion2 = (element: XmlElement): boolean => attributeOf(element, 'Version') === VERSION;

/** A signature that is there must be a good one, asked for or not. */
function checkSignatures(
  response: XmlElement,
  assertion: XmlElement,
  needed: SamlConnection['signedElement'],
): Result<void, SamlFault> {
  const signed = [
    { name: 'response', element: response, fault: 'response-unsigned' },
    { name: 'assertion', element: assertion, fault: 'assertion-unsigned' },
  ] as const;
  for (const { name, element, fault } of signed) {
    const hasSignature = optionalChild(element, 'ds:Signature') !== undefined;
    if (!hasSignature && (needed === undefined || needed === name)) return err(fault);
    const shape = hasSignature ? checkSignatureShape(element) : ok(undefined);
    if (!shape.ok) return shape;
  }
  return ok(undefined);
}

/** Returns the assertion. */
export function checkResponse(
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
