// Reads bytes that a client sent. It never reads past the end: whatever is missing or wrong is a MalformedPlainBuffer.

/** Caught by the decoders of this folder, which answer with a value; it goes no further. */
export class MalformedPlainBuffer extends Error {}

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
