// An esbuild plugin that keeps the CEL library in a file of its own beside the bundle: most callers hold no grant with
// a condition, and then it is never read.
import type { Plugin } from 'esbuild';

export const SEPARATE_MODULE = {
  source: 'shared/access/compile-condition.ts',
  file: './compile-condition.cjs',
};

export const separateModule: Plugin = {
  name: 'separate-module',
  setup({ onResolve }) {
    onResolve({ filter: /\/compile-condition\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: SEPARATE_MODULE.file, external: true } : undefined,
    );
  },
};
