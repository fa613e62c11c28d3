// Who the signed assertion is about, by the names that the connection gives: NameID or attribute, groups, further claims.
import type { SamlConnection } from '../../../shared/access/sign-on/saml-connection.ts';
import { err, type Result } from '../../../shared/kernel/result.ts';
import type { SignedOn } from '../../../shared/people/session.ts';
import { checkNames } from '../sign-on/check-names.ts';
import type { XmlElement } from './parse-xml.ts';
import { type Attributes, readAttributes } from './read-attributes.ts';
import { attributeOf, descend, optionalChild } from './read-element.ts';
import type { SamlFault } from './saml-fault.ts';
import { FORMAT_PERSISTENT } from './saml-names.ts';

/** A persistent name is unique between one IdP and one service provider (saml-core section 8.3.7), and only there. */
function persistentName(assertion: XmlElement, idpEntityId: string, entityId: string): string | undefined {
  const nameId = optionalChild(descend(assertion, 'saml:Subject'), 'saml:NameID');
  if (!nameId || attributeOf(nameId, 'Format') !== FORMAT_PERSISTENT) return undefined;
  const isOurs =
    (attributeOf(nameId, 'NameQualifier') ?? idpEntityId) === idpEntityId &&
    (attributeOf(nameId, 'SPNameQualifier') ?? entityId) === entityId;
  return isOurs ? nameId.text : undefined;
}

function onlyValue(attributes: Attributes, name: string): string | undefined {
  const values = attributes.get(name) ?? [];
  return values.length === 1 ? values[0] : undefined;
}

/**
 * What Microsoft Entra ID sends in place of the groups of somebody who is in more than 150 (learn.microsoft.com: SAML token
 * claims reference).
 */
const GROUPS_LINK = 'http://schemas.microsoft.com/claims/groups.link';
/** App roles are never left out for their number, so the link says nothing of them. */
const APP_ROLES = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role';

const areGroupsElsewhere = (attributes: Attributes, groups: string | undefined): boolean =>
  groups !== undefined && groups !== APP_ROLES && attributes.has(GROUPS_LINK);

/** One value is text, several are a list; none is no claim. */
const claimsOf = (attributes: Attributes, wanted: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(wanted)
      .map(([claim, name]) => [claim, attributes.get(name) ?? []] as const)
      .filter(([, values]) => values.length > 0)
      .map(([claim, values]) => [claim, values.length === 1 ? values[0] : values]),
  );

export function identifyPerson(
  assertion: XmlElement,
  connection: SamlConnection,
  entityId: string,
): Result<Pick<SignedOn, 'subject' | 'groups' | 'claims'>, SamlFault> {
  const attributes = readAttributes(assertion);
  const names = checkNames(connection.id, {
    subject:
      connection.subject === undefined
        ? persistentName(assertion, connection.entityId, entityId)
        : onlyValue(attributes, connection.subject),
    groups: connection.groups === undefined ? undefined : attributes.get(connection.groups),
    areGroupsElsewhere: areGroupsElsewhere(attributes, connection.groups),
    claims: claimsOf(attributes, connection.claims),
  });
  return names.ok ? names : err(names.error.reason);
}
