// Just enough DER (X.690) to walk a certificate that OpenSSL has already parsed. Bytes that are not DER, such as an indefinite
// length, give no elements, and the caller refuses them. Why this is own code: docs/own-code.md.

export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
}

const LONG_FORM = 0x80;
/** Three bytes of length are 16 MB: more than any header. */
const MAX_LENGTH_BYTES = 3;

function readLength(
  bytes: Buffer,
  at: number,
): { readonly length: number; readonly from: number } | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < LONG_FORM) return { length: first, from: at + 1 };
  const size = first - LONG_FORM;
  const from = at + 1 + size;
  if (size === 0 || size > MAX_LENGTH_BYTES || from > bytes.length) return undefined;
  return { length: bytes.readUIntBE(at + 1, size), from };
}

/** The elements that the bytes consist of, in their order. Undefined when the bytes are anything else. Never throws. */
export function readDer(bytes: Buffer): readonly DerElement[] | undefined {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const header = readLength(bytes, at + 1);
    if (!header || header.from + header.length > bytes.length) return undefined;
    const end = header.from + header.length;
    elements.push({ tag: bytes[at] ?? 0, content: bytes.subarray(header.from, end) });
    at = end;
  }
  return elements;
}
