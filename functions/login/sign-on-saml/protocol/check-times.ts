// Every moment that a response names, against the clock given. Returns until when the assertion could be used.
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import type { XmlElement } from './parse-xml.ts';
import { attributeOf, descend } from './read-element.ts';
import { CLOCK_SKEW_MS, hasBegun, hasEnded, readTime } from './read-time.ts';
import type { SamlFault } from './saml-fault.ts';

/** Ends that an IdP must name, and beginnings. */
function momentsOf(response: XmlElement, assertion: XmlElement) {
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

export function checkTimes(response: XmlElement, assertion: XmlElement, now: Date): Result<Date, SamlFault> {
  const moments = momentsOf(response, assertion);
  const ends = moments.ends.map(readTime);
  const sessionEnds = moments.sessionEnds.map(readTime);
  const begins = moments.begins.map(readTime);
  if (!ends.every(isTime) || !sessionEnds.every(isTime) || !begins.every(isTime))
    return err('time-unreadable');
  if ([...ends, ...sessionEnds].some((end) => hasEnded(end, now))) return err('expired');
  if (!begins.every((begin) => hasBegun(begin, now))) return err('not-yet-valid');
  return ok(new Date(Math.min(...ends.map((end) => end.getTime())) + CLOCK_SKEW_MS));
}
