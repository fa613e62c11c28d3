// Guarantees: of the metadata that identity providers publish, Stint reads the keys and addresses of the wanted entity, and
// nothing of what stands beside them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refreshAfterSeconds } from '../../../functions/login/sign-on-saml/metadata/fetch-metadata.ts';
import {
  readIdpMetadata,
  readXmlDuration,
} from '../../../functions/login/sign-on-saml/metadata/read-idp-metadata.ts';
import { ATTACKER, IDP, later, NOW, newSigner, SIGNER } from '../../support/saml-idp.ts';
import { adfsXml, entityXml, groupXml, keyDescriptor } from '../../support/saml-metadata.ts';

const read = (text: string) => readIdpMetadata(text, { entityId: IDP, signedBy: undefined, now: NOW });
const pemsIn = (text: string) => {
  const metadata = read(text);
  return metadata.ok ? metadata.value.certificates.map(({ pem }) => pem) : metadata.error;
};
const SIGNERS_PEM = SIGNER.certificate.trim();

describe('metadata', () => {
  it('have certificates, with the names by which people compare them, and the addresses for redirects', () => {
    const metadata = read(entityXml({ role: 'WantAuthnRequestsSigned="true"' }));
    expect(metadata).toMatchObject({
      ok: true,
      value: {
        certificates: [{ pem: SIGNERS_PEM, thumbprint: expect.stringMatching(/^[\w-]{43}$/) }],
        ssoUrl: 'https://idp.example.com/sso',
        sloUrl: 'https://idp.example.com/slo',
        wantsSignedRequests: true,
        validUntil: undefined,
      },
    });
  });

  it.each<[string, string]>([
    ['with a declaration in single quotes', `<?xml version='1.0' encoding='UTF-8'?>\n${entityXml()}`],
    ['with comments', `<!-- made by hand -->\n${entityXml({ before: '<!-- <!DOCTYPE a> -->' })}<!-- end -->`],
    ['with white space around', `\r\n  ${entityXml()}\r\n`],
    ['as ADFS writes them', adfsXml(SIGNER.certificate, ATTACKER.certificate)],
    [
      'with Extensions, at both levels',
      entityXml({
        before: '<md:Extensions><x:y xmlns:x="urn:x">text</x:y></md:Extensions>',
        keys: `<md:Extensions><md:KeyDescriptor/></md:Extensions>${keyDescriptor(SIGNER.certificate)}`,
      }),
    ],
    ['with a key without a use', entityXml({ keys: keyDescriptor(SIGNER.certificate, undefined) })],
    [
      'with a key for encryption beside',
      entityXml({
        keys: keyDescriptor(ATTACKER.certificate, 'encryption') + keyDescriptor(SIGNER.certificate),
      }),
    ],
    ['with the same key twice', entityXml({ keys: keyDescriptor(SIGNER.certificate).repeat(2) })],
    [
      'of a group, beside another entity',
      groupXml(
        entityXml({ entityId: 'https://other.example', keys: keyDescriptor(ATTACKER.certificate) }),
        groupXml(entityXml()),
      ),
    ],
  ])('%s', (_, text) => {
    expect(pemsIn(text)).toEqual([SIGNERS_PEM]);
  });

  it('have several keys while the provider changes its own', () => {
    const next = newSigner();
    const keys = keyDescriptor(SIGNER.certificate) + keyDescriptor(next.certificate);
    expect(pemsIn(entityXml({ keys }))).toEqual([SIGNERS_PEM, next.certificate.trim()]);
  });

  it('end at the earliest time that they name, and are kept for the shortest', () => {
    const until = later(7_200).toISOString();
    const text = groupXml(
      entityXml({
        entity: 'validUntil="2030-01-01T00:00:00Z" cacheDuration="PT6H"',
        role: 'cacheDuration="P1D"',
      }),
    ).replace('ID="_group"', `validUntil="${until}"`);
    expect(read(text)).toMatchObject({
      value: { validUntil: later(7_200), cacheSeconds: 21_600 },
    });
  });

  it('take no words from the roles of a service provider', () => {
    const text = entityXml().replaceAll('IDPSSODescriptor', 'SPSSODescriptor');
    expect(read(text)).toEqual({ ok: false, error: 'not-an-identity-provider' });
  });

  it('never make the reader throw, however they are cut', () => {
    const text = adfsXml(SIGNER.certificate, ATTACKER.certificate);
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(200), fc.string(), (from, length, insert) => {
        const metadata = read(text.slice(0, from) + insert + text.slice(from + length));
        if (metadata.ok) expect(metadata.value.certificates.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('a duration', () => {
  it.each([
    ['PT1H', 3_600],
    ['P1D', 86_400],
    ['PT1H30M5.5S', 5_405],
    ['P1Y', 31_536_000],
    ['P0D', 0],
    ['P', undefined],
    ['PT', undefined],
    ['P1DT', undefined],
    ['-PT1H', undefined],
    ['1 hour', undefined],
  ])('%s', (text, seconds) => {
    expect(readXmlDuration(text)).toBe(seconds);
  });
});

describe('metadata are read again', () => {
  it.each<[string, number | undefined, string | undefined, number]>([
    ['after an hour, where they name no time', undefined, undefined, 3_600],
    ['after the shorter time', 7_200, 'public, max-age=1800', 1_800],
    ['after ten minutes at the earliest', 1, undefined, 600],
    ['after ten minutes, where nothing may be kept', undefined, 'no-store', 600],
    ['after six hours at the latest', 864_000, 'max-age=31536000', 21_600],
  ])('%s', (_, cacheSeconds, cacheControl, seconds) => {
    expect(refreshAfterSeconds(cacheSeconds, cacheControl)).toBe(seconds);
  });
});
