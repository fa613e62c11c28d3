// X.509 certificates in memory, written byte by byte: so that there are also those that no proper CA would issue.
import { createHash, generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { CertificateProvider } from '../../shared/rules/providers/certificate.ts';
import { NOW } from './builders.ts';
import { CANARY } from './canaries.ts';

const tlv = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
};
const sequence = (...parts: readonly Buffer[]) => tlv(0x30, ...parts);
const oid = (hex: string) => tlv(0x06, Buffer.from(hex, 'hex'));
const text = (value: string) => tlv(0x0c, Buffer.from(value));
const TRUE = tlv(0x01, Buffer.of(0xff));

const utcTime = (at: Date) => {
  const digits = at.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14);
  return tlv(0x17, Buffer.from(`${digits}Z`));
};

/** Attribute types by the hex digits of their object identifiers. */
const ATTRIBUTES = { CN: '550403', O: '55040a' } as const;
export type Rdn = readonly [keyof typeof ATTRIBUTES, string];
const nameOf = (rdns: readonly Rdn[]) =>
  sequence(...rdns.map(([type, value]) => tlv(0x31, sequence(oid(ATTRIBUTES[type]), text(value)))));

const extension = (id: string, value: Buffer, critical = false) =>
  sequence(oid(id), ...(critical ? [TRUE] : []), tlv(0x04, value));

const PURPOSES = { clientAuth: '2b06010505070302', serverAuth: '2b06010505070301', any: '551d2500' } as const;

export type Name = readonly ['uri' | 'dns', string];

export const EXTENSIONS = {
  authority: (pathLength?: number) =>
    extension(
      '551d13',
      sequence(TRUE, ...(pathLength === undefined ? [] : [tlv(0x02, Buffer.of(pathLength))])),
      true,
    ),
  keyUsage: (bits: number) => extension('551d0f', tlv(0x03, Buffer.of(0, bits)), true),
  purposes: (...names: readonly (keyof typeof PURPOSES)[]) =>
    extension('551d25', sequence(...names.map((name) => oid(PURPOSES[name])))),
  names: (...names: readonly Name[]) =>
    extension(
      '551d11',
      sequence(...names.map(([kind, name]) => tlv(kind === 'uri' ? 0x86 : 0x82, Buffer.from(name)))),
    ),
  nameConstraints: () => extension('551d1e', sequence(), true),
  unknown: (critical: boolean) => extension('2b0601040182c42d01', tlv(0x05), critical),
} as const;

/** Signature algorithm and digest. */
const ALGORITHMS = {
  'ecdsa-sha256': ['2a8648ce3d040302', 'sha256'],
  'ecdsa-sha1': ['2a8648ce3d0401', 'sha1'],
} as const;

interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}
const newKeys = (): Keys => generateKeyPairSync('ec', { namedCurve: 'P-256' });

export interface Issuer {
  readonly rdns: readonly Rdn[];
  readonly keys: Keys;
  readonly pem: string;
}

export interface CertificateParts {
  readonly rdns?: readonly Rdn[];
  readonly serial?: number;
  /** In place of `serial`, as it is encoded. */
  readonly serialBytes?: Buffer;
  /** In place of P-256. */
  readonly keys?: Keys;
  readonly from?: Date;
  readonly to?: Date;
  readonly extensions?: readonly Buffer[];
  readonly algorithm?: keyof typeof ALGORITHMS;
}

export const fromNow = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

function sealed(
  { rdns = [], serial = 0x1001, serialBytes, from, to, extensions = [], algorithm }: CertificateParts,
  publicKey: KeyObject,
  issuer: Omit<Issuer, 'pem'>,
): Buffer {
  const [id, digest] = ALGORITHMS[algorithm ?? 'ecdsa-sha256'];
  const tbs = sequence(
    tlv(0xa0, tlv(0x02, Buffer.of(2))),
    tlv(0x02, serialBytes ?? Buffer.from([serial >> 8, serial & 0xff])),
    sequence(oid(id)),
    nameOf(issuer.rdns),
    sequence(utcTime(from ?? fromNow(-3_600)), utcTime(to ?? fromNow(86_400))),
    nameOf(rdns),
    publicKey.export({ format: 'der', type: 'spki' }),
    ...(extensions.length > 0 ? [tlv(0xa3, sequence(...extensions))] : []),
  );
  const signature = sign(digest, tbs, issuer.keys.privateKey);
  return sequence(tbs, sequence(oid(id)), tlv(0x03, Buffer.of(0), signature));
}

/** A CA; of its own making, or issued by another. */
export function certificateAuthority(name: string, parts: CertificateParts = {}, by?: Issuer): Issuer {
  const keys = parts.keys ?? newKeys();
  const rdns: readonly Rdn[] = [['CN', name]];
  const extensions = [EXTENSIONS.authority(), EXTENSIONS.keyUsage(0x06)];
  const der = sealed({ rdns, extensions, ...parts }, keys.publicKey, by ?? { rdns, keys });
  return { rdns, keys, pem: new X509Certificate(der).toString() };
}

export const SPIFFE_ID = 'spiffe://partner.example/build';

/** As a CA issues it for a client, in DER; `parts` change it. */
export function clientCertificate(issuer: Issuer, parts: CertificateParts = {}): Buffer {
  const extensions = [
    EXTENSIONS.keyUsage(0x80),
    EXTENSIONS.purposes('clientAuth'),
    EXTENSIONS.names(['uri', SPIFFE_ID]),
  ];
  return sealed(
    { rdns: [['CN', 'build.partner.example']], extensions, ...parts },
    (parts.keys ?? newKeys()).publicKey,
    issuer,
  );
}

/** How RFC 9440 writes it into a header. */
export const clientCertHeader = (der: Buffer): string => `:${der.toString('base64')}:`;

/** How nginx does: $ssl_client_escaped_cert. */
export const escapedPem = (der: Buffer): string => encodeURIComponent(new X509Certificate(der).toString());

export const thumbprint = (der: Buffer): string => createHash('sha256').update(der).digest('base64url');

export const certificateProvider = (parts: {
  readonly id?: string;
  readonly authorities: readonly string[];
  readonly intermediates?: readonly string[];
  readonly subject?: CertificateProvider['subject'];
  readonly revokedSerials?: readonly string[];
}): CertificateProvider =>
  CertificateProvider.parse({ id: 'partner-machines', kind: 'certificate', subject: 'san-uri', ...parts });

/** The gateway of the tests: its headers, its secret, and what Stint knows of that. */
export const GATEWAY = {
  certificateHeader: 'client-cert',
  proofHeader: 'stint-gateway-proof',
  proofHashes: [createHash('sha256').update(CANARY.gatewaySecret).digest('hex')],
} as const;
