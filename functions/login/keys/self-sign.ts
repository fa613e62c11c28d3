// A self-signed X.509 certificate (RFC 5280), written as DER (ITU-T X.690): Node.js reads certificates and cannot make one. The
// same key and dates always give the same bytes, so a certificate need not be stored.
import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const NULL = 0x05;
const OBJECT_ID = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const VERSION = 0xa0;

const SHA256_WITH_RSA = Buffer.from('2a864886f70d01010b', 'hex');
const COMMON_NAME = Buffer.from('550403', 'hex');

function lengthOf(size: number): Buffer {
  if (size < 0x80) return Buffer.from([size]);
  const hex = size.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

/** RFC 5280 section 4.1.2.5: the short form through 2049. */
function time(at: Date): Buffer {
  const digits = `${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  return at.getUTCFullYear() < 2050
    ? der(UTC_TIME, Buffer.from(digits.slice(2)))
    : der(GENERALIZED_TIME, Buffer.from(digits));
}

const SERIAL_BYTES = 16;

/** Positive and never zero, for every hash (RFC 5280 section 4.1.2.2). */
const serialOf = (publicKey: Buffer): Buffer =>
  der(
    INTEGER,
    Buffer.concat([
      Buffer.from([1]),
      createHash('sha256').update(publicKey).digest().subarray(0, SERIAL_BYTES),
    ]),
  );

export interface CertificateSubject {
  readonly commonName: string;
  readonly from: Date;
  readonly until: Date;
}

/** PEM. `key` is the private RSA key. */
export function selfSign(key: KeyObject, { commonName, from, until }: CertificateSubject): string {
  const algorithm = der(SEQUENCE, der(OBJECT_ID, SHA256_WITH_RSA), der(NULL));
  const attribute = der(SEQUENCE, der(OBJECT_ID, COMMON_NAME), der(UTF8_STRING, Buffer.from(commonName)));
  const name = der(SEQUENCE, der(SET, attribute));
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const content = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, Buffer.from([2]))),
    serialOf(publicKey),
    algorithm,
    name,
    der(SEQUENCE, time(from), time(until)),
    name,
    publicKey,
  );
  const signature = der(BIT_STRING, Buffer.from([0]), sign('sha256', content, key));
  const base64 = der(SEQUENCE, content, algorithm, signature).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
