// CRC-8 with polynomial x^8 + x^2 + x + 1, start value 0, not reflected: the checksum of PlainBuffer cells and rows.

const POLYNOMIAL = 0x07;

const TABLE = Uint8Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
  return crc & 0xff;
});

export function crc8Byte(crc: number, byte: number): number {
  return TABLE[(crc ^ byte) & 0xff] ?? 0;
}

export function crc8(crc: number, bytes: Uint8Array, start = 0, end = bytes.length): number {
  let state = crc;
  for (let i = start; i < end; i++) state = TABLE[state ^ (bytes[i] ?? 0)] ?? 0;
  return state;
}
