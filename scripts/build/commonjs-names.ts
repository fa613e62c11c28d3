// An esbuild plugin for ES modules in pieces: import() of a CommonJS package gives what it gives in Node.js, the names that the
// package exports beside `default`. esbuild's own piece for such a package exports `default` alone.
import { createRequire } from 'node:module';
import type { Plugin } from 'esbuild';

const NAMESPACE = 'commonjs-names';
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

const load = createRequire(import.meta.url);

/** By require(): what import() gives of such a package depends on who runs this, Node.js, tsx or Vitest. */
function namesOf(packageName: string): readonly string[] {
  const exported: object = load(packageName);
  if (Object.prototype.toString.call(exported) === '[object Module]')
    throw new Error(`${packageName} is an ES module, whose names esbuild keeps itself: leave it out here`);
  return Object.keys(exported).filter((name) => IDENTIFIER.test(name) && name !== 'default');
}

export const commonJsNames: Plugin = {
  name: NAMESPACE,
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[@a-z]/ }, ({ kind, path, resolveDir }) =>
      kind === 'dynamic-import' && !path.startsWith('node:')
        ? { path, namespace: NAMESPACE, pluginData: resolveDir }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path, pluginData }) => ({
      contents: [
        `const all = require(${JSON.stringify(path)});`,
        'export default all;',
        `export const { ${namesOf(path).join(', ')} } = all;`,
      ].join('\n'),
      resolveDir: pluginData,
    }));
  },
};
