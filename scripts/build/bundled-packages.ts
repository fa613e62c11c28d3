// The packages whose code is in a bundle, and their licences.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

const LICENSE_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;
const PACKAGE_FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

/** Leaves out a package without code in the bundle, such as one of types or of unused exports. */
export const packagesIn = ({ outputs }: Metafile): readonly string[] =>
  Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput > 0 ? (PACKAGE_FOLDER.exec(path) ?? []) : [],
    ),
  );

/** Licences such as MIT's ask to be kept beside the code. Older packages have theirs at the end of the readme. */
function licenseText(folder: string): string {
  const names = readdirSync(folder).sort();
  const read = (name: string) => readFileSync(join(folder, name), 'utf8').trim();
  const texts = names.filter((name) => LICENSE_FILE.test(name)).map(read);
  if (texts.length > 0) return texts.join('\n\n');
  const readme = names.find((name) => /^readme\b/i.test(name));
  const section =
    readme === undefined ? null : /^(?:#+ *licen[cs]e|licen[cs]e\n-+)[\s\S]*/im.exec(read(readme));
  return section?.[0] ?? 'The package brings no text; sbom.cdx.json names its licence.';
}

/** The licence of each package, below its name. `packages`: their folders, from `root`. */
export const licenseTexts = (root: string, packages: readonly string[]): string =>
  packages
    .map((folder) => {
      const name = folder.replace(/^.*node_modules\//, '');
      return `${name}\n${'='.repeat(name.length)}\n\n${licenseText(join(root, folder))}\n`;
    })
    .join('\n\n');
