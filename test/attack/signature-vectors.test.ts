// Against everybody without the key: for each algorithm, nothing that only resembles a signature is accepted. The
// cases are those of Project Wycheproof, made here for JWS by fast-check.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../shared/kernel/secret.ts';
import { verifyIdToken } from '../../shared/pipeline/authenticate/oidc/authenticate-oidc.ts';
import { AUDIENCE, ISSUER, NOTHING_FLUSHED, NOW, provider } from '../support/builders.ts';
import { FakeKeySource } from '../support/fakes.ts';
import { defaultClaims } from '../support/issuer.ts';
import {
  createSigner,
  derOf,
  overDigest,
  type Signer,
  saltless,
  sha1,
  signBlock,
  type VectorAlgorithm,
} from '../support/signature-algorithms.ts';

const ALGORITHMS: readonly VectorAlgorithm[] = ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const SIGNERS = new Map(ALGORITHMS.map((alg) => [alg, createSigner(alg)]));
const OTHERS = new Map(ALGORITHMS.map((alg) => [alg, createSigner(alg)]));
const RUNS = { numRuns: 40 };

function signerOf(alg: VectorAlgorithm, signers = SIGNERS): Signer {
  const signer = signers.get(alg);
  if (!signer) throw new Error(`no signer of ${alg}`);
  return signer;
}

const encode = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url');
const inputOf = (alg: string, claims: object = {}): string =>
  `${encode(JSON.stringify({ alg, kid: 'vector' }))}.${encode(JSON.stringify({ ...defaultClaims(), ...claims }))}`;

/** Whether jose, another implementation, takes the signature. */
async function isTakenByJose(token: string, { jwk }: Signer): Promise<boolean> {
  try {
    await compactVerify(token, await importJWK(jwk, decodeProtectedHeader(token).alg), {
      algorithms: [...ALGORITHMS],
    });
    return true;
  } catch {
    return false;
  }
}

/** `accepted`, or why not. Fails where jose judges another way. */
async function outcome(input: string, signature: Uint8Array, signer: Signer): Promise<string> {
  const { jwk } = signer;
  const keys = new FakeKeySource();
  keys.sets.set(ISSUER, { keys: [jwk] });
  const context = { rules: NOTHING_FLUSHED, keys, audience: AUDIENCE, now: NOW };
  const token = new Secret(`${input}.${encode(signature)}`);
  const verified = await verifyIdToken(token, provider({ algorithms: [...ALGORITHMS] }), context);
  expect(await isTakenByJose(token.reveal(), signer)).toBe(verified.ok);
  return verified.ok ? 'accepted' : verified.error.reason;
}

const REFUSED = ['signature-wrong', 'token-malformed', 'key-unknown'];
async function expectRefused(input: string, signature: Uint8Array, signer: Signer): Promise<void> {
  expect(REFUSED).toContain(await outcome(input, signature, signer));
}

function flipped(bytes: Uint8Array, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  const at = (bit >> 3) % copy.length;
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << (bit & 7)), at);
  return copy;
}

const bit = fc.nat({ max: 4_095 });

describe.each(ALGORITHMS)('%s', (alg) => {
  const signer = signerOf(alg);
  const input = inputOf(alg);
  const good = signer.sign(input);

  it('takes what its key signed, whatever the claims', async () => {
    const value = fc.oneof(fc.integer(), fc.boolean(), fc.stringMatching(/^[ -~]{0,40}$/));
    const claims = fc.dictionary(fc.stringMatching(/^x[a-z]{1,8}$/), value, { maxKeys: 4 });
    const property = fc.asyncProperty(claims, async (more) => {
      const own = inputOf(alg, more);
      expect(await outcome(own, signer.sign(own), signer)).toBe('accepted');
    });
    await fc.assert(property, RUNS);
    expect(await outcome(input, good, signer)).toBe('accepted');
  });

  /**
   * @attack Anything that is nearly a signature: changed, cut, longer, zeros, order of the group, DER,
   *   another curve, padding, hash or key, short RSA keys
   * @removed the refusal of a wrong signature
   * @failed 76 of 83: refuses a signature with any bit changed: `Property failed after 1 tests`
   * @note RSA keys under 2,048 bits are refused with the signature, and by the document where they stand in it
   */
  it('refuses a signature with any bit changed', async () => {
    await fc.assert(
      fc.asyncProperty(bit, (at) => expectRefused(input, flipped(good, at), signer)),
      RUNS,
    );
  });

  it('refuses a signature for another message', async () => {
    const property = fc.asyncProperty(fc.string({ minLength: 1 }), async (sub) => {
      fc.pre(sub !== 'alice');
      await expectRefused(inputOf(alg, { sub }), good, signer);
    });
    await fc.assert(property, RUNS);
    await expectRefused(input, overDigest(signer, input), signer);
  });

  it('refuses a signature cut short, or with more behind or before it', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 64 });
    const cut = fc.asyncProperty(fc.nat({ max: good.length - 1 }), (length) =>
      expectRefused(input, good.subarray(0, length), signer),
    );
    const longer = fc.asyncProperty(bytes, async (more) => {
      await expectRefused(input, Buffer.concat([good, more]), signer);
      await expectRefused(input, Buffer.concat([more, good]), signer);
    });
    await fc.assert(cut, RUNS);
    await fc.assert(longer, RUNS);
  });

  it('refuses bytes that nobody signed, all zeros and all ones among them', async () => {
    const { length } = good;
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: length, maxLength: length }), (bytes) =>
        expectRefused(input, bytes, signer),
      ),
      RUNS,
    );
    await expectRefused(input, Buffer.alloc(length), signer);
    await expectRefused(input, Buffer.alloc(length, 0xff), signer);
  });

  it('refuses what another key of its kind signed', async () => {
    await expectRefused(input, signerOf(alg, OTHERS).sign(input), signer);
  });

  it.each(ALGORITHMS.filter((other) => other !== alg))(
    'refuses a key and a signature of %s',
    async (other) => {
      await expectRefused(input, signerOf(other).sign(input), signer);
      await expectRefused(input, signerOf(other).sign(input), signerOf(other));
      await expectRefused(input, good, signerOf(other));
    },
  );
});

/** Orders of the groups of P-256, P-384, P-521 and Ed25519 (SEC 2, RFC 8032). */
const ORDERS = {
  ES256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  ES384: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  ES512:
    0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
} as const;
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
const toBytes = (value: bigint, length: number): Buffer =>
  Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');

describe.each(['ES256', 'ES384', 'ES512'] as const)('%s', (alg) => {
  const signer = signerOf(alg);
  const input = inputOf(alg);
  const good = signer.sign(input);
  const half = good.length / 2;
  const [r, s] = [good.subarray(0, half), good.subarray(half)];
  const order = ORDERS[alg];
  const number = (value: bigint) => toBytes(value, half);

  it.each<[string, Buffer, Buffer]>([
    ['r and s of zero (CVE-2022-21449)', number(0n), number(0n)],
    ['r of zero', number(0n), s],
    ['s of zero', r, number(0n)],
    ['r of the order', number(order), s],
    ['s of the order', r, number(order)],
    ['r and s of the order', number(order), number(order)],
    ['r of one, s of one', number(1n), number(1n)],
    ['r and s changed places', s, r],
    ['r of the order less one', number(order - 1n), s],
    ['r once more around the group', number((toNumber(r) + order) % 2n ** BigInt(8 * half)), s],
    ['s once more around the group', r, number((toNumber(s) + order) % 2n ** BigInt(8 * half))],
    ['all bits of r', Buffer.alloc(half, 0xff), s],
  ])('refuses %s', async (_, first, second) => {
    await expectRefused(input, Buffer.concat([first, second]), signer);
  });

  it('refuses the DER form, and each half with zeros before it', async () => {
    await expectRefused(input, derOf(signer, input), signer);
    const zeros = Buffer.alloc(4);
    await expectRefused(input, Buffer.concat([zeros, r, zeros, s]), signer);
  });
});

describe('EdDSA', () => {
  const signer = signerOf('EdDSA');
  const input = inputOf('EdDSA');
  const good = signer.sign(input);

  it('refuses the same s once more around the group (RFC 8032 section 5.1.7)', async () => {
    const s = BigInt(`0x${Buffer.from(good.subarray(32)).reverse().toString('hex')}`);
    const around = toBytes(s + ED25519_ORDER, 32).reverse();
    await expectRefused(input, Buffer.concat([good.subarray(0, 32), around]), signer);
  });

  it.each([224, 64, 128])('refuses s with a high bit set: %i', async (high) => {
    const copy = Buffer.from(good);
    copy.writeUInt8(copy.readUInt8(63) | high, 63);
    await expectRefused(input, copy, signer);
  });
});

describe('RSA', () => {
  it.each(['RS256', 'PS256'] as const)(
    '%s refuses a key of 1,024 bits, whoever published it',
    async (alg) => {
      const small = createSigner(alg, 1_024);
      const input = inputOf(alg);
      await expectRefused(input, small.sign(input), small);
    },
  );

  it('RS256 refuses a signature over SHA-1', async () => {
    const signer = signerOf('RS256');
    await expectRefused(inputOf('RS256'), sha1(signer, inputOf('RS256')), signer);
  });

  it('PS256 refuses a signature without a salt (RFC 7518 section 3.5)', async () => {
    const signer = signerOf('PS256');
    await expectRefused(inputOf('PS256'), saltless(signer, inputOf('PS256')), signer);
  });

  it.each(['RS256', 'PS256'] as const)(
    '%s refuses zero, one, and the modulus and its neighbours',
    async (alg) => {
      const signer = signerOf(alg);
      const modulus = BigInt(`0x${Buffer.from(String(signer.jwk.n), 'base64url').toString('hex')}`);
      for (const value of [0n, 1n, modulus - 1n, modulus, modulus + 1n])
        await expectRefused(inputOf(alg), toBytes(value, 256), signer);
    },
  );

  /** DigestInfo of SHA-256 in DER, up to the digest (RFC 8017 section 9.2, note 1). */
  const DIGEST_INFO = '3031300d060960864801650304020105000420';
  const MODULUS_BYTES = 256;

  it.each<[string, (digest: string) => readonly [string, string]]>([
    [
      'nothing wrong, to show that the others fail by what is',
      (digest) => ['0001', `00${DIGEST_INFO}${digest}`],
    ],
    ['another type of block', (digest) => ['0002', `00${DIGEST_INFO}${digest}`]],
    ['a first byte of one', (digest) => ['0101', `00${DIGEST_INFO}${digest}`]],
    ['no end of the padding', (digest) => ['0001', `ff${DIGEST_INFO}${digest}`]],
    ['no NULL in the algorithm', (digest) => ['0001', `00302f300b0609608648016503040201${'0420'}${digest}`]],
    [
      'a length in the long form',
      (digest) => ['0001', `00308131300d060960864801650304020105000420${digest}`],
    ],
    ['the name of SHA-1', (digest) => ['0001', `003021300906052b0e03021a05000420${digest}`]],
    ['the digest alone', (digest) => ['0001', `00${digest}`]],
    ['bytes behind the digest', (digest) => ['0001', `00${DIGEST_INFO}${digest}${'00'.repeat(8)}`]],
    ['a digest that is cut', (digest) => ['0001', `00${DIGEST_INFO}${digest.slice(2)}`]],
  ])('RS256 judges a block by every byte: %s', async (title, blockOf) => {
    const signer = signerOf('RS256');
    const input = inputOf('RS256');
    const [start, end] = blockOf(createHash('sha256').update(input).digest('hex'));
    const padding = 'ff'.repeat(MODULUS_BYTES - (start.length + end.length) / 2);
    const signature = signBlock(signer, Buffer.from(start + padding + end, 'hex'));
    const expected = title.startsWith('nothing') ? 'accepted' : 'signature-wrong';
    expect(await outcome(input, signature, signer)).toBe(expected);
  });

  it('RS256 refuses short padding with anything behind the digest (CVE-2006-4339)', async () => {
    const signer = signerOf('RS256');
    const digest = createHash('sha256').update(inputOf('RS256')).digest('hex');
    const block = `0001${'ff'.repeat(8)}00${DIGEST_INFO}${digest}`;
    await expectRefused(
      inputOf('RS256'),
      signBlock(signer, Buffer.from(block.padEnd(2 * MODULUS_BYTES, '0'), 'hex')),
      signer,
    );
  });

  it('of one key refuses the other padding', async () => {
    const [pkcs, pss] = [signerOf('RS256'), signerOf('PS256')];
    const input = inputOf('PS256');
    await expectRefused(input, pkcs.sign(input), pkcs);
    await expectRefused(inputOf('RS256'), pss.sign(inputOf('RS256')), pss);
  });
});
