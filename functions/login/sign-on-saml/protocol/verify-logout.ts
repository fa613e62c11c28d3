// Single logout messages of the identity provider (saml-core section 3.7): its request to end sessions here, and its answer
// to a request of ours. They come by HTTP-Redirect, signed in the query, or by HTTP-POST, signed in the message; an unsigned
// one is refused. Pure. Nothing is consumed: the caller consumes the request's id.
import { CLOCK_TOLERANCE_MS } from '../../../../shared/kernel/clock.ts';
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import type { SamlConnection } from '../../../../shared/rules/sign-on/saml-connection.ts';
import { isExpired, isIssuedBy, isReached, readTime } from './check-conditions.ts';
import {
  attributeOf,
  type ContentModel,
  checkContent,
  checkIds,
  childrenNamed,
  descend,
  EXTENSIONS_CONTENT,
  FORMAT_PERSISTENT,
  optionalChild,
  SIGNATURE_CONTENT,
  STATUS_SUCCESS,
} from './content-model.ts';
import { decodeBase64, decodeText, parseXml, type XmlElement } from './parse-xml.ts';
import { idpSessionOf } from './read-assertion.ts';
import { type MessageName, verifyRedirect } from './redirect-binding.ts';
import type { SamlFault } from './saml-fault.ts';
import { checkSignatureShape, readSignedWhole } from './verify-signature.ts';

/** How a message came: in the query, from its question mark on, or in the fields of a form. */
export type Carried =
  | { readonly by: 'redirect'; readonly search: string }
  | { readonly by: 'post'; readonly fields: Readonly<Record<string, unknown>> };

export interface LogoutExpectations {
  readonly connection: SamlConnection;
  readonly sloUrl: string;
  readonly now: Date;
}

export interface VerifiedLogout {
  readonly id: string;
  /** From then on the request is refused as expired, so its id need not be remembered longer. */
  readonly usableUntil: Date;
  readonly relayState: string | undefined;
  /** The sessions to end; an empty list means all sessions of the person. */
  readonly idpSessions: readonly string[];
  /** The person, if the connection names people by NameID. */
  readonly subject: string | undefined;
}

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

/** A LogoutRequest (saml-core section 3.7.1) → the sessions that it ends, or why it is refused. */
export function verifyLogoutRequest(
  carried: Carried,
  expected: LogoutExpectations,
): Result<VerifiedLogout, SamlFault> {
  const { connection, now } = expected;
  const read = readSignedMessage(carried, 'SAMLRequest', REQUEST_MODEL, connection.certificates);
  if (!read.ok) return read;
  const { message: request, relayState } = read.value;
  const usableUntil = checkConditions(request, expected);
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

/** The request may name an end of its own, which may be earlier. */
function checkEnd(request: XmlElement, now: Date): Result<void, SamlFault> {
  const end = attributeOf(request, 'NotOnOrAfter');
  if (end === undefined) return ok(undefined);
  const endsAt = readTime(end);
  if (!endsAt) return err('time-unreadable');
  return isExpired(endsAt, now) ? err('expired') : ok(undefined);
}

const RESPONSE_MODEL: ContentModel = new Map([
  ...SIGNATURE_CONTENT,
  EXTENSIONS_CONTENT,
  ['samlp:LogoutResponse', /^saml:Issuer (ds:Signature )?(samlp:Extensions )?samlp:Status $/],
  ['saml:Issuer', /^$/],
  ['samlp:Status', /^samlp:StatusCode (samlp:StatusMessage )?$/],
  ['samlp:StatusCode', /^(samlp:StatusCode )?$/],
  ['samlp:StatusMessage', /^$/],
]);

export interface LogoutResponseExpectations extends LogoutExpectations {
  /** The id of the request that this browser was sent with. */
  readonly requestId: string;
}

/**
 * A LogoutResponse (saml-core section 3.7.2): ok if the identity provider's own session is over. The session here is over
 * already, whatever it says.
 */
export function verifyLogoutResponse(
  carried: Carried,
  expected: LogoutResponseExpectations,
): Result<void, SamlFault> {
  const read = readSignedMessage(carried, 'SAMLResponse', RESPONSE_MODEL, expected.connection.certificates);
  if (!read.ok) return read;
  const { message: response } = read.value;
  const checked = checkConditions(response, expected);
  if (!checked.ok) return checked;
  if (attributeOf(response, 'InResponseTo') !== expected.requestId) return err('request-unknown');
  const code = descend(response, 'samlp:Status', 'samlp:StatusCode');
  // A second code takes the success back: PartialLogout leaves the person signed on elsewhere (section 3.7.3.2).
  const isWhole = attributeOf(code, 'Value') === STATUS_SUCCESS && !optionalChild(code, 'samlp:StatusCode');
  return isWhole ? ok(undefined) : err('idp-refused');
}

/** A browser carries a message at once; an older one was kept. */
const MAX_AGE_MS = 300_000;

/** From this identity provider, for this address, written just now. Gives the moment from which it is refused as expired. */
function checkConditions(
  message: XmlElement,
  { connection, sloUrl, now }: LogoutExpectations,
): Result<Date, SamlFault> {
  if (!isIssuedBy(message, connection.entityId)) return err('issuer-wrong');
  if (attributeOf(message, 'Destination') !== sloUrl) return err('destination-wrong');
  const issuedAt = readTime(attributeOf(message, 'IssueInstant'));
  if (!issuedAt) return err('time-unreadable');
  if (!isReached(issuedAt, now)) return err('not-yet-valid');
  const end = new Date(issuedAt.getTime() + MAX_AGE_MS);
  return isExpired(end, now) ? err('expired') : ok(new Date(end.getTime() + CLOCK_TOLERANCE_MS));
}

interface SignedMessage {
  /** Without its signature. */
  readonly message: XmlElement;
  readonly relayState: string | undefined;
}

/** A message of the given form that one of the certificates signed. Its values are not checked. */
const readSignedMessage = (
  carried: Carried,
  name: MessageName,
  model: ContentModel,
  certificates: readonly string[],
): Result<SignedMessage, SamlFault> =>
  carried.by === 'redirect'
    ? readRedirected(carried.search, name, model, certificates)
    : readPosted(carried.fields, name, model, certificates);

function readRedirected(
  search: string,
  name: MessageName,
  model: ContentModel,
  certificates: readonly string[],
): Result<SignedMessage, SamlFault> {
  const redirected = verifyRedirect(search, name, certificates);
  if (!redirected.ok) return redirected;
  const message = parse(redirected.value.text, model);
  if (!message.ok) return message;
  // saml-bindings section 3.4.4.1: by this binding the message itself has no signature.
  if (optionalChild(message.value, 'ds:Signature')) return err('structure-unexpected');
  return ok({ message: message.value, relayState: redirected.value.relayState });
}

function readPosted(
  fields: Readonly<Record<string, unknown>>,
  name: MessageName,
  model: ContentModel,
  certificates: readonly string[],
): Result<SignedMessage, SamlFault> {
  const { [name]: encoded, RelayState: relayState } = fields;
  const bytes = decodeBase64(typeof encoded === 'string' ? encoded : '');
  if (!bytes.ok) return bytes;
  const text = decodeText(bytes.value);
  if (!text.ok) return text;
  const message = parse(text.value, model);
  if (!message.ok) return message;
  if (!optionalChild(message.value, 'ds:Signature')) return err('signature-wrong');
  const shape = checkSignatureShape(message.value);
  if (!shape.ok) return shape;
  const signed = readSignedWhole(text.value, message.value, certificates);
  return signed.ok
    ? ok({ message: signed.value, relayState: typeof relayState === 'string' ? relayState : undefined })
    : signed;
}

function parse(text: string, model: ContentModel): Result<XmlElement, SamlFault> {
  const message = parseXml(text);
  if (!message.ok) return message;
  const content = checkContent(message.value, model);
  if (!content.ok) return content;
  const ids = checkIds(message.value, [message.value]);
  return ids.ok ? message : ids;
}
