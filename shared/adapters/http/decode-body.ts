// The bytes of an answer → its text. Servers compress without being asked (RFC 9110 section 12.5.3 lets them), and some
// put a byte-order mark first, which RFC 8259 section 8.1 lets a reader ignore.

export class BodyUnreadable extends Error {}

/** zlib's code for an output that would be longer than allowed. */
const TOO_LARGE = 'ERR_BUFFER_TOO_LARGE';

type Decompress = (bytes: Buffer, maxOutputLength: number) => Promise<Buffer>;

/** Loaded with the first compressed answer: most servers send none. */
async function decompressorOf(encoding: string): Promise<Decompress> {
  const { brotliDecompress, unzip } = await import('node:zlib');
  const { promisify } = await import('node:util');
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
    case 'deflate':
      return (bytes, maxOutputLength) => promisify(unzip)(bytes, { maxOutputLength });
    case 'br':
      return (bytes, maxOutputLength) => promisify(brotliDecompress)(bytes, { maxOutputLength });
    default:
      // Some servers put a character set here, or `none`. What is compressed in another way will be no JSON.
      return async (bytes) => bytes;
  }
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === TOO_LARGE;

/** Undefined when it has more than `maxBytes` once it is decompressed. */
async function decompress(bytes: Buffer, encoding: string, maxBytes: number): Promise<Buffer | undefined> {
  const how = await decompressorOf(encoding);
  try {
    return await how(bytes, maxBytes);
  } catch (error) {
    if (isTooLarge(error)) return undefined;
    throw new BodyUnreadable();
  }
}

export async function decodeBody(
  bytes: Buffer,
  contentEncoding: string | undefined,
  maxBytes: number,
): Promise<string | undefined> {
  const encoding = (contentEncoding ?? '').trim().toLowerCase();
  const isPlain = encoding === '' || encoding === 'identity' || bytes.length === 0;
  const plain = isPlain ? bytes : await decompress(bytes, encoding, maxBytes);
  return plain && new TextDecoder().decode(plain);
}
