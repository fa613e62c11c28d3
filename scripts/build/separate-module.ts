// An esbuild plugin that keeps modules which most deployments never need in files beside the bundle, where they are read on
// first use: the CEL library for grants with a condition, the checks of client certificates, DPoP proofs and caller proofs,
// OpenTelemetry, and the SDK of KMS.
import { basename } from 'node:path';
import type { Plugin } from 'esbuild';

/** The code loads each of them by import(). */
const SOURCES = [
  'shared/rules/conditions/compile-condition.ts',
  'shared/pipeline/authenticate/certificate/authenticate-certificate.ts',
  'shared/pipeline/authenticate/aliyun/authenticate-aliyun.ts',
  'shared/pipeline/authenticate/dpop/dpop-verifier.ts',
  'shared/adapters/alibaba-cloud/kms-data-keys.ts',
  'shared/adapters/open-telemetry.ts',
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
