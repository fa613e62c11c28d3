// Bundles each function into dist/<function>/, ready to deploy: a start file, the bundle and V8's code cache of it. Bundles
// the command line into dist/cli/ and dist/stint-<version>.tgz.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type BuildOptions, build, type Metafile, type OutputFile } from 'esbuild';
import { readShippedPolicies } from '../clients/cli/setup/function-policies.ts';
import { freePort } from '../local/fc/listen.ts';
import { BANNER } from './build/banner.ts';
import { packagesIn } from './build/bundled-packages.ts';
import { buildCli } from './build/cli-package.ts';
import { lazyPackages } from './build/lazy-packages.ts';
import { type LeftOut, leaveOut, STS_RUNTIME_UNUSED, TABLESTORE_UNUSED } from './build/leave-out.ts';
import { messagesOnDemand } from './build/messages-on-demand.ts';
import { buildPortalAssets } from './build/portal-assets.ts';
import { replaceFolder } from './build/replace-folder.ts';
import { SEPARATE_MODULES, separateModule } from './build/separate-module.ts';
import { webClassesOnDemand } from './build/web-classes-on-demand.ts';
import { withoutHttp2 } from './build/without-http2.ts';
import { signTokens } from './miniature/sign-tokens.ts';
import { startMiniature } from './miniature/start-miniature.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
/** The download is part of a cold start. SDKs were most of it: what no line of a function can reach is left out. */
const MAX_BUNDLE_BYTES: Readonly<Record<string, number>> = {
  vend: 600_000,
  login: 1_850_000,
  sweep: 1_420_000,
};
/** Several times the slowest warm-up seen on a busy machine. */
const WARM_UP_LIMIT_MS = 60_000;

export interface BuiltFunction {
  readonly name: string;
  readonly folder: string;
  readonly bundleBytes: number;
  /** The packages whose code is in the folder, by where they are installed: `node_modules/zod`. Sorted. */
  readonly packages: readonly string[];
}

// CommonJS, not ESM: bare start times are equal, but only a classic script can start from a code cache,
// which takes a bundle with both SDKs from about 4.1 to 2.4 times the start of a bare HTTP server.
const COMMON = {
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  charset: 'ascii',
  legalComments: 'none',
  logLevel: 'warning',
  absWorkingDir: ROOT,
  metafile: true,
} satisfies BuildOptions;

function functionNames(): string[] {
  const functions = join(ROOT, 'functions');
  return readdirSync(functions).filter((name) => existsSync(join(functions, name, 'index.ts')));
}

/** `login` and `sweep` have SDKs whose runtime they use. */
const LEFT_OUT: Readonly<Record<string, readonly LeftOut[]>> = { vend: STS_RUNTIME_UNUSED };

/** Leaves out what the functions do not need at once, or at all; see each plugin. */
const pluginsOf = (name: string) => [
  leaveOut([TABLESTORE_UNUSED, ...(LEFT_OUT[name] ?? [])]),
  lazyPackages,
  messagesOnDemand,
  withoutHttp2,
  webClassesOnDemand,
  separateModule,
];

async function bundleFunction(
  name: string,
  folder: string,
): Promise<Pick<BuiltFunction, 'bundleBytes' | 'packages'>> {
  const { metafile, outputFiles } = await build({
    ...COMMON,
    entryPoints: [join(ROOT, 'functions', name, 'index.ts')],
    outfile: join(folder, 'bundle.js'),
    banner: { js: BANNER },
    plugins: pluginsOf(name),
    sourcemap: 'external',
    write: false,
    supported: { 'dynamic-import': false }, // require() finds the file beside the bundle; import() would not
  });
  const separate = await bundleSeparateModules(metafile, folder);
  const packages = [metafile, ...separate].flatMap(packagesIn);
  return { bundleBytes: writeBundle(name, outputFiles), packages: [...new Set(packages)].sort() };
}

/** Those that the function imports. */
async function bundleSeparateModules({ outputs }: Metafile, folder: string): Promise<readonly Metafile[]> {
  const imported = new Set(Object.values(outputs).flatMap(({ imports }) => imports.map(({ path }) => path)));
  const modules = SEPARATE_MODULES.filter(({ file }) => imported.has(file));
  const built: Metafile[] = [];
  for (const { source, file } of modules) {
    const { metafile } = await build({
      ...COMMON,
      entryPoints: [join(ROOT, source)],
      outfile: join(folder, file),
    });
    built.push(metafile);
  }
  return built;
}

/** Writes the bundle as one function expression, and its source map beside the functions. Gives the bundle's bytes. */
function writeBundle(name: string, files: readonly OutputFile[]): number {
  const maps = join(ROOT, 'dist', 'source-maps');
  mkdirSync(maps, { recursive: true });
  let bundleBytes = 0;
  for (const file of files) {
    if (file.path.endsWith('.map')) {
      writeFileSync(join(maps, `${name}.js.map`), file.contents);
      continue;
    }
    bundleBytes = file.contents.byteLength;
    writeFileSync(file.path, `(function(exports,require,module,__filename,__dirname){${file.text}\n})`);
  }
  return bundleBytes;
}

/** A script of scripts/build/ that runs beside a bundle. */
const bundleScript = (script: string, outfile: string) =>
  build({ ...COMMON, entryPoints: [join(ROOT, 'scripts/build', script)], outfile });

/** A first vend for each of two callers runs every line that a cold start runs. */
const WARM_UP_CALLERS = 2;

async function writeCodeCache(folder: string): Promise<void> {
  const temporary = mkdtempSync(join(tmpdir(), 'stint-build-'));
  const { child, world } = await startMiniature();
  try {
    const writer = join(temporary, 'write-code-cache.cjs');
    await bundleScript('write-code-cache.ts', writer);
    const tokens = await signTokens(world, 'warm-up-', WARM_UP_CALLERS);
    const env = {
      ...world.environment,
      FC_CUSTOM_LISTEN_PORT: String(await freePort(0, '127.0.0.1')),
      WARM_UP_TOKENS: tokens.join(' '),
    };
    const options = { cwd: folder, env, timeout: WARM_UP_LIMIT_MS };
    await promisify(execFile)(process.execPath, ['--no-deprecation', writer, folder], options);
  } finally {
    child.kill();
    rmSync(temporary, { recursive: true, force: true });
  }
}

let cli: ReturnType<typeof buildCli> | undefined;
/** One for each run: the functions and a release hold the same bytes. */
export const cliOfThisBuild = () => {
  cli ??= buildCli();
  return cli;
};

/** What `login` serves besides pages. */
async function addFilesOfLogin(folder: string): Promise<void> {
  writeFileSync(join(folder, 'portal-assets.json'), JSON.stringify(await buildPortalAssets()));
  writeFileSync(join(folder, 'stint.tgz'), (await cliOfThisBuild()).bytes);
}

/** With what `sweep` compares the policies of all functions. */
function addFilesOfSweep(folder: string): void {
  writeFileSync(join(folder, 'shipped-policies.json'), JSON.stringify(readShippedPolicies(ROOT)));
}

async function buildFunction(name: string): Promise<BuiltFunction> {
  const folder = join(ROOT, 'dist', name);
  return { ...(await replaceFolder(folder, (into) => buildInto(into, name))), folder };
}

async function buildInto(folder: string, name: string): Promise<Omit<BuiltFunction, 'folder'>> {
  const { bundleBytes, packages } = await bundleFunction(name, folder);
  const most = MAX_BUNDLE_BYTES[name];
  if (most !== undefined && bundleBytes > most)
    throw new Error(`the ${name} bundle has ${bundleBytes} bytes, more than ${most}`);
  await bundleScript('start-bundle.ts', join(folder, 'index.cjs'));
  if (name === 'vend') await writeCodeCache(folder);
  if (name === 'login') await addFilesOfLogin(folder);
  if (name === 'sweep') addFilesOfSweep(folder);
  return { name, bundleBytes, packages };
}

export async function buildFunctions(): Promise<readonly BuiltFunction[]> {
  const built: BuiltFunction[] = [];
  for (const name of functionNames()) built.push(await buildFunction(name));
  return built;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { name, folder, bundleBytes } of await buildFunctions()) {
    console.log(`${name}: ${(bundleBytes / 1e6).toFixed(2)} MB in ${folder}`);
  }
  const { tarball, bytes } = await cliOfThisBuild();
  console.log(`cli: ${(bytes.byteLength / 1e6).toFixed(2)} MB in ${tarball}`);
}
