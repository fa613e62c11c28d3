import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeBody } from '../../../shared/adapters/http/decode-body.ts';

const MAX_BYTES = 10_000;
const documentOf = (bytes: number): string => JSON.stringify('x'.repeat(bytes - 2));

describe('a compressed document', () => {
  const COMPRESSIONS = [
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const;

  it.each(COMPRESSIONS)('is read up to the limit, and is none beyond it: %s', async (encoding, compress) => {
    const [longest, longer] = [documentOf(MAX_BYTES), documentOf(MAX_BYTES + 1)];
    const sent = compress(longer);
    expect(sent.length).toBeLessThan(MAX_BYTES);
    expect(await decodeBody(compress(longest), encoding, MAX_BYTES)).toBe(longest);
    expect(await decodeBody(sent, encoding, MAX_BYTES)).toBeUndefined();
  });
});
