// An identity provider's metadata (saml-metadata section 2) → the certificates and addresses of one entity. The document comes
// from the network, so it is bounded like a message. Unlike a message it is open: it may have comments, extensions and roles of
// other protocols, such as the WS-Federation roles of ADFS. Only the elements that are named here are read, each in its place.
import { isEndpointUrl } from '../../../../shared/kernel/endpoint-url.ts';
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import { type NamedCertificate, nameCertificate } from '../../../../shared/rules/sign-on/saml-certificate.ts';
import type { UnusableKey } from '../../../../shared/rules/values/issuer-key.ts';
import { isExpired, readTime } from '../protocol/check-conditions.ts';
import {
  attributeOf,
  checkContent,
  childrenNamed,
  optionalChild,
  SIGNATURE_CONTENT,
} from '../protocol/content-model.ts';
import { checkMarkup, parseXml, withoutDeclaration, type XmlElement } from '../protocol/parse-xml.ts';
import type { SamlFault } from '../protocol/saml-fault.ts';
import { checkSignatureShape, readSignedWhole } from '../protocol/verify-signature.ts';

export type MetadataFault =
  | SamlFault
  | 'metadata-unsigned'
  | 'not-metadata'
  | 'entity-missing'
  | 'entity-repeated'
  | 'not-an-identity-provider'
  | 'no-certificate'
  | 'time-unreadable'
  | 'expired';

export interface IdpMetadata {
  /** Of the keys with which the identity provider signs, as far as Stint can use them. At least one. */
  readonly certificates: readonly NamedCertificate[];
  /** Those that Stint cannot use. */
  readonly unusable: readonly UnusableKey[];
  /** The addresses for HTTP-Redirect. */
  readonly ssoUrl: string | undefined;
  readonly sloUrl: string | undefined;
  readonly wantsSignedRequests: boolean;
  /** From then on nothing of it counts. */
  readonly validUntil: Date | undefined;
  /** How long it may be kept before it is read again, as it says itself. */
  readonly cacheSeconds: number | undefined;
}

export interface WantedMetadata {
  /** The only entity that counts, compared byte for byte. */
  readonly entityId: string;
  /** PEM. The metadata must be signed with its key. Undefined: they need no signature, and none is looked at. */
  readonly signedBy: string | undefined;
  readonly now: Date;
}

/** The document of one entity has some 100 KB at most: ADFS with every claim that it knows. */
export const MAX_METADATA_BYTES = 1_048_576;
/** ADFS lists each claim in several roles: some 600 elements. An aggregate of a small federation fits as well. */
const MAX_METADATA_ELEMENTS = 10_000;
/** The one in use, the next one, and some that were left. */
const MAX_CERTIFICATES = 10;
const MAX_URL_CHARACTERS = 2048;

const MD = '{urn:oasis:names:tc:SAML:2.0:metadata}';
const SAML_2 = 'urn:oasis:names:tc:SAML:2.0:protocol';
const HTTP_REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';

const mdChildren = (element: XmlElement, name: string): readonly XmlElement[] =>
  childrenNamed(element, `${MD}:${name}`);

const isNamed = (element: XmlElement, name: string): boolean =>
  `{${element.namespace}}` === MD && element.name === name;

/** Undefined for a comment that does not end, or has two hyphens inside (XML 1.0 section 2.5). Linear in the text. */
function withoutComments(text: string): string | undefined {
  const parts: string[] = [];
  let at = 0;
  for (let open = text.indexOf('<!--'); open >= 0; open = text.indexOf('<!--', at)) {
    const close = text.indexOf('--', open + '<!--'.length);
    if (close < 0 || text[close + 2] !== '>') return undefined;
    parts.push(text.slice(at, open));
    at = close + '-->'.length;
  }
  return [...parts, text.slice(at)].join('');
}

/** The document as text that the parser may see: no DTD, entity declaration, CDATA section or processing instruction. */
function readMarkup(document: string): Result<string, MetadataFault> {
  const text = withoutComments(withoutDeclaration(document));
  return text === undefined ? err('xml-malformed') : checkMarkup(text.trim());
}

interface FoundEntity {
  readonly entity: XmlElement;
  /** The entity and the groups that it stands in: the times of each apply. */
  readonly path: readonly XmlElement[];
}

function* entitiesIn(element: XmlElement, path: readonly XmlElement[] = []): Generator<FoundEntity> {
  const within = [...path, element];
  if (isNamed(element, 'EntityDescriptor')) yield { entity: element, path: within };
  if (!isNamed(element, 'EntitiesDescriptor')) return;
  for (const child of element.children) yield* entitiesIn(child, within);
}

function findEntity(root: XmlElement, entityId: string): Result<FoundEntity, MetadataFault> {
  if (!isNamed(root, 'EntityDescriptor') && !isNamed(root, 'EntitiesDescriptor')) return err('not-metadata');
  const [found, ...more] = [...entitiesIn(root)].filter(
    ({ entity }) => attributeOf(entity, 'entityID') === entityId,
  );
  if (!found) return err('entity-missing');
  return more.length === 0 ? ok(found) : err('entity-repeated');
}

/** A list separated by spaces (saml-metadata section 2.4.1). */
const speaksSaml2 = (role: XmlElement): boolean =>
  (attributeOf(role, 'protocolSupportEnumeration') ?? '').split(/\s+/).includes(SAML_2);

const DURATION =
  /^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,10})(?:\.\d{1,9})?S)?)?$/;

/** A year and a month have no length of their own (XML Schema part 2, section 3.2.6): the shortest ones count. */
const SECONDS_OF = [365 * 86_400, 28 * 86_400, 86_400, 3_600, 60, 1] as const;

/** A duration of XML Schema, in whole seconds. Undefined for a negative duration, an empty one, and any other text. */
export function readXmlDuration(text: string): number | undefined {
  const [, ...parts] = DURATION.exec(text) ?? [];
  if (parts.every((part) => part === undefined) || text.endsWith('T')) return undefined;
  return SECONDS_OF.reduce((total, seconds, index) => total + seconds * Number(parts[index] ?? 0), 0);
}

interface Times {
  readonly validUntil: Date | undefined;
  readonly cacheSeconds: number | undefined;
}

const least = (numbers: readonly number[]): number | undefined =>
  numbers.length === 0 ? undefined : Math.min(...numbers);

/** The earliest of the times on the path (saml-metadata sections 2.3.1, 2.3.2 and 2.4.1). */
function readTimes(path: readonly XmlElement[], now: Date): Result<Times, MetadataFault> {
  const ends: number[] = [];
  const durations: number[] = [];
  for (const element of path) {
    const [until, duration] = [attributeOf(element, 'validUntil'), attributeOf(element, 'cacheDuration')];
    const end = readTime(until);
    const seconds = readXmlDuration(duration ?? '');
    if ((until !== undefined && !end) || (duration !== undefined && seconds === undefined))
      return err('time-unreadable');
    if (end) ends.push(end.getTime());
    if (seconds !== undefined) durations.push(seconds);
  }
  const end = least(ends);
  const validUntil = end === undefined ? undefined : new Date(end);
  if (validUntil && isExpired(validUntil, now)) return err('expired');
  return ok({ validUntil, cacheSeconds: least(durations) });
}

const LINES = /.{1,64}/g;

const toPem = (base64: string): string =>
  `-----BEGIN CERTIFICATE-----\n${base64.replace(/\s+/g, '').replace(LINES, '$&\n')}-----END CERTIFICATE-----`;

/** A key without `use` serves for both (saml-metadata section 2.4.1.1). Of a chain, the first certificate has the key. */
function certificatesOf(role: XmlElement): readonly string[] {
  return mdChildren(role, 'KeyDescriptor')
    .filter((key) => ['signing', undefined].includes(attributeOf(key, 'use')))
    .flatMap((key) => childrenNamed(key, 'ds:KeyInfo'))
    .flatMap((info) => childrenNamed(info, 'ds:X509Data'))
    .flatMap((data) => childrenNamed(data, 'ds:X509Certificate').slice(0, 1))
    .map(({ text }) => toPem(text));
}

function readCertificates(role: XmlElement): Pick<IdpMetadata, 'certificates' | 'unusable'> {
  const usable = new Map<string, NamedCertificate>();
  const unusable: UnusableKey[] = [];
  for (const pem of new Set(certificatesOf(role))) {
    const named = nameCertificate(pem);
    if (!named.ok) unusable.push({ kid: '', cause: named.error });
    else if (usable.size < MAX_CERTIFICATES) usable.set(named.value.thumbprint, named.value);
    else unusable.push({ kid: named.value.fingerprint, cause: 'too-many' });
  }
  return { certificates: [...usable.values()], unusable: unusable.slice(0, MAX_CERTIFICATES) };
}

/** The first address of the service that Stint can send a browser to. */
const addressOf = (role: XmlElement, service: string): string | undefined =>
  mdChildren(role, service)
    .filter((one) => attributeOf(one, 'Binding') === HTTP_REDIRECT)
    .map((one) => attributeOf(one, 'Location') ?? '')
    .find((location) => location.length <= MAX_URL_CHARACTERS && isEndpointUrl(location));

const isTrue = (text: string | undefined): boolean => text === 'true' || text === '1';

const SIGNATURE = new Map(SIGNATURE_CONTENT);

/**
 * The root as it was signed (saml-metadata section 3): the signature stands in it and covers all of it. No element is looked up by
 * its ID, so it does not matter which have the same. `text` was parsed to `root`; `certificate` is PEM.
 */
function readSignedRoot(
  text: string,
  root: XmlElement,
  certificate: string,
): Result<XmlElement, MetadataFault> {
  const signature = optionalChild(root, 'ds:Signature');
  if (!signature) return err('metadata-unsigned');
  const content = checkContent(signature, SIGNATURE);
  if (!content.ok) return content;
  const shape = checkSignatureShape(root);
  return shape.ok ? readSignedWhole(text, root, [certificate], MAX_METADATA_ELEMENTS) : shape;
}

/**
 * `document` has at most MAX_METADATA_BYTES. Fails when it is no metadata, has not exactly one entity of the wanted name, when
 * that is no identity provider of SAML 2.0 or has no usable certificate, when its time has passed, and when the wanted signature
 * is missing or wrong.
 */
export function readIdpMetadata(
  document: string,
  { entityId, signedBy, now }: WantedMetadata,
): Result<IdpMetadata, MetadataFault> {
  const text = readMarkup(document);
  if (!text.ok) return text;
  const parsed = parseXml(text.value, MAX_METADATA_ELEMENTS);
  if (!parsed.ok) return parsed;
  const root = signedBy === undefined ? parsed : readSignedRoot(text.value, parsed.value, signedBy);
  return root.ok ? readEntity(root.value, entityId, now) : root;
}

function readEntity(root: XmlElement, entityId: string, now: Date): Result<IdpMetadata, MetadataFault> {
  const found = findEntity(root, entityId);
  if (!found.ok) return found;
  const role = mdChildren(found.value.entity, 'IDPSSODescriptor').find(speaksSaml2);
  if (!role) return err('not-an-identity-provider');
  const times = readTimes([...found.value.path, role], now);
  if (!times.ok) return times;
  const keys = readCertificates(role);
  if (keys.certificates.length === 0) return err('no-certificate');
  return ok({
    ...keys,
    ...times.value,
    ssoUrl: addressOf(role, 'SingleSignOnService'),
    sloUrl: addressOf(role, 'SingleLogoutService'),
    wantsSignedRequests: isTrue(attributeOf(role, 'WantAuthnRequestsSigned')),
  });
}
