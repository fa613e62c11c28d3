// What the signed assertion says of the person, by the names that the connection gives: subject, groups, further claims.

import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import type { SignedOn } from '../../../../shared/people/session.ts';
import type { SamlConnection } from '../../../../shared/rules/sign-on/saml-connection.ts';
import { firstUnmetClaim, scalarsOf } from '../../../../shared/rules/values/required-claims.ts';
import { checkNames } from '../../sign-on/check-names.ts';
import type { XmlElement } from './parse-xml.ts';
import { type Attributes, readAttributes } from './read-attributes.ts';
import { readSubject } from './read-subject.ts';
import type { SamlFault } from './saml-fault.ts';

/**
 * What Microsoft Entra ID sends in place of the groups of somebody who is in more than 150 (learn.microsoft.com: SAML token
 * claims reference).
 */
const GROUPS_LINK = 'http://schemas.microsoft.com/claims/groups.link';
/** App roles are never left out for their number, so the link says nothing of them. */
const APP_ROLES = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role';

const areGroupsElsewhere = (attributes: Attributes, groups: string | undefined): boolean =>
  groups !== undefined && groups !== APP_ROLES && attributes.has(GROUPS_LINK);

function onlyValue(attributes: Attributes, name: string): string | undefined {
  const values = attributes.get(name) ?? [];
  return values.length === 1 ? values[0] : undefined;
}

/** One value is text, several are a list; none is no claim. A value that is not text stays one, and is refused. */
const claimsOf = (attributes: Attributes, wanted: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(wanted)
      .map(([claim, name]) => [claim, attributes.get(name) ?? []] as const)
      .filter(([, values]) => values.length > 0)
      .map(([claim, values]) => [claim, values.length === 1 && values[0] !== undefined ? values[0] : values]),
  );

export function identifyPerson(
  assertion: XmlElement,
  connection: SamlConnection,
  entityId: string,
): Result<Pick<SignedOn, 'subject' | 'groups' | 'claims' | 'said'>, SamlFault> {
  const subject = readSubject(assertion, connection, entityId);
  if (!subject.ok) return subject;
  const attributes = readAttributes(assertion);
  if (firstUnmetClaim(connection.require, (name) => onlyValue(attributes, name)) !== undefined)
    return err('claims-unusable');
  const names = checkNames(connection.id, {
    subject: subject.value,
    groups: connection.groups === undefined ? undefined : attributes.get(connection.groups),
    areGroupsElsewhere: areGroupsElsewhere(attributes, connection.groups),
    claims: claimsOf(attributes, connection.claims),
  });
  if (!names.ok) return err(names.error.reason);
  return ok({ ...names.value, said: scalarsOf(connection, (name) => onlyValue(attributes, name)) });
}
