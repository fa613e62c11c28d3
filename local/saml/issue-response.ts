// A demo person signed on: the signed response that says so.
import { randomBytes } from 'node:crypto';
import type { Person } from '../demo/people.ts';
import { responseXml } from './response-xml.ts';
import { type Signing, signXml } from './sign-xml.ts';

const VALID_MS = 300_000;
const BACKDATED_MS = 30_000;
const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
const PASSWORD = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport';

export interface ServiceProvider {
  readonly entityId: string;
  readonly acsUrl: string;
}

export const newId = (): string => `_${randomBytes(16).toString('hex')}`;

interface Occasion {
  /** Undefined when nobody asked. */
  readonly inResponseTo: string | undefined;
  readonly sessionIndex: string;
}

/** In base64, as its form field has it. */
export function issueResponse(
  { sub, name, email, groups }: Person,
  to: ServiceProvider,
  from: { readonly entityId: string; readonly signing: Signing },
  { inResponseTo, sessionIndex }: Occasion,
): string {
  const now = Date.now();
  const xml = responseXml({
    responseId: newId(),
    assertionId: newId(),
    issuer: from.entityId,
    acsUrl: to.acsUrl,
    audience: to.entityId,
    inResponseTo,
    issuedAt: new Date(now),
    notBefore: new Date(now - BACKDATED_MS),
    notOnOrAfter: new Date(now + VALID_MS),
    nameId: { value: sub, format: PERSISTENT },
    authenticatedAt: new Date(now),
    authnContext: PASSWORD,
    sessionIndex,
    attributes: { uid: [sub], displayName: [name], mail: [email], groups },
  });
  const signed = signXml(signXml(xml, 'Assertion', from.signing), 'Response', from.signing);
  return Buffer.from(signed).toString('base64');
}
