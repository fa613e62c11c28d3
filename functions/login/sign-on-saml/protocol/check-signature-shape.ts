// What a signature may be made with and what it must be about: closed lists, compared exactly. Verifies nothing.
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import { DIGESTS, SIGNATURES } from './algorithms.ts';
import type { XmlElement } from './parse-xml.ts';
import { attributeOf, childrenNamed, descend } from './read-element.ts';
import type { SamlFault } from './saml-fault.ts';
import { ENVELOPED_SIGNATURE, EXCLUSIVE_C14N } from './saml-names.ts';

const algorithmOf = (element: XmlElement): string => attributeOf(element, 'Algorithm') ?? '';

function usesAllowedAlgorithms(signedInfo: XmlElement): boolean {
  const transforms = childrenNamed(descend(signedInfo, 'ds:Reference', 'ds:Transforms'), 'ds:Transform');
  const [first, second] = transforms.map(algorithmOf);
  return (
    algorithmOf(descend(signedInfo, 'ds:CanonicalizationMethod')) === EXCLUSIVE_C14N &&
    SIGNATURES.has(algorithmOf(descend(signedInfo, 'ds:SignatureMethod'))) &&
    DIGESTS.has(algorithmOf(descend(signedInfo, 'ds:Reference', 'ds:DigestMethod'))) &&
    first === ENVELOPED_SIGNATURE &&
    transforms[0]?.children.length === 0 &&
    second === EXCLUSIVE_C14N
  );
}

/** The signature that is a child of the element must be about the whole of this element. */
export function checkSignatureShape(signed: XmlElement): Result<void, SamlFault> {
  const signedInfo = descend(signed, 'ds:Signature', 'ds:SignedInfo');
  if (!usesAllowedAlgorithms(signedInfo)) return err('algorithm-not-allowed');
  const uri = attributeOf(descend(signedInfo, 'ds:Reference'), 'URI');
  return uri === `#${attributeOf(signed, 'ID')}` ? ok(undefined) : err('reference-wrong');
}
