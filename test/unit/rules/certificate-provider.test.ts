// A provider of certificates pins CAs with strong keys, says where callers' names are, and revokes by serial number.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkProvider } from '../../../shared/rules/compile/check-provider.ts';
import { CertificateProvider } from '../../../shared/rules/providers/certificate.ts';
import { DEFAULT_LIMITS } from '../../../shared/rules/values/provider-limits.ts';
import {
  certificateAuthority,
  clientCertificate,
  EXTENSIONS,
  escapedPem,
} from '../../support/certificates.ts';

const CA = certificateAuthority('CA');
const GOOD = { id: 'partner-machines', kind: 'certificate', authorities: [CA.pem], subject: 'san-uri' };

function faults(changes: object): readonly string[] {
  const parsed = CertificateProvider.safeParse({ ...GOOD, ...changes });
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'));
}

describe('a provider of certificates', () => {
  it('needs a CA and the field that names callers, and no more', () => {
    expect(CertificateProvider.parse(GOOD)).toEqual({
      ...GOOD,
      intermediates: [],
      revokedSerials: [],
      limits: DEFAULT_LIMITS,
    });
    expect(faults({ authorities: undefined })).toEqual(['authorities']);
    expect(faults({ authorities: [] })).toEqual(['authorities']);
    expect(faults({ subject: undefined })).toEqual(['subject']);
  });

  const notForSigning = [EXTENSIONS.authority(), EXTENSIONS.keyUsage(0x80)];
  it.each([
    ['of a client', decodeURIComponent(escapedPem(clientCertificate(CA)))],
    ['of a CA that may not sign certificates', certificateAuthority('CA', { extensions: notForSigning }).pem],
    ['and another', CA.pem + CA.pem],
    ['that is cut', CA.pem.replace(/.{64}\n/, '')],
    ['in base64 alone', CA.pem.replaceAll(/-----.*-----\n/g, '')],
    ['behind text', `subject=CN = CA\n${CA.pem}`],
  ])('takes no certificate %s for a CA', (_, pem) => {
    expect(faults({ authorities: [pem] })).toEqual(['authorities.0']);
    expect(faults({ intermediates: [pem] })).toEqual(['intermediates.0']);
  });

  it.each(['', '0x1F', '1f:0a', 'g', '1'.repeat(41)])('takes no serial number %j', (serial) =>
    expect(faults({ revokedSerials: [serial] })).toEqual(['revokedSerials.0']),
  );

  it.each(['1F0A', '1f0a', '00', '-05'])('takes serial number %s', (serial) =>
    expect(faults({ revokedSerials: [serial] })).toEqual([]),
  );

  it.each(['authorities', 'intermediates'])('takes no CA with a weak key in a document (%s)', (member) => {
    const keys = generateKeyPairSync('ec', { namedCurve: 'prime192v1' });
    const { pem } = certificateAuthority('Weak', { keys });
    const weak = CertificateProvider.parse({ ...GOOD, authorities: [CA.pem], [member]: [pem] });
    expect(checkProvider(weak)).toEqual([
      { path: [member, 0], message: expect.stringContaining('use a CA with a strong key') },
    ]);
    expect(checkProvider(CertificateProvider.parse(GOOD))).toEqual([]);
  });
});
