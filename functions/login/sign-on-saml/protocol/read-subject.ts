// What the connection's `subject` names, in a signed assertion: the persistent NameID, or an attribute's one value, which
// may be a NameID too (eduPersonTargetedID). Else what is missing, for the operator.

import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import type { SamlConnection } from '../../../../shared/rules/sign-on/saml-connection.ts';
import type { XmlElement } from './parse-xml.ts';
import { readAttributeElements } from './read-attributes.ts';
import { attributeOf, descend, optionalChild } from './read-element.ts';
import type { SubjectFault } from './saml-fault.ts';
import { FORMAT_PERSISTENT } from './saml-names.ts';

/** A persistent name is unique between one IdP and one service provider (saml-core section 8.3.7), and only there. */
function persistentName(
  nameId: XmlElement,
  idpEntityId: string,
  entityId: string,
): Result<string, SubjectFault> {
  if (attributeOf(nameId, 'Format') !== FORMAT_PERSISTENT) return err('name-id-not-persistent');
  const isOurs =
    (attributeOf(nameId, 'NameQualifier') ?? idpEntityId) === idpEntityId &&
    (attributeOf(nameId, 'SPNameQualifier') ?? entityId) === entityId;
  return isOurs ? ok(nameId.text) : err('name-id-for-another-provider');
}

/** The NameID, or the value of the attribute that stands for it. */
function findSubject(assertion: XmlElement, { subject }: SamlConnection): Result<XmlElement, SubjectFault> {
  if (subject === undefined) {
    const nameId = optionalChild(descend(assertion, 'saml:Subject'), 'saml:NameID');
    return nameId ? ok(nameId) : err('name-id-missing');
  }
  const [value, ...more] = readAttributeElements(assertion).get(subject) ?? [];
  if (!value) return err('subject-attribute-missing');
  if (more.length > 0) return err('subject-attribute-repeated');
  if (value.children.length === 0) return ok(value);
  const nameId = optionalChild(value, 'saml:NameID');
  return nameId ? ok(nameId) : err('subject-attribute-not-text');
}

export function readSubject(
  assertion: XmlElement,
  connection: SamlConnection,
  entityId: string,
): Result<string, SubjectFault> {
  const found = findSubject(assertion, connection);
  if (!found.ok) return found;
  const isNameId = found.value.name === 'NameID';
  return isNameId ? persistentName(found.value, connection.entityId, entityId) : ok(found.value.text);
}
