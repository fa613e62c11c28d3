// An esbuild plugin that keeps what most deployments never need in files of their own beside the bundle, read on first
// use: the CEL library for grants with a condition, the checks of client certificates, of DPoP proofs, and of the proofs
// of partners by account.
import { basename } from 'node:path';
import type { Plugin } from 'esbuild';

/** Each is loaded by import() alone. */
const SOURCES = [
  'shared/rules/conditions/compile-condition.ts',
  'shared/pipeline/authenticate/certificate/authenticate-certificate.ts',
  'shared/pipeline/authenticate/aliyun/authenticate-aliyun.ts',
  'shared/pipeline/authenticate/dpop/dpop-verifier.ts',
] as const;

export interface SeparateModule {
  readonly source: string;
  readonly file: string;
}

export const SEPARATE_MODULES: readonly SeparateModule[] = SOURCES.map((source) => ({
  source,
  file: `./${basename(source, '.ts')}.cjs`,
}));

export const separateModule: Plugin = {
  name: 'separate-module',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ kind, path }) => {
      if (kind !== 'dynamic-import') return undefined;
      const separate = SEPARATE_MODULES.find(({ source }) => basename(source) === basename(path));
      return separate && { path: separate.file, external: true };
    });
  },
};
