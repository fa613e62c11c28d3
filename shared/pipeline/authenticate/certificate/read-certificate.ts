// Reads one certificate: from a gateway's header, the name of its holder, and the parts that node:crypto does not show (RFC
// 5280 section 4). OpenSSL has parsed the certificate before its DER is read here. What could be read in two ways is refused.
// verify-certificate.ts decides what the content must be.
import { X509Certificate } from 'node:crypto';
import { isName } from '../../../identity/is-name.ts';
import { type DerElement, readDer } from '../../../kernel/read-der.ts';
import type { CertificateProvider } from '../../../rules/providers/certificate.ts';

const BYTE_SEQUENCE = /^:([A-Za-z0-9+/]+={0,2}):$/; // RFC 8941 section 3.3.5
/** nginx escapes what is no letter, digit or one of - . _ ~; some proxies leave + and / as they are. */
const ESCAPED_PEM = /^[A-Za-z0-9._~%+/=-]+$/;
const ONE_PEM = /^-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/\n]+={0,2})\n-----END CERTIFICATE-----\n?$/;

/**
 * The certificate in a gateway's header: RFC 9440's `:base64:`, or nginx's URL-encoded PEM ($ssl_client_escaped_cert).
 * Undefined for anything else: a header that was sent twice, a chain, bytes left over.
 */
export function decodeClientCertificate(header: string): X509Certificate | undefined {
  const base64 = BYTE_SEQUENCE.exec(header)?.[1] ?? unescapePem(header);
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  try {
    const certificate = new X509Certificate(bytes);
    return certificate.raw.equals(bytes) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

function unescapePem(text: string): string | undefined {
  if (!ESCAPED_PEM.test(text)) return undefined;
  try {
    return ONE_PEM.exec(decodeURIComponent(text))?.[1]?.replaceAll('\n', '');
  } catch {
    return undefined; // a % with no two hex digits behind it
  }
}

type SubjectField = CertificateProvider['subject'];

/** The holder's name, in the field that the provider chooses. Undefined unless the field has exactly one usable name. */
export function certificateSubject(certificate: X509Certificate, field: SubjectField): string | undefined {
  const [name, ...others] = namesIn(certificate, field);
  return others.length === 0 && isName(name) ? name : undefined;
}

function namesIn(certificate: X509Certificate, field: SubjectField): readonly string[] {
  switch (field) {
    case 'san-uri':
      return alternativeNames(certificate, 'URI:');
    case 'san-dns':
      return alternativeNames(certificate, 'DNS:');
    case 'subject-cn':
      return commonNames(certificate);
  }
}

/** A wildcard names many; a quote or backslash is how an unusual value would be escaped. */
const AMBIGUOUS = /["\\*]/;

/** Node.js quotes a value that holds a comma, a quote or a control character; such a certificate is refused whole. */
function alternativeNames({ subjectAltName = '' }: X509Certificate, prefix: string): readonly string[] {
  if (AMBIGUOUS.test(subjectAltName)) return [];
  const entries = subjectAltName.split(', ').filter((entry) => entry.startsWith(prefix));
  return entries.map((entry) => entry.slice(prefix.length));
}

/** The legacy form keeps the value as it is, also with a NUL in it, and makes a list of several. */
function commonNames(certificate: X509Certificate): readonly string[] {
  const name: unknown = certificate.toLegacyObject().subject.CN;
  return typeof name === 'string' && !AMBIGUOUS.test(name) ? [name] : [];
}

const hexOf = (element: DerElement | undefined): string => element?.content.toString('hex') ?? '';
const open = (element: DerElement | undefined) => element && readDer(element.content);

/** RSA (PKCS #1) and ECDSA with SHA-256, 384 and 512, and Ed25519: object identifiers, by the hex digits of their DER. */
const STRONG_SIGNATURES: ReadonlySet<string> = new Set([
  '2a864886f70d01010b',
  '2a864886f70d01010c',
  '2a864886f70d01010d',
  '2a8648ce3d040302',
  '2a8648ce3d040303',
  '2a8648ce3d040304',
  '2b6570',
]);

/**
 * Whether the certificate was signed with an algorithm that cannot be forged. node:crypto verifies whatever OpenSSL can, also
 * SHA-1. Certificate ::= SEQUENCE { what is signed, algorithm SEQUENCE { id, … }, signature } (RFC 5280 section 4.1).
 */
export function isStronglySigned({ raw }: X509Certificate): boolean {
  const algorithm = open(readDer(raw)?.[0])?.[1];
  const id = open(algorithm)?.[0];
  return id !== undefined && STRONG_SIGNATURES.has(hexOf(id));
}

/** Object identifiers of extensions (RFC 5280 section 4.2), by the hex digits of their DER. */
const KEY_USAGE = '551d0f';
const BASIC_CONSTRAINTS = '551d13';
const EXTENDED_KEY_USAGE = '551d25';
const NAME_CONSTRAINTS = '551d1e';
/** Subject and authority key ids, alternative name, policies: checked elsewhere, or without consequence here. */
const HARMLESS = ['551d0e', '551d23', '551d11', '551d20'];
const UNDERSTOOD = new Set([KEY_USAGE, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE, ...HARMLESS]);

const BOOLEAN = 0x01;
const INTEGER = 0x02;
const EXTENSIONS = 0xa3;

export interface Extensions {
  readonly isAuthority: boolean;
  /** What the key may be used for, in bits (RFC 5280 section 4.2.1.3); undefined: not said, so anything. */
  readonly keyUsage: number | undefined;
  /** How many intermediate certificates may follow; undefined: any number. */
  readonly pathLength: number | undefined;
}

/** Undefined when the extensions cannot be read, or make a demand that is not checked here. */
export function readExtensions({ raw }: X509Certificate): Extensions | undefined {
  const [tbs] = open(readDer(raw)?.[0]) ?? [];
  const extensions = listExtensions(open(tbs) ?? []);
  if (!extensions) return undefined;
  const usage = extensions.get(KEY_USAGE);
  const constraints = open(readDer(extensions.get(BASIC_CONSTRAINTS) ?? Buffer.of(0x30, 0))?.[0]);
  const usageBits = usage && readDer(usage)?.[0]?.content;
  if (!constraints || (usage && !usageBits)) return undefined;
  const length = constraints.find(({ tag }) => tag === INTEGER);
  return {
    isAuthority: constraints.some(({ tag }) => tag === BOOLEAN),
    // A BIT STRING's first byte counts its unused bits.
    keyUsage: usageBits && (usageBits[1] ?? 0),
    pathLength: length && Number.parseInt(hexOf(length), 16),
  };
}

/** By id. Undefined when one of them cannot be read, is repeated, or makes a demand that is not checked here. */
function listExtensions(tbs: readonly DerElement[]): ReadonlyMap<string, Buffer> | undefined {
  const wrapped = tbs.find(({ tag }) => tag === EXTENSIONS);
  const list = wrapped ? open(open(wrapped)?.[0]) : [];
  const byId = new Map<string, Buffer>();
  for (const element of list ?? []) {
    const extension = toExtension(element);
    if (!extension || byId.has(extension.id) || extension.id === NAME_CONSTRAINTS) return undefined;
    if (extension.critical && !UNDERSTOOD.has(extension.id)) return undefined;
    byId.set(extension.id, extension.value);
  }
  return list && byId;
}

interface Extension {
  readonly id: string;
  readonly critical: boolean;
  readonly value: Buffer;
}

function toExtension(element: DerElement): Extension | undefined {
  const [id, ...rest] = open(element) ?? [];
  const value = rest.at(-1);
  return id && value && { id: hexOf(id), critical: rest.length > 1, value: value.content };
}
