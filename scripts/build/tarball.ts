// An npm package as a tarball: what `npm pack` makes, but the same bytes on every machine and for every version of Node.js. The
// format is ustar (POSIX.1-1988), compressed by fflate, whose output does not depend on the zlib of Node.js.
import { gzipSync } from 'fflate';

const BLOCK = 512;
const SMALLEST = 9;
/** npm unpacks the folder of this name, or any other first folder. */
const FOLDER = 'package';
/** The first day of 1985 that is in the past in every time zone, as `npm pack` has it: some file systems know no earlier. */
const SECONDS = 499_162_500;
const READABLE = 0o644;
const EXECUTABLE = 0o755;
const MAX_NAME_BYTES = 100;

const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;

/** Offset of each field in the header of an entry. */
const FIELD = {
  name: 0,
  mode: 100,
  owner: 108,
  group: 116,
  size: 124,
  time: 136,
  sum: 148,
  type: 156,
  magic: 257,
};

function header(name: string, bytes: number, mode: number): Buffer {
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) throw new Error(`${name} is too long for a tarball`);
  const block = Buffer.alloc(BLOCK);
  block.write(name, FIELD.name);
  block.write(octal(mode, 7), FIELD.mode);
  block.write(octal(0, 7), FIELD.owner);
  block.write(octal(0, 7), FIELD.group);
  block.write(octal(bytes, 11), FIELD.size);
  block.write(octal(SECONDS, 11), FIELD.time);
  block.write(' '.repeat(8), FIELD.sum);
  block.write('0', FIELD.type);
  block.write('ustar\x0000', FIELD.magic);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)} `, FIELD.sum);
  return block;
}

const padding = (bytes: number): Buffer => Buffer.alloc((BLOCK - (bytes % BLOCK)) % BLOCK);

/** `files`: by their path in the package. `programs`: those that the system may run. */
export function makeTarball(files: ReadonlyMap<string, Uint8Array>, programs: readonly string[]): Uint8Array {
  const entries = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, content]) => [
      header(`${FOLDER}/${name}`, content.byteLength, programs.includes(name) ? EXECUTABLE : READABLE),
      content,
      padding(content.byteLength),
    ]);
  const archive = Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]);
  return gzipSync(archive, { level: SMALLEST, mtime: SECONDS * 1000 });
}
