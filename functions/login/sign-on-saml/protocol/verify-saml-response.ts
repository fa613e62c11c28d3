// A SAML response → who signed on, or why nobody. Pure: time, request and connection are arguments. Values are read from
// the signed bytes alone. Consumes nothing: the id to consume is part of the answer.

import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import type { SignedOn } from '../../../../shared/people/session.ts';
import type { SamlConnection } from '../../../../shared/rules/sign-on/saml-connection.ts';
import { type Addressing, checkConfirmation, checkEnvelope } from './check-addressing.ts';
import { checkResponse } from './check-response.ts';
import { checkTimes } from './check-times.ts';
import { qualifiedName } from './content-model.ts';
import { decodeBase64, decodeText } from './decode-message.ts';
import { identifyPerson } from './identify-person.ts';
import { idpSessionOf } from './idp-session.ts';
import { parseXml, type XmlElement } from './parse-xml.ts';
import { attributeOf, descend } from './read-element.ts';
import { readSamlName } from './read-saml-name.ts';
import { readTime } from './read-time.ts';
import { sameElement } from './same-element.ts';
import type { SamlFault } from './saml-fault.ts';
import { verifySignatures } from './verify-signatures.ts';

export interface ResponseExpectations {
  readonly connection: SamlConnection;
  /** What this service provider is called at the connection. */
  readonly entityId: string;
  readonly acsUrl: string;
  /** The request that this browser was sent off with. */
  readonly requestId: string;
  readonly now: Date;
}

export interface VerifiedResponse {
  readonly signedOn: SignedOn;
  readonly assertionId: string;
  /** Until when a copy of the assertion would be taken. */
  readonly usableUntil: Date;
}

/** RFC 8176. */
const MULTIPLE_FACTORS = 'mfa';

const addressingOf = ({ connection, entityId, acsUrl, requestId }: ResponseExpectations): Addressing => ({
  idpEntityId: connection.entityId,
  entityId,
  acsUrl,
  requestId,
});

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

/** The message by its words. Whatever is found here is only believed once the same words turn out to be signed. */
function checkWords(response: XmlElement, assertion: XmlElement, expected: ResponseExpectations) {
  const addressing = addressingOf(expected);
  const envelope = checkEnvelope(response, addressing);
  if (!envelope.ok) return envelope;
  const confirmation = checkConfirmation(assertion, addressing);
  return confirmation.ok ? checkTimes(response, assertion, expected.now) : confirmation;
}

/**
 * The assertion in the signed bytes, which must say what was checked, but for the signature itself. Where the connection
 * asks for a signed assertion alone, nothing of the response around it is taken: it was only checked.
 */
function readSignedAssertion(
  text: string,
  { response, assertion }: { readonly response: XmlElement; readonly assertion: XmlElement },
  { certificates, signedElement = 'response' }: SamlConnection,
): Result<XmlElement, SamlFault> {
  const bytes = verifySignatures(text, signedElement, certificates);
  if (bytes === undefined) return err('signature-wrong');
  const signed = parseXml(bytes);
  const checked = signedElement === 'assertion' ? assertion : response;
  const children = checked.children.filter((child) => qualifiedName(child) !== 'ds:Signature');
  if (!signed.ok || !sameElement(signed.value, { ...checked, children })) return err('signed-bytes-differ');
  return ok(signedElement === 'assertion' ? signed.value : descend(signed.value, 'saml:Assertion'));
}

function readSigned(
  assertion: XmlElement,
  usableUntil: Date,
  { connection, entityId }: ResponseExpectations,
): Result<VerifiedResponse, SamlFault> {
  const names = identifyPerson(assertion, connection, entityId);
  if (!names.ok) return names;
  const { authenticatedAt, ...statement } = readStatement(assertion, connection);
  const assertionId = attributeOf(assertion, 'ID');
  if (authenticatedAt === undefined || assertionId === undefined) return err('time-unreadable');
  const signedOn = { connection: connection.id, ...names.value, authenticatedAt, ...statement };
  return ok({ signedOn, assertionId, usableUntil });
}

function parseResponse(encoded: string): Result<{ text: string; response: XmlElement }, SamlFault> {
  const bytes = decodeBase64(encoded);
  if (!bytes.ok) return bytes;
  const text = decodeText(bytes.value);
  if (!text.ok) return text;
  const response = parseXml(text.value);
  return response.ok ? ok({ text: text.value, response: response.value }) : response;
}

export function verifySamlResponse(
  encoded: string,
  expected: ResponseExpectations,
): Result<VerifiedResponse, SamlFault> {
  const parsed = parseResponse(encoded);
  if (!parsed.ok) return parsed;
  const { text, response } = parsed.value;
  const assertion = checkResponse(response, expected.connection);
  if (!assertion.ok) return assertion;
  const usableUntil = checkWords(response, assertion.value, expected);
  if (!usableUntil.ok) return usableUntil;
  const checked = { response, assertion: assertion.value };
  const signed = readSignedAssertion(text, checked, expected.connection);
  return signed.ok ? readSigned(signed.value, usableUntil.value, expected) : signed;
}
