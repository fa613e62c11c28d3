// The signature of a JWT, by the algorithms of RFC 7518 section 3.1 and RFC 8037 that Stint takes. node:crypto verifies in the same
// turn: by way of a thread, as WebCrypto does it, the way costs more than the verification of an RSA key.
import { constants, KeyObject, verify } from 'node:crypto';
import type { CryptoKey } from 'jose';
import type { SIGNATURE_ALGORITHMS } from '../kernel/signature-algorithms.ts';

interface Scheme {
  /** The algorithm of a key that was imported for it, in the words of WebCrypto; with a `hash` or a `namedCurve` where it has one. */
  readonly key: { readonly name: string; readonly hash?: string; readonly namedCurve?: string };
  /** As OpenSSL names it; null where the algorithm has its own. */
  readonly digest: string | null;
  readonly options: {
    readonly padding?: number;
    readonly saltLength?: number;
    readonly dsaEncoding?: 'ieee-p1363';
  };
  /** Of an elliptic curve: r and s, each as long as the order of its group (RFC 7518 section 3.4). */
  readonly signatureBytes?: number;
}

const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING } = constants;

const rsa = (bits: number): Scheme => ({
  key: { name: 'RSASSA-PKCS1-v1_5', hash: `SHA-${bits}` },
  digest: `sha${bits}`,
  options: { padding: RSA_PKCS1_PADDING },
});

/** The salt is as long as the hash (RFC 7518 section 3.5). */
const pss = (bits: number): Scheme => ({
  key: { name: 'RSA-PSS', hash: `SHA-${bits}` },
  digest: `sha${bits}`,
  options: { padding: RSA_PKCS1_PSS_PADDING, saltLength: bits / 8 },
});

const ecdsa = (namedCurve: string, bits: number, signatureBytes: number): Scheme => ({
  key: { name: 'ECDSA', namedCurve },
  digest: `sha${bits}`,
  options: { dsaEncoding: 'ieee-p1363' },
  signatureBytes,
});

const SCHEMES = {
  RS256: rsa(256),
  RS384: rsa(384),
  RS512: rsa(512),
  PS256: pss(256),
  PS384: pss(384),
  PS512: pss(512),
  ES256: ecdsa('P-256', 256, 64),
  ES384: ecdsa('P-384', 384, 96),
  ES512: ecdsa('P-521', 512, 132),
  EdDSA: { key: { name: 'Ed25519' }, digest: null, options: {}, signatureBytes: 64 },
} as const satisfies Readonly<Record<(typeof SIGNATURE_ALGORITHMS)[number], Scheme>>;

const schemes: ReadonlyMap<string, Scheme> = new Map(Object.entries(SCHEMES));

/** Bits of a modulus (RFC 7518 sections 3.3 and 3.5). Key sources refuse shorter ones as well. */
const MIN_RSA_BITS = 2_048;

const memberOf = (algorithm: object, name: string): unknown => Reflect.get(algorithm, name);

/** A key is for one algorithm: with another, a signature could count that its owner never made (RFC 8725 section 3.1). */
function isFor({ key: wanted }: Scheme, { usages, algorithm }: CryptoKey): boolean {
  const hash = memberOf(algorithm, 'hash');
  const hashName = typeof hash === 'object' && hash !== null ? memberOf(hash, 'name') : undefined;
  const bits = memberOf(algorithm, 'modulusLength');
  return (
    usages.includes('verify') &&
    algorithm.name === wanted.name &&
    hashName === wanted.hash &&
    memberOf(algorithm, 'namedCurve') === wanted.namedCurve &&
    (wanted.hash === undefined || (typeof bits === 'number' && bits >= MIN_RSA_BITS))
  );
}

type Verifier = Scheme['options'] & { readonly key: KeyObject };

/** Made once for each key, as the key source gives the same one each time, and isFor leaves a key one scheme. */
const verifiers = new WeakMap<CryptoKey, Verifier>();

function verifierOf(key: CryptoKey, { options }: Scheme): Verifier {
  const known = verifiers.get(key);
  if (known) return known;
  const made = { key: KeyObject.from(key), ...options };
  verifiers.set(key, made);
  return made;
}

/** Whether the key made the signature by the algorithm `alg`. False for an algorithm that is none of SIGNATURE_ALGORITHMS. */
export function isSignedBy(
  key: CryptoKey,
  alg: string,
  { signingInput, signature }: { readonly signingInput: string; readonly signature: Uint8Array },
): boolean {
  const scheme = schemes.get(alg);
  if (!scheme || !isFor(scheme, key)) return false;
  const { digest, signatureBytes = signature.length } = scheme;
  if (signature.length !== signatureBytes) return false;
  try {
    return verify(digest, Buffer.from(signingInput), verifierOf(key, scheme), signature);
  } catch {
    return false; // a signature that OpenSSL cannot read
  }
}
