// An enveloped XML signature where SAML wants it: behind the Issuer of the signed element.
import type { KeyObject } from 'node:crypto';
import { SignedXml } from 'xml-crypto';

const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';

export interface Signing {
  readonly key: KeyObject;
  /** PEM; put into KeyInfo. */
  readonly certificate: string;
  readonly signatureAlgorithm?: string;
  readonly digestAlgorithm?: string;
}

/** `name` is the local name of the one element to sign. */
export function signXml(xml: string, name: string, signing: Signing): string {
  const element = `//*[local-name(.)='${name}']`;
  const signer = new SignedXml({
    privateKey: signing.key.export({ type: 'pkcs8', format: 'pem' }),
    publicCert: signing.certificate,
    signatureAlgorithm: signing.signatureAlgorithm ?? 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: EXCLUSIVE_C14N,
  });
  signer.addReference({
    xpath: element,
    transforms: [ENVELOPED, EXCLUSIVE_C14N],
    digestAlgorithm: signing.digestAlgorithm ?? 'http://www.w3.org/2001/04/xmlenc#sha256',
  });
  signer.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: `${element}/*[local-name(.)='Issuer']`, action: 'after' },
  });
  return signer.getSignedXml();
}
