// The readers of bytes that a caller chose: whatever they are given, they answer, and what they answer is right.
import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDer } from '../../../../shared/kernel/read-der.ts';
import {
  decodeClientCertificate,
  readExtensions,
} from '../../../../shared/pipeline/authenticate/certificate/read-certificate.ts';
import {
  certificateAuthority,
  clientCertHeader,
  clientCertificate,
  EXTENSIONS,
  escapedPem,
} from '../../../support/certificates.ts';

const CA = certificateAuthority('CA');
const CLIENT = clientCertificate(CA);

describe('DER', () => {
  it.each([
    ['nothing', '', []],
    ['two elements', '0201053000', ['02', '30']],
    ['a length in two bytes', `0482${'0001'}ff`, ['04']],
    ['an indefinite length', '30800000', undefined],
    ['a length that is cut', '3082', undefined],
    ['a length over the end', '300501', undefined],
    ['a tag alone', '30', undefined],
    ['a length of four bytes', '048400000001ff', undefined],
  ])('of %s (%s) reads as %j', (_, hex, tags) =>
    expect(readDer(Buffer.from(hex, 'hex'))?.map(({ tag }) => tag.toString(16).padStart(2, '0'))).toEqual(
      tags,
    ),
  );

  it('of any bytes reads as elements that are those bytes, or as nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const buffer = Buffer.from(bytes);
        const contents = readDer(buffer)?.map(({ content }) => content) ?? [];
        for (const content of contents) expect(buffer.includes(content)).toBe(true);
        expect(Buffer.concat(contents).length).toBeLessThanOrEqual(buffer.length);
      }),
    );
  });
});

describe('extensions', () => {
  const of = (...extensions: readonly Buffer[]) =>
    readExtensions(new X509Certificate(clientCertificate(CA, { extensions })));

  it('say what they say', () => {
    expect(of(EXTENSIONS.authority(2), EXTENSIONS.keyUsage(0x06))).toEqual({
      isAuthority: true,
      keyUsage: 0x06,
      pathLength: 2,
    });
    expect(of(EXTENSIONS.purposes('clientAuth'))).toEqual({
      isAuthority: false,
      keyUsage: undefined,
      pathLength: undefined,
    });
  });

  it('need not be there', () => expect(of()?.isAuthority).toBe(false));
});

describe('a header', () => {
  it.each([
    ['RFC 9440', clientCertHeader(CLIENT)],
    ['nginx', escapedPem(CLIENT)],
    ['nginx, without the last line break', escapedPem(CLIENT).replace(/%0A$/, '')],
  ])('in the form of %s holds the certificate', (_, header) =>
    expect(decodeClientCertificate(header)?.raw.equals(CLIENT)).toBe(true),
  );

  it('of any text holds none, and nothing is thrown', () => {
    const damaged = fc.tuple(fc.nat(CLIENT.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, by]) => {
      const bytes = Buffer.from(CLIENT);
      bytes[at] = (bytes[at] ?? 0) ^ by;
      return clientCertHeader(bytes);
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String().map((text) => `:${text}:`),
          damaged,
        ),
        (header) => {
          const decoded = decodeClientCertificate(header);
          if (decoded) expect(decoded.raw.equals(CLIENT)).toBe(false);
          if (decoded) readExtensions(decoded);
        },
      ),
    );
  });
});
