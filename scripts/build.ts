// Bundles each function into dist/<function>/, ready to deploy: a start file, the bundle and V8's code cache of it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { readDeployment } from '../local/fc/read-deployment.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
/** The download is part of a cold start; the two SDKs are most of it. */
const MAX_VEND_BUNDLE_BYTES = 1_700_000;
/** tablestore@5.6 assigns to undeclared variables, which throws in strict mode; a bundle is strict. */
const TABLESTORE_GLOBALS =
  'for(const g of["pro","key","sub","size","prefix_length","cell_type"])globalThis[g]??=undefined;';

export interface BuiltFunction {
  readonly name: string;
  readonly folder: string;
  readonly bundleBytes: number;
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
} satisfies BuildOptions;

function functionNames(): string[] {
  const functions = join(ROOT, 'functions');
  return readdirSync(functions).filter((name) => existsSync(join(functions, name, 'index.ts')));
}

async function bundleFunction(name: string, folder: string): Promise<number> {
  const result = await build({
    ...COMMON,
    entryPoints: [join(ROOT, 'functions', name, 'index.ts')],
    outfile: join(folder, 'bundle.js'),
    banner: { js: TABLESTORE_GLOBALS },
    sourcemap: 'external',
    write: false,
  });
  const maps = join(ROOT, 'dist', 'source-maps');
  mkdirSync(maps, { recursive: true });
  let bundleBytes = 0;
  for (const file of result.outputFiles) {
    if (file.path.endsWith('.map')) {
      writeFileSync(join(maps, `${name}.js.map`), file.contents);
      continue;
    }
    bundleBytes = file.contents.byteLength;
    writeFileSync(file.path, `(function(exports,require,module,__filename,__dirname){${file.text}\n})`);
  }
  return bundleBytes;
}

const bundleHelper = (helper: string, outfile: string) =>
  build({ ...COMMON, entryPoints: [join(ROOT, 'scripts/build', helper)], outfile });

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function writeCodeCache(folder: string, environment: Record<string, string>): Promise<void> {
  const temporary = mkdtempSync(join(tmpdir(), 'stint-build-'));
  try {
    const writer = join(temporary, 'write-code-cache.cjs');
    await bundleHelper('write-code-cache.ts', writer);
    const env = { ...environment, FC_CUSTOM_LISTEN_PORT: String(await freePort()) };
    spawnSync(process.execPath, [writer, folder], { cwd: folder, env, stdio: 'ignore' });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function buildFunction(name: string, environment: Record<string, string>): Promise<BuiltFunction> {
  const folder = join(ROOT, 'dist', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const bundleBytes = await bundleFunction(name, folder);
  if (name === 'vend' && bundleBytes > MAX_VEND_BUNDLE_BYTES) {
    throw new Error(`the vend bundle has ${bundleBytes} bytes, more than ${MAX_VEND_BUNDLE_BYTES}`);
  }
  await bundleHelper('start.ts', join(folder, 'index.cjs'));
  await writeCodeCache(folder, environment);
  return { name, folder, bundleBytes };
}

/** The functions start once while they are built, with the configuration that s.yaml falls back to. */
export async function buildFunctions(): Promise<readonly BuiltFunction[]> {
  const { functions } = readDeployment(join(ROOT, 's.yaml'), {});
  const built: BuiltFunction[] = [];
  for (const name of functionNames()) {
    const spec = functions.find(({ name: resource }) => resource === name);
    built.push(await buildFunction(name, spec?.environmentVariables ?? {}));
  }
  return built;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { name, folder, bundleBytes } of await buildFunctions()) {
    console.log(`${name}: ${(bundleBytes / 1e6).toFixed(2)} MB in ${folder}`);
  }
}
