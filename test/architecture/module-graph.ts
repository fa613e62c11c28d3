// Who imports whom, as esbuild parses it: once as written, and once with type imports made into ordinary ones. What
// only the second sees is imported for its types alone.
import { posix } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import type { Sources } from './source-files.ts';

export interface Import {
  /** A path from the root, or a package's specifier. */
  readonly target: string;
  readonly typeOnly: boolean;
}

export interface Module {
  readonly path: string;
  readonly imports: readonly Import[];
  /** Exported values; types leave no trace in it. */
  readonly exports: readonly string[];
  /** The file as JavaScript, without types and comments, each top-level statement at the start of a line. */
  readonly code: string;
}

export type ModuleGraph = ReadonlyMap<string, Module>;

const NAMESPACE = 'source';

/** Only statements that name a module: `export type Name = …` and `export type { Name };` stay as they are. */
const TYPE_STATEMENT = /^(import|export) type (?=[^;='"]*\bfrom\s*['"])/gm;
const withTypesAsValues = (text: string): string => text.replace(TYPE_STATEMENT, '$1 ');

const resolve = (importer: string, specifier: string): string =>
  specifier.startsWith('.') ? posix.join(posix.dirname(importer), specifier) : specifier;

/** Every file is an entry point and every import leads out of it, so that no file's imports depend on another's. */
const readFrom = (sources: Sources): Plugin => ({
  name: 'each-file-alone',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ kind, path, importer }) =>
      kind === 'entry-point'
        ? { path, namespace: NAMESPACE }
        : { path: resolve(importer, path), external: true },
    );
    onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({
      contents: sources.get(path) ?? '',
      loader: path.endsWith('.tsx') ? 'tsx' : 'ts',
    }));
  },
});

interface Parsed {
  readonly imports: ReadonlySet<string>;
  readonly exports: readonly string[];
  readonly code: string;
}

async function parse(sources: Sources): Promise<ReadonlyMap<string, Parsed>> {
  const { metafile, outputFiles } = await build({
    entryPoints: [...sources.keys()].map((path) => ({ in: path, out: path })),
    bundle: true,
    write: false,
    metafile: true,
    outdir: '/out',
    absWorkingDir: '/',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    treeShaking: false,
    supported: { 'template-literal': false },
    legalComments: 'none',
    logLevel: 'silent',
    tsconfigRaw: {
      compilerOptions: { verbatimModuleSyntax: true, jsx: 'react-jsx', jsxImportSource: 'hono/jsx' },
    },
    plugins: [readFrom(sources)],
  });
  const codes = new Map(outputFiles.map(({ path, text }) => [path.replace('/out/', ''), text]));
  const importsOf = (path: string) => metafile.inputs[`${NAMESPACE}:${path}`]?.imports ?? [];
  const outputOf = (path: string): Metafile['outputs'][string] | undefined =>
    metafile.outputs[`out/${path}.js`];
  return new Map(
    [...sources.keys()].map((path) => [
      path,
      {
        imports: new Set(importsOf(path).map((found) => found.path)),
        exports: outputOf(path)?.exports ?? [],
        code: (codes.get(`${path}.js`) ?? '').replace(/^\/\/ source:.*\n/gm, ''),
      },
    ]),
  );
}

export async function readModules(sources: Sources): Promise<ModuleGraph> {
  const asWritten = await parse(sources);
  const typesToo = await parse(new Map([...sources].map(([path, text]) => [path, withTypesAsValues(text)])));
  const modules = [...asWritten].map(([path, { imports, exports, code }]): [string, Module] => {
    const targets = [...(typesToo.get(path)?.imports ?? [])];
    const all = targets.map((target) => ({ target, typeOnly: !imports.has(target) }));
    return [path, { path, imports: all, exports, code }];
  });
  return new Map(modules);
}
