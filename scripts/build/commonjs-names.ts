// An esbuild plugin for ES modules in pieces: import() of a CommonJS package gives what it gives in Node.js, the names that the
// package exports beside `default`. esbuild's own piece for such a package exports `default` alone.
import { createRequire } from 'node:module';
import type { Plugin } from 'esbuild';

const NAMESPACE = 'commonjs-names';
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** The names that Node.js finds in the installed package. Throws for an ES module: `require` would give it another default. */
async function namesOf(packageName: string): Promise<readonly string[]> {
  const found: Readonly<Record<string, unknown>> = await import(packageName);
  const loaded = createRequire(import.meta.url)(packageName);
  if (found['default'] !== loaded)
    throw new Error(`${packageName} is an ES module: import() of it needs no plugin, leave it out here`);
  return Object.keys(found).filter((name) => IDENTIFIER.test(name) && name !== 'default');
}

export const commonJsNames: Plugin = {
  name: NAMESPACE,
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[@a-z]/ }, ({ kind, path, resolveDir }) =>
      kind === 'dynamic-import' && !path.startsWith('node:')
        ? { path, namespace: NAMESPACE, pluginData: resolveDir }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: NAMESPACE }, async ({ path, pluginData }) => ({
      contents: [
        `const all = require(${JSON.stringify(path)});`,
        'export default all;',
        `export const { ${(await namesOf(path)).join(', ')} } = all;`,
      ].join('\n'),
      resolveDir: pluginData,
    }));
  },
};
