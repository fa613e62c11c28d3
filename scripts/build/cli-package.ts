// The command line as a package that npm installs without this clone and without any other package: dist/cli/ and
// dist/stint-<version>.tgz. The commands stay files of their own, read on first use: programs wait for `stint credentials`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import * as z from 'zod';
import { BANNER } from './banner.ts';
import { licenseTexts, packagesIn } from './bundled-packages.ts';
import { commonJsNames } from './commonjs-names.ts';
import { lazyPackages } from './lazy-packages.ts';
import { replaceFolder } from './replace-folder.ts';
import { makeTarball } from './tarball.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const PROGRAM = 'stint.cjs';
/** It has commander, the formats of credentials, and what reads a file. A larger one has a library that it need not load. */
const MAX_START_BYTES = 80_000;
/** Its code is compiled for one system each, so it cannot be bundled. */
const KEYCHAIN = '@napi-rs/keyring';
/** The login function keeps it in memory, and everybody who installs it waits for it. */
const MAX_TARBALL_BYTES = 1_000_000;

/** CommonJS packages ask for Node.js's own modules by require(), which an ES module does not have. */
const REQUIRE =
  "import{createRequire as $createRequire}from'node:module';const require=$createRequire(import.meta.url);";

const optionalKeychain: Plugin = {
  name: 'optional-keychain',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^${KEYCHAIN}$`) }, ({ path }) => ({ path, external: true }));
  },
};

/** For `stint setup` and for what `stint doctor` says of `s.yaml`: both need a clone, which has the functions to deploy. */
const CLONE_ONLY = /^@alicloud\/(?:fc20230330|sls20201230|tablestore20201209)$/;

const cloneOnly: Plugin = {
  name: 'clone-only',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: CLONE_ONLY }, ({ path }) => ({ path, namespace: 'clone-only' }));
    onLoad({ filter: /.*/, namespace: 'clone-only' }, () => ({
      contents: 'export default {}',
      loader: 'js',
    }));
  },
};

export interface CliPackage {
  /** The packages whose code is in it, by where they are installed. Sorted. */
  readonly packages: readonly string[];
  readonly tarball: string;
  readonly bytes: Uint8Array;
}

const Manifest = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  engines: z.object({ node: z.string() }),
});
const Lock = z.object({ packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })) });

const readJson = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));

function describePackage() {
  const { name, version, description, license, engines } = Manifest.parse(
    readJson('clients/cli/package.json'),
  );
  const keychain = Lock.parse(readJson('package-lock.json')).packages[`node_modules/${KEYCHAIN}`]?.version;
  return {
    ...{ name, version, description, license, type: 'module', engines },
    // Until its owner publishes it: npm refuses to publish a private package.
    private: true,
    bin: { stint: PROGRAM },
    // That version and no other. Where npm cannot get it, it installs the command line without, which works.
    optionalDependencies: { [KEYCHAIN]: keychain ?? '*' },
  };
}

/** The start goes no way that imports anything. */
const nothingLater: Plugin = {
  name: 'nothing-later',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
  },
};

/** The CommonJS file that answers by itself, or starts the whole program. Throws where it is too large to start at once. */
async function bundleStart(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'clients/cli/installed.ts')],
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'warning',
    absWorkingDir: ROOT,
    plugins: [nothingLater, lazyPackages],
  });
  const contents = outputFiles[0]?.contents ?? new Uint8Array();
  if (contents.byteLength > MAX_START_BYTES)
    throw new Error(
      `the start of the command line has ${contents.byteLength} bytes, more than ${MAX_START_BYTES}`,
    );
  return contents;
}

async function bundle(
  outdir: string,
): Promise<Pick<CliPackage, 'packages'> & { readonly files: Map<string, Uint8Array> }> {
  const { metafile, outputFiles } = await build({
    entryPoints: { program: join(ROOT, 'clients/cli/program.ts') },
    outdir,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'code/[name]-[hash]',
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'warning',
    absWorkingDir: ROOT,
    metafile: true,
    plugins: [cloneOnly, lazyPackages, optionalKeychain, commonJsNames],
    banner: { js: REQUIRE + BANNER },
  });
  const files = outputFiles.map(
    ({ path, contents }) => [path.slice(outdir.length + 1).replaceAll('\\', '/'), contents] as const,
  );
  return {
    files: new Map([[PROGRAM, await bundleStart()], ...files]),
    packages: [...new Set(packagesIn(metafile))].sort(),
  };
}

/** Writes the folder cli/ and the tarball of it into `out`. Throws where the tarball is larger than the login function should serve. */
export async function buildCli(out = join(ROOT, 'dist')): Promise<CliPackage> {
  const folder = join(out, 'cli');
  const { files, packages } = await bundle(folder);
  const manifest = describePackage();
  files.set('package.json', Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`));
  files.set('LICENSE', readFileSync(join(ROOT, 'LICENSE')));
  files.set('THIRD-PARTY-LICENSES.txt', Buffer.from(licenseTexts(ROOT, packages)));
  const bytes = makeTarball(files, [PROGRAM]);
  if (bytes.byteLength > MAX_TARBALL_BYTES)
    throw new Error(`the command line has ${bytes.byteLength} bytes, more than ${MAX_TARBALL_BYTES}`);
  await replaceFolder(folder, async (into) => {
    for (const [name, content] of files) {
      mkdirSync(dirname(join(into, name)), { recursive: true });
      writeFileSync(join(into, name), content, { mode: name === PROGRAM ? 0o755 : 0o644 });
    }
  });
  const tarball = join(out, `stint-${manifest.version}.tgz`);
  writeFileSync(tarball, bytes);
  return { packages, tarball, bytes };
}
