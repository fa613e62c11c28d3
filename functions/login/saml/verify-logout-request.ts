// A LogoutRequest of the identity provider (saml-core section 3.7.1) → whose sessions end, or why none. Pure. Spends
// nothing: the id to spend is part of the answer.
import type { SamlConnection } from '../../../shared/access/sign-on/saml-connection.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { isIssuedBy } from './check-addressing.ts';
import { checkIds } from './check-ids.ts';
import { type ContentModel, checkContent } from './content-model.ts';
import { idpSessionOf } from './idp-session.ts';
import { parseXml, type XmlElement } from './parse-xml.ts';
import { attributeOf, childrenNamed, descend } from './read-element.ts';
import { hasBegun, hasEnded, readTime } from './read-time.ts';
import type { SamlFault } from './saml-fault.ts';
import { FORMAT_PERSISTENT } from './saml-names.ts';
import { verifyRedirect } from './verify-redirect.ts';

/** By this binding the signature is in the query, and in the message is none. */
const LOGOUT_MODEL: ContentModel = new Map([
  ['samlp:LogoutRequest', /^saml:Issuer saml:NameID (samlp:SessionIndex )*$/],
  ['saml:Issuer', /^$/],
  ['saml:NameID', /^$/],
  ['samlp:SessionIndex', /^$/],
]);

/** A browser carries it at once; an older one was kept. */
const MAX_AGE_MS = 300_000;

export interface LogoutExpectations {
  readonly connection: SamlConnection;
  readonly sloUrl: string;
  readonly now: Date;
}

export interface VerifiedLogout {
  readonly id: string;
  readonly usableUntil: Date;
  readonly relayState: string | undefined;
  /** The sessions that end; none means all of the person's. */
  readonly idpSessions: readonly string[];
  /** Whose, where the NameID names people here. */
  readonly subject: string | undefined;
}

function checkRequest(
  request: XmlElement,
  { connection, sloUrl, now }: LogoutExpectations,
): Result<Date, SamlFault> {
  const content = checkContent(request, LOGOUT_MODEL);
  if (!content.ok) return content;
  const ids = checkIds(request, [request]);
  if (!ids.ok) return ids;
  if (!isIssuedBy(request, connection.entityId)) return err('issuer-wrong');
  if (attributeOf(request, 'Destination') !== sloUrl) return err('destination-wrong');
  const issuedAt = readTime(attributeOf(request, 'IssueInstant'));
  const end = attributeOf(request, 'NotOnOrAfter');
  const endsAt = end === undefined ? undefined : readTime(end);
  if (!issuedAt || (end !== undefined && !endsAt)) return err('time-unreadable');
  if (!hasBegun(issuedAt, now)) return err('not-yet-valid');
  const usableUntil = new Date(issuedAt.getTime() + MAX_AGE_MS);
  if (hasEnded(usableUntil, now) || (endsAt && hasEnded(endsAt, now))) return err('expired');
  return ok(usableUntil);
}

export function verifyLogoutRequest(
  search: string,
  expected: LogoutExpectations,
): Result<VerifiedLogout, SamlFault> {
  const { connection } = expected;
  const redirected = verifyRedirect(search, 'SAMLRequest', connection.certificates);
  if (!redirected.ok) return redirected;
  const request = parseXml(redirected.value.text);
  if (!request.ok) return request;
  const usableUntil = checkRequest(request.value, expected);
  if (!usableUntil.ok) return usableUntil;
  const nameId = descend(request.value, 'saml:NameID');
  const namesPeople = connection.subject === undefined && attributeOf(nameId, 'Format') === FORMAT_PERSISTENT;
  return ok({
    id: attributeOf(request.value, 'ID') ?? '',
    usableUntil: usableUntil.value,
    relayState: redirected.value.relayState,
    idpSessions: childrenNamed(request.value, 'samlp:SessionIndex').map(({ text }) =>
      idpSessionOf(nameId.text, text),
    ),
    subject: namesPeople ? nameId.text : undefined,
  });
}
