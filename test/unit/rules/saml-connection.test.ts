// A SAML connection names people by something that lasts, and takes no response that Stint did not ask for.
import { describe, expect, it } from 'vitest';
import { SamlConnection } from '../../../shared/rules/sign-on/saml-connection.ts';
import { connection, PERSISTENT, SIGNER } from '../../support/saml-idp.ts';

const EMAIL = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';

const faultOf = (fields: object): string | undefined =>
  SamlConnection.safeParse({ ...connection(), ...fields }).error?.issues[0]?.path.join('.');

describe('a SAML connection', () => {
  it('asks for a persistent NameID, takes no unasked response and knows one second factor', () => {
    expect(connection()).toMatchObject({
      nameIdFormat: PERSISTENT,
      allowIdpInitiated: false,
      mfaContexts: ['https://refeds.org/profile/mfa'],
    });
  });

  it.each<[string, object, string]>([
    ['a NameID that is not persistent and no attribute instead', { nameIdFormat: EMAIL }, 'subject'],
    ['no certificate', { certificates: [] }, 'certificates'],
    ['a certificate without its armour', { certificates: ['MIIC'] }, 'certificates.0'],
    [
      'a private key',
      { certificates: ['-----BEGIN PRIVATE KEY-----\nMIIC\n-----END PRIVATE KEY-----'] },
      'certificates.0',
    ],
    [
      'two certificates in one',
      { certificates: [SIGNER.certificate + SIGNER.certificate] },
      'certificates.0',
    ],
    ['a sign-in page over plain http', { ssoUrl: 'http://idp.example.com/sso' }, 'ssoUrl'],
    ['a sign-in page that is a script', { ssoUrl: 'javascript:alert(1)' }, 'ssoUrl'],
    ['a setting that does not exist', { wantAssertionsSigned: false }, ''],
    ['a claim that is Stint’s own', { claims: { sub: 'uid' } }, 'claims.sub'],
  ])('with %s is refused', (_, fields, path) => {
    expect(faultOf(fields)).toBe(path);
  });

  it('with another NameID beside an attribute that names the person is taken', () => {
    expect(faultOf({ nameIdFormat: EMAIL, subject: 'employeeNumber' })).toBeUndefined();
  });
});
