// How the assertion calls the person and the identity provider's session, kept for the logout that may begin here.
import type { SamlName } from '../../../../shared/people/session.ts';
import type { XmlElement } from './parse-xml.ts';
import { attributeOf, descend, optionalChild } from './read-element.ts';

/** Undefined without a NameID: nothing to log out by. Each part is as it came; a compared name is the sum of them. */
export function readSamlName(assertion: XmlElement): SamlName | undefined {
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
