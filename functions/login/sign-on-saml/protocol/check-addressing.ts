// For whom, from whom and as an answer to what: every name is compared byte for byte.
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import type { XmlElement } from './parse-xml.ts';
import { attributeOf, childrenNamed, descend } from './read-element.ts';
import type { SamlFault } from './saml-fault.ts';
import { FORMAT_ENTITY, METHOD_BEARER } from './saml-names.ts';

export interface Addressing {
  readonly idpEntityId: string;
  /** What this service provider is called at this connection. */
  readonly entityId: string;
  readonly acsUrl: string;
  /** The request that this browser was sent off with. */
  readonly requestId: string;
}

/** Format and qualifiers are for other names than entity ids (saml-core section 8.3.6). */
export function isIssuedBy(element: XmlElement, idpEntityId: string): boolean {
  const issuer = descend(element, 'saml:Issuer');
  const format = attributeOf(issuer, 'Format') ?? FORMAT_ENTITY;
  return issuer.text === idpEntityId && format === FORMAT_ENTITY;
}

export function checkEnvelope(response: XmlElement, expected: Addressing): Result<void, SamlFault> {
  if (!isIssuedBy(response, expected.idpEntityId)) return err('issuer-wrong');
  // Bindings section 3.5.5.2: of a signed message it must be there.
  if (attributeOf(response, 'Destination') !== expected.acsUrl) return err('destination-wrong');
  return attributeOf(response, 'InResponseTo') === expected.requestId
    ? ok(undefined)
    : err('request-unknown');
}

/** saml-profiles section 4.1.4.2 and 4.1.4.3. */
export function checkConfirmation(assertion: XmlElement, expected: Addressing): Result<void, SamlFault> {
  if (!isIssuedBy(assertion, expected.idpEntityId)) return err('issuer-wrong');
  const confirmation = descend(assertion, 'saml:Subject', 'saml:SubjectConfirmation');
  const data = descend(confirmation, 'saml:SubjectConfirmationData');
  if (attributeOf(confirmation, 'Method') !== METHOD_BEARER) return err('confirmation-wrong');
  // The profile forbids NotBefore here; a bearer who may not yet come is a sign of another profile.
  if (attributeOf(data, 'NotBefore') !== undefined) return err('confirmation-wrong');
  if (attributeOf(data, 'Recipient') !== expected.acsUrl) return err('recipient-wrong');
  if (attributeOf(data, 'InResponseTo') !== expected.requestId) return err('request-unknown');
  const restrictions = childrenNamed(descend(assertion, 'saml:Conditions'), 'saml:AudienceRestriction');
  const isMeant = restrictions.every((restriction) =>
    childrenNamed(restriction, 'saml:Audience').some(({ text }) => text === expected.entityId),
  );
  return isMeant ? ok(undefined) : err('audience-wrong');
}
