// The bytes of PlainBuffer: a reader that never reads past the end, a growing writer, so that a row is encoded in one pass
// without first computing its size, and the checksum of cells and rows.

/** Caught by the decoders of this folder, which answer with a value; it goes no further. */
export class MalformedPlainBuffer extends Error {}

/** Reads bytes that a client sent; missing or wrong bytes throw MalformedPlainBuffer. */
export class ByteReader {
  readonly bytes: Buffer;
  position = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** The next byte without taking it; -1 at the end. */
  peek(): number {
    return this.bytes[this.position] ?? -1;
  }

  byte(): number {
    return this.#take(1)[0] ?? 0;
  }

  expect(byte: number, what: string): void {
    if (this.peek() !== byte) throw new MalformedPlainBuffer(`expected ${what}`);
    this.position += 1;
  }

  uint32(): number {
    return this.#take(4).readUInt32LE(0);
  }

  int64(): bigint {
    return this.#take(8).readBigInt64LE(0);
  }

  double(): number {
    return this.#take(8).readDoubleLE(0);
  }

  block(): Buffer {
    return this.#take(this.uint32());
  }

  #take(count: number): Buffer {
    const end = this.position + count;
    if (end > this.bytes.length) throw new MalformedPlainBuffer('truncated');
    const taken = this.bytes.subarray(this.position, end);
    this.position = end;
    return taken;
  }
}

const INITIAL_BYTES = 512;

/** A growing buffer. */
export class ByteWriter {
  #buffer = Buffer.allocUnsafe(INITIAL_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#length = this.#buffer.writeUInt8(value, this.#length);
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#length = this.#buffer.writeUInt32LE(value, this.#length);
  }

  int64(value: bigint): void {
    this.#reserve(8);
    this.#length = this.#buffer.writeBigInt64LE(value, this.#length);
  }

  double(value: number): void {
    this.#reserve(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
  }

  block(value: Buffer): void {
    this.uint32(value.length);
    this.#reserve(value.length);
    this.#length += value.copy(this.#buffer, this.#length);
  }

  text(value: string): void {
    const bytes = Buffer.byteLength(value);
    this.uint32(bytes);
    this.#reserve(bytes);
    this.#length += this.#buffer.write(value, this.#length);
  }

  /** The bytes written so far; valid until the next write. */
  written(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + count));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}

/** CRC-8 with polynomial x^8 + x^2 + x + 1, start value 0, not reflected. */
const POLYNOMIAL = 0x07;

const TABLE = Uint8Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
  return crc & 0xff;
});

/** The checksum after one more byte. */
export function crc8Byte(crc: number, byte: number): number {
  return TABLE[(crc ^ byte) & 0xff] ?? 0;
}

/** The checksum after more bytes. */
export function crc8(crc: number, bytes: Uint8Array, start = 0, end = bytes.length): number {
  let state = crc;
  for (let i = start; i < end; i++) state = TABLE[state ^ (bytes[i] ?? 0)] ?? 0;
  return state;
}
