// Which public keys are strong enough, wherever they come from: key sets, the access document, DPoP proofs, certificates and
// their authorities, SAML, and Stint's own. The one place for the limits.
import type { KeyObject } from 'node:crypto';
import { readDer } from './read-der.ts';

/** NIST SP 800-131A disallows shorter ones. Longer ones make each verification slow. */
const RSA_BITS = { min: 2_048, max: 8_192 } as const;
/**
 * FIPS 186-5 section A.1.1: odd, and above 2^16. With 1 a signature is its own message, so it needs no key; with a
 * tiny one sloppy padding is forged. More than 32 bits make each verification slow.
 */
const RSA_EXPONENT = { min: 65_537n, max: 2n ** 32n } as const;
/** As OpenSSL calls P-256, P-384 and P-521. */
const CURVES: ReadonlySet<string | undefined> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

const OBJECT_IDENTIFIER = 0x06;

export type KeyWeakness =
  | 'kind'
  | 'rsa-short'
  | 'rsa-long'
  | 'rsa-exponent'
  | 'curve'
  | 'curve-parameters'
  | 'unreadable';

/** For messages to the person who can make another key. */
export const STRONG_KEYS =
  'RSA of 2,048 to 8,192 bits with the exponent 65,537, P-256, P-384, P-521 or Ed25519';

function rsaWeakness({ asymmetricKeyDetails }: KeyObject): KeyWeakness | undefined {
  const { modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {};
  if (modulusLength < RSA_BITS.min) return 'rsa-short';
  if (modulusLength > RSA_BITS.max) return 'rsa-long';
  const isUsual = publicExponent >= RSA_EXPONENT.min && publicExponent <= RSA_EXPONENT.max;
  return isUsual && publicExponent % 2n === 1n ? undefined : 'rsa-exponent';
}

/** SubjectPublicKeyInfo ::= SEQUENCE { algorithm SEQUENCE { id, parameters }, key } (RFC 5480 section 2.1.1). */
function namesItsCurve(key: KeyObject): boolean {
  const info = readDer(key.export({ type: 'spki', format: 'der' }))?.[0];
  const algorithm = info && readDer(info.content)?.[0];
  return (algorithm && readDer(algorithm.content)?.[1])?.tag === OBJECT_IDENTIFIER;
}

/** A curve written out number by number can be one on which the sender knows every signature (CVE-2020-0601). */
function curveWeakness(key: KeyObject): KeyWeakness | undefined {
  if (!CURVES.has(key.asymmetricKeyDetails?.namedCurve)) return 'curve';
  return namesItsCurve(key) ? undefined : 'curve-parameters';
}

/** Why the public key is too weak. Undefined: it is strong enough. */
export function weaknessOf(key: KeyObject): KeyWeakness | undefined {
  switch (key.asymmetricKeyType) {
    case 'rsa':
    case 'rsa-pss':
      return rsaWeakness(key);
    case 'ec':
      return curveWeakness(key);
    case 'ed25519':
      return undefined;
    default:
      return 'kind';
  }
}

/** As weaknessOf, for a key that may be unreadable, such as a certificate's: `readKey` may throw. */
export function weaknessIn(readKey: () => KeyObject): KeyWeakness | undefined {
  try {
    return weaknessOf(readKey());
  } catch {
    return 'unreadable';
  }
}
