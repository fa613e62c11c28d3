// What a signed assertion says: who signed on, when and how, under which names a logout may come, and the claims that the
// connection maps. The assertion was read from the signed bytes; the connection names the attributes that are read.
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import type { SamlName, SignedOn } from '../../../../shared/people/session.ts';
import type { SamlConnection } from '../../../../shared/rules/sign-on/saml-connection.ts';
import { groupFilter, namedClaim } from '../../../../shared/rules/values/groups-source.ts';
import { firstUnmetClaim, scalarsOf } from '../../../../shared/rules/values/required-claims.ts';
import { checkIdentity } from '../../sign-on/check-identity.ts';
import { readTime } from './check-conditions.ts';
import { attributeOf, childrenNamed, descend, FORMAT_PERSISTENT, optionalChild } from './content-model.ts';
import type { XmlElement } from './parse-xml.ts';
import type { SamlFault, SubjectFault } from './saml-fault.ts';

export interface ReadAssertion {
  readonly signedOn: SignedOn;
  readonly assertionId: string;
}

/** `entityId`: Stint's own at the connection. */
export function readAssertion(
  assertion: XmlElement,
  connection: SamlConnection,
  entityId: string,
): Result<ReadAssertion, SamlFault> {
  const identity = readIdentity(assertion, connection, entityId);
  if (!identity.ok) return identity;
  const { authenticatedAt, ...statement } = readStatement(assertion, connection);
  const assertionId = attributeOf(assertion, 'ID');
  if (authenticatedAt === undefined || assertionId === undefined) return err('time-unreadable');
  const signedOn = { connection: connection.id, ...identity.value, authenticatedAt, ...statement };
  return ok({ signedOn, assertionId });
}

function readIdentity(
  assertion: XmlElement,
  connection: SamlConnection,
  entityId: string,
): Result<Pick<SignedOn, 'subject' | 'groups' | 'claims' | 'said'>, SamlFault> {
  const subject = readSubject(assertion, connection, entityId);
  if (!subject.ok) return subject;
  const attributes = readAttributes(assertion);
  if (firstUnmetClaim(connection.require, (name) => onlyValue(attributes, name)) !== undefined)
    return err('claims-unusable');
  const listed = namedClaim(connection.groups);
  const identity = checkIdentity(connection.id, {
    subject: subject.value,
    groups: listed === undefined ? undefined : attributes.get(listed),
    areGroupsElsewhere: areGroupsElsewhere(attributes, listed),
    filter: groupFilter(connection.groups),
    claims: claimsOf(attributes, connection.claims),
    person: connection.person && { value: onlyValue(attributes, connection.person.claim) },
  });
  if (!identity.ok) return err(identity.error.reason);
  return ok({ ...identity.value, said: scalarsOf(connection, (name) => onlyValue(attributes, name)) });
}

/**
 * The name in the connection's `subject`: the persistent NameID, or the one value of an attribute, which may be a NameID
 * itself (eduPersonTargetedID).
 */
function readSubject(
  assertion: XmlElement,
  connection: SamlConnection,
  entityId: string,
): Result<string, SubjectFault> {
  const found = findSubject(assertion, connection);
  if (!found.ok) return found;
  const isNameId = found.value.name === 'NameID';
  return isNameId ? persistentName(found.value, connection.entityId, entityId) : ok(found.value.text);
}

function findSubject(assertion: XmlElement, { subject }: SamlConnection): Result<XmlElement, SubjectFault> {
  if (subject === undefined) {
    const nameId = optionalChild(descend(assertion, 'saml:Subject'), 'saml:NameID');
    return nameId ? ok(nameId) : err('name-id-missing');
  }
  const [value, ...more] = attributeElements(assertion).get(subject) ?? [];
  if (!value) return err('subject-attribute-missing');
  if (more.length > 0) return err('subject-attribute-repeated');
  if (value.children.length === 0) return ok(value);
  const nameId = optionalChild(value, 'saml:NameID');
  return nameId ? ok(nameId) : err('subject-attribute-not-text');
}

/** A persistent name is unique only between one identity provider and one service provider (saml-core section 8.3.7). */
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

/** Undefined stands for a value that has elements inside and is therefore not text. */
type AttributeValues = readonly (string | undefined)[];
type Attributes = ReadonlyMap<string, AttributeValues>;

const readAttributes = (assertion: XmlElement): Attributes =>
  new Map(
    [...attributeElements(assertion)].map(([name, values]) => [
      name,
      values.map(({ children, text }) => (children.length === 0 ? text : undefined)),
    ]),
  );

/** Some identity providers write each group as an attribute of its own, so values of one name are joined. */
function attributeElements(assertion: XmlElement): ReadonlyMap<string, readonly XmlElement[]> {
  const attributes = new Map<string, readonly XmlElement[]>();
  for (const statement of childrenNamed(assertion, 'saml:AttributeStatement')) {
    for (const attribute of childrenNamed(statement, 'saml:Attribute')) {
      const name = attributeOf(attribute, 'Name') ?? '';
      const values = childrenNamed(attribute, 'saml:AttributeValue').filter(hasContent);
      attributes.set(name, [...(attributes.get(name) ?? []), ...values]);
    }
  }
  return attributes;
}

const NIL = '{http://www.w3.org/2001/XMLSchema-instance}nil';

/** Empty and nil values count as absent (saml-core section 2.7.3.1.1). */
const hasContent = (value: XmlElement): boolean =>
  !['true', '1'].includes(value.attributes.get(NIL) ?? '') &&
  (value.children.length > 0 || value.text !== '');

function onlyValue(attributes: Attributes, name: string): string | undefined {
  const values = attributes.get(name) ?? [];
  return values.length === 1 ? values[0] : undefined;
}

/**
 * Microsoft Entra ID sends this in place of the groups of a person who is in more than 150 (learn.microsoft.com: SAML token
 * claims reference).
 */
const GROUPS_LINK = 'http://schemas.microsoft.com/claims/groups.link';
/** Entra ID always sends all app roles, so the link does not concern them. */
const APP_ROLES = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role';

const areGroupsElsewhere = (attributes: Attributes, groups: string | undefined): boolean =>
  groups !== undefined && groups !== APP_ROLES && attributes.has(GROUPS_LINK);

/** One value becomes text, several a list, none no claim. A value that is not text is kept, and refused later. */
const claimsOf = (attributes: Attributes, wanted: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(wanted)
      .map(([claim, name]) => [claim, attributes.get(name) ?? []] as const)
      .filter(([, values]) => values.length > 0)
      .map(([claim, values]) => [claim, values.length === 1 && values[0] !== undefined ? values[0] : values]),
  );

/** RFC 8176. */
const MULTIPLE_FACTORS = 'mfa';

/** How and when the person proved who they are, and the session at the identity provider (saml-core section 2.7.2). */
function readStatement(assertion: XmlElement, { mfaContexts }: SamlConnection) {
  const statement = descend(assertion, 'saml:AuthnStatement');
  const context = descend(statement, 'saml:AuthnContext', 'saml:AuthnContextClassRef').text;
  const samlName = readSamlName(assertion);
  const { sessionIndex, nameId } = samlName ?? {};
  const endsBy = readTime(attributeOf(statement, 'SessionNotOnOrAfter'));
  return {
    authenticatedAt: readTime(attributeOf(statement, 'AuthnInstant')),
    methods: mfaContexts.includes(context) ? [MULTIPLE_FACTORS] : [],
    ...(sessionIndex && nameId ? { idpSession: idpSessionOf(nameId, sessionIndex) } : {}),
    ...(samlName === undefined ? {} : { samlName }),
    ...(endsBy === undefined ? {} : { endsBy }),
  };
}

/**
 * The NameID and session index as they came, for a logout that begins here: an identity provider compares all parts.
 * Undefined without a NameID: then no logout can be asked for.
 */
function readSamlName(assertion: XmlElement): SamlName | undefined {
  const nameId = optionalChild(descend(assertion, 'saml:Subject'), 'saml:NameID');
  if (!nameId) return undefined;
  const parts = {
    format: attributeOf(nameId, 'Format'),
    nameQualifier: attributeOf(nameId, 'NameQualifier'),
    spNameQualifier: attributeOf(nameId, 'SPNameQualifier'),
    sessionIndex: attributeOf(descend(assertion, 'saml:AuthnStatement'), 'SessionIndex'),
  };
  const given = Object.entries(parts).filter(([, value]) => value !== undefined);
  return { nameId: nameId.text, ...Object.fromEntries(given) };
}

/**
 * The name under which the identity provider may end a session here. Different people may have the same session index
 * (saml-core section 2.7.2 recommends small numbers), so the NameID is part of it.
 */
export const idpSessionOf = (nameId: string, sessionIndex: string): string =>
  JSON.stringify([nameId, sessionIndex]);
