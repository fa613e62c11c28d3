// Bundles what the portal's pages load, under names that change with the content.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { PortalAssets } from '../../functions/login/ui/model/assets.ts';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '../../functions/login/ui/browser');
/** What every browser of the last three years runs. */
const TARGET = ['chrome111', 'firefox113', 'safari16.4'];
const HASH_CHARACTERS = 12;

type Asset = PortalAssets['script'];

function named(name: string, extension: string, type: string, body: string): Asset {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, HASH_CHARACTERS);
  return { path: `/portal/assets/${name}-${hash}.${extension}`, type, body };
}

async function bundle(file: string): Promise<string> {
  const result = await build({
    entryPoints: [join(FOLDER, file)],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: TARGET,
    logLevel: 'warning',
    metafile: true,
  });
  if (Object.keys(result.metafile.inputs).some((path) => path.includes('node_modules/'))) {
    throw new Error(`${file} imports a package, which the SBOM of a release would not name`);
  }
  return result.outputFiles[0]?.text ?? '';
}

export async function buildPortalAssets(): Promise<PortalAssets> {
  const script = await bundle('main.ts');
  const stylesheet = await bundle('portal.css');
  const icon = readFileSync(join(FOLDER, 'icon.svg'), 'utf8').trim();
  return {
    stylesheet: named('portal', 'css', 'text/css; charset=utf-8', stylesheet),
    script: named('portal', 'js', 'text/javascript; charset=utf-8', script),
    icon: named('icon', 'svg', 'image/svg+xml', icon),
  };
}
