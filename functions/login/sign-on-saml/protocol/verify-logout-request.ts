// A LogoutRequest of the identity provider (saml-core section 3.7.1) → whose sessions end, or why none. Pure. Spends
// nothing: the id to consume is part of the answer.
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import { checkLogout, type LogoutExpectations } from './check-logout.ts';
import { type ContentModel, EXTENSIONS_CONTENT, SIGNATURE_CONTENT } from './content-model.ts';
import { idpSessionOf } from './idp-session.ts';
import type { XmlElement } from './parse-xml.ts';
import { attributeOf, childrenNamed, descend } from './read-element.ts';
import { type Carried, readSignedMessage } from './read-signed-message.ts';
import { hasEnded, readTime } from './read-time.ts';
import type { SamlFault } from './saml-fault.ts';
import { FORMAT_PERSISTENT } from './saml-names.ts';

const REQUEST_MODEL: ContentModel = new Map([
  ...SIGNATURE_CONTENT,
  EXTENSIONS_CONTENT,
  [
    'samlp:LogoutRequest',
    /^saml:Issuer (ds:Signature )?(samlp:Extensions )?saml:NameID (samlp:SessionIndex )*$/,
  ],
  ['saml:Issuer', /^$/],
  ['saml:NameID', /^$/],
  ['samlp:SessionIndex', /^$/],
]);

export interface VerifiedLogout {
  readonly id: string;
  readonly usableUntil: Date;
  readonly relayState: string | undefined;
  /** The sessions that end; none means all of the person's. */
  readonly idpSessions: readonly string[];
  /** Whose, where the NameID names people here. */
  readonly subject: string | undefined;
}

/** It may name an end of its own. */
function checkEnd(request: XmlElement, now: Date): Result<void, SamlFault> {
  const end = attributeOf(request, 'NotOnOrAfter');
  if (end === undefined) return ok(undefined);
  const endsAt = readTime(end);
  if (!endsAt) return err('time-unreadable');
  return hasEnded(endsAt, now) ? err('expired') : ok(undefined);
}

export function verifyLogoutRequest(
  carried: Carried,
  expected: LogoutExpectations,
): Result<VerifiedLogout, SamlFault> {
  const { connection, now } = expected;
  const read = readSignedMessage(carried, 'SAMLRequest', REQUEST_MODEL, connection.certificates);
  if (!read.ok) return read;
  const { message: request, relayState } = read.value;
  const usableUntil = checkLogout(request, expected);
  if (!usableUntil.ok) return usableUntil;
  const end = checkEnd(request, now);
  if (!end.ok) return end;
  const nameId = descend(request, 'saml:NameID');
  const namesPeople = connection.subject === undefined && attributeOf(nameId, 'Format') === FORMAT_PERSISTENT;
  return ok({
    id: attributeOf(request, 'ID') ?? '',
    usableUntil: usableUntil.value,
    relayState,
    idpSessions: childrenNamed(request, 'samlp:SessionIndex').map(({ text }) =>
      idpSessionOf(nameId.text, text),
    ),
    subject: namesPeople ? nameId.text : undefined,
  });
}
