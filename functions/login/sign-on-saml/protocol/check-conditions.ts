// The conditions under which a SAML message holds: from which identity provider, for which service provider and address, as
// the answer to which request, and when. Names are compared byte for byte. The values come from a message whose form was
// checked; a caller believes them only after the signed bytes turn out to say the same.
import { CLOCK_TOLERANCE_MS } from '../../../../shared/kernel/clock.ts';
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import type { SamlConnection } from '../../../../shared/rules/sign-on/saml-connection.ts';
import { attributeOf, childrenNamed, descend } from './content-model.ts';
import type { XmlElement } from './parse-xml.ts';
import type { SamlFault } from './saml-fault.ts';

const METHOD_BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
const FORMAT_ENTITY = 'urn:oasis:names:tc:SAML:2.0:nameid-format:entity';

export interface ResponseExpectations {
  readonly connection: SamlConnection;
  /** Stint's own entity id at the connection. */
  readonly entityId: string;
  readonly acsUrl: string;
  /** The id of the request that this browser was sent with. */
  readonly requestId: string;
  readonly now: Date;
}

/**
 * Every condition of a response, `saml-profiles` sections 4.1.4.2 and 4.1.4.3. Gives the moment from which the assertion is
 * refused as expired.
 */
export function checkConditions(
  response: XmlElement,
  assertion: XmlElement,
  expected: ResponseExpectations,
): Result<Date, SamlFault> {
  const envelope = checkEnvelope(response, expected);
  if (!envelope.ok) return envelope;
  const confirmation = checkConfirmation(assertion, expected);
  return confirmation.ok ? checkTimes(response, assertion, expected.now) : confirmation;
}

/** The issuer's name must be an entity id, of no other format (saml-core section 8.3.6). */
export function isIssuedBy(element: XmlElement, idpEntityId: string): boolean {
  const issuer = descend(element, 'saml:Issuer');
  const format = attributeOf(issuer, 'Format') ?? FORMAT_ENTITY;
  return issuer.text === idpEntityId && format === FORMAT_ENTITY;
}

function checkEnvelope(
  response: XmlElement,
  { connection, acsUrl, requestId }: ResponseExpectations,
): Result<void, SamlFault> {
  if (!isIssuedBy(response, connection.entityId)) return err('issuer-wrong');
  // saml-bindings section 3.5.5.2: a signed message must have it.
  if (attributeOf(response, 'Destination') !== acsUrl) return err('destination-wrong');
  return attributeOf(response, 'InResponseTo') === requestId ? ok(undefined) : err('request-unknown');
}

function checkConfirmation(
  assertion: XmlElement,
  { connection, entityId, acsUrl, requestId }: ResponseExpectations,
): Result<void, SamlFault> {
  if (!isIssuedBy(assertion, connection.entityId)) return err('issuer-wrong');
  const confirmation = descend(assertion, 'saml:Subject', 'saml:SubjectConfirmation');
  const data = descend(confirmation, 'saml:SubjectConfirmationData');
  if (attributeOf(confirmation, 'Method') !== METHOD_BEARER) return err('confirmation-wrong');
  // The profile forbids NotBefore here: a message that has it follows another profile.
  if (attributeOf(data, 'NotBefore') !== undefined) return err('confirmation-wrong');
  if (attributeOf(data, 'Recipient') !== acsUrl) return err('recipient-wrong');
  if (attributeOf(data, 'InResponseTo') !== requestId) return err('request-unknown');
  const restrictions = childrenNamed(descend(assertion, 'saml:Conditions'), 'saml:AudienceRestriction');
  const isAddressed = restrictions.every((restriction) =>
    childrenNamed(restriction, 'saml:Audience').some(({ text }) => text === entityId),
  );
  return isAddressed ? ok(undefined) : err('audience-wrong');
}

/** Every time that the response names, against `now`. */
function checkTimes(response: XmlElement, assertion: XmlElement, now: Date): Result<Date, SamlFault> {
  const times = timesOf(response, assertion);
  const ends = times.ends.map(readTime);
  const sessionEnds = times.sessionEnds.map(readTime);
  const begins = times.begins.map(readTime);
  if (!ends.every(isTime) || !sessionEnds.every(isTime) || !begins.every(isTime))
    return err('time-unreadable');
  if ([...ends, ...sessionEnds].some((end) => isExpired(end, now))) return err('expired');
  if (!begins.every((begin) => isReached(begin, now))) return err('not-yet-valid');
  return ok(new Date(Math.min(...ends.map((end) => end.getTime())) + CLOCK_TOLERANCE_MS));
}

/** `ends` must be there, `sessionEnds` may; in `begins` all but the conditions' NotBefore must. */
function timesOf(response: XmlElement, assertion: XmlElement) {
  const conditions = descend(assertion, 'saml:Conditions');
  const statement = descend(assertion, 'saml:AuthnStatement');
  const data = descend(assertion, 'saml:Subject', 'saml:SubjectConfirmation', 'saml:SubjectConfirmationData');
  const sessionEnd = attributeOf(statement, 'SessionNotOnOrAfter');
  const notBefore = attributeOf(conditions, 'NotBefore');
  return {
    ends: [attributeOf(conditions, 'NotOnOrAfter'), attributeOf(data, 'NotOnOrAfter')],
    sessionEnds: sessionEnd === undefined ? [] : [sessionEnd],
    begins: [
      attributeOf(response, 'IssueInstant'),
      attributeOf(assertion, 'IssueInstant'),
      attributeOf(statement, 'AuthnInstant'),
      ...(notBefore === undefined ? [] : [notBefore]),
    ],
  };
}

const isTime = (time: Date | undefined): time is Date => time !== undefined;

const UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/** xs:dateTime in UTC, written with a Z (saml-core section 1.3.3). Undefined for any other spelling. */
export function readTime(text: string | undefined): Date | undefined {
  if (text === undefined || !UTC.test(text)) return undefined;
  const time = new Date(text.replace(/(\.\d{3})\d+Z$/, '$1Z'));
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** NotOnOrAfter is the first moment that is too late; a clock that is behind is tolerated. */
export const isExpired = (notOnOrAfter: Date, now: Date): boolean =>
  now.getTime() - CLOCK_TOLERANCE_MS >= notOnOrAfter.getTime();

/** Whether it is no earlier than `notBefore`; a clock that is ahead is tolerated. */
export const isReached = (notBefore: Date, now: Date): boolean =>
  now.getTime() + CLOCK_TOLERANCE_MS >= notBefore.getTime();
