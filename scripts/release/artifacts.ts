// The files of a release: an archive of each function, the package of the command line, the release notes, the bill of
// materials, and the checksums of all.
// The same commit gives the same bytes on every machine, so that a reader can make the files again and compare.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { licenseTexts } from '../build/bundled-packages.ts';
import type { CliPackage } from '../build/cli-package.ts';
import type { BuiltFunction } from '../build.ts';
import { type Bundle, makeSbom } from './sbom.ts';

interface ArtifactsRequest {
  /** The project: where the packages are installed. */
  readonly root: string;
  /** The folder for the files. */
  readonly out: string;
  readonly functions: readonly Pick<BuiltFunction, 'name' | 'folder' | 'packages'>[];
  /** The package of the command line; the archive of `login` holds the same bytes. */
  readonly cli: Pick<CliPackage, 'packages' | 'bytes'>;
  readonly version: string;
  /** Markdown. */
  readonly notes: string;
  /** The time of the commit, in seconds since 1970 (SOURCE_DATE_EPOCH). */
  readonly epochSeconds: number;
}

/** V8's code cache fits one build of V8 and one kind of processor, and its bytes differ from run to run. */
const CODE_CACHE = /\.cache$/;

/** ZIP keeps Unix modes in the upper half of the attributes: a regular file that everybody may read. */
const UNIX = 3;
const READABLE_FILE = 0o100644 * 0x10000;
const SMALLEST = 9;
const NOON = 12;

/** ZIP keeps local time. The day of the commit at noon exists, and is the same, in every time zone. */
function archiveTime(epochSeconds: number): Date {
  const at = new Date(epochSeconds * 1000);
  return new Date(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate(), NOON);
}

function zipFunction(
  { root, epochSeconds }: ArtifactsRequest,
  { folder, packages }: Bundle & { readonly folder: string },
) {
  const names = readdirSync(folder).filter((name) => !CODE_CACHE.test(name));
  const files: Record<string, Uint8Array> = Object.fromEntries(
    names.map((name) => [name, readFileSync(join(folder, name))]),
  );
  files['LICENSE'] = readFileSync(join(root, 'LICENSE'));
  files['THIRD-PARTY-LICENSES.txt'] = Buffer.from(licenseTexts(root, packages));
  const settings = {
    level: SMALLEST,
    mtime: archiveTime(epochSeconds),
    os: UNIX,
    attrs: READABLE_FILE,
  } as const;
  const entries: Zippable = Object.fromEntries(
    Object.entries(files)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, bytes]) => [name, [bytes, settings]]),
  );
  return zipSync(entries);
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const checksumsOf = (files: ReadonlyMap<string, Uint8Array>): string =>
  [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`)
    .join('');

/** Empties the folder and fills it. Gives the text of SHA256SUMS: lines that `sha256sum --check` reads. */
export function makeArtifacts(request: ArtifactsRequest): string {
  const { out, functions, cli, version, notes } = request;
  const files = new Map<string, Uint8Array>();
  for (const built of functions) files.set(`stint-${built.name}-${version}.zip`, zipFunction(request, built));
  files.set(`stint-${version}.tgz`, cli.bytes);
  files.set('release-notes.md', Buffer.from(notes));
  files.set(
    'sbom.cdx.json',
    Buffer.from(makeSbom({ ...request, bundles: [...functions, { name: 'cli', packages: cli.packages }] })),
  );
  const checksums = checksumsOf(files);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  for (const [name, bytes] of files) writeFileSync(join(out, name), bytes);
  writeFileSync(join(out, 'SHA256SUMS'), checksums);
  return checksums;
}
