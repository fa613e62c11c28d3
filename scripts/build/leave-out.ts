// An esbuild plugin that leaves modules of the SDKs out of a bundle: those of which no line can run there. The packages stay whole
// in node_modules. Code that uses a module that is left out gets an error that names it: see the build's first vend, the e2e tests, and
// test/local/build/leave-out.test.ts.
import type { Plugin } from 'esbuild';

export interface LeftOut {
  /** The package that asks for the modules, by its folder below node_modules. */
  readonly importer: string;
  /** As the package's code names them. */
  readonly modules: readonly string[];
}

/**
 * Every call ends in our transport (shared/adapters/tablestore/tablestore-transport.ts), which takes the SDK's encoder, decoder and
 * signer: the SDK's own requests, events and retries do not run. No function asks in SQL or searches an index.
 */
export const TABLESTORE_UNUSED: LeftOut = {
  importer: 'tablestore',
  modules: [
    './event_listeners',
    './http',
    './http/node',
    './sql_generated.js',
    './request',
    './retry/default_retry_policy',
    './retry/retry_util',
    './search',
    './sql',
    'flatbuffers',
  ],
};

/** `vend` takes two models of the STS SDK (shared/adapters/alibaba-cloud/sts-client.ts), of whose runtime they use the class Model. */
export const STS_RUNTIME_UNUSED: readonly LeftOut[] = [
  {
    importer: '@darabonba/typescript',
    modules: ['./date', './file', './form', './func', './stream', './url', './websocket', './xml', 'httpx'],
  },
  { importer: '@alicloud/tea-typescript', modules: ['httpx'] },
];

const NAMESPACE = 'left-out';

/**
 * Calls itself an ES module, since TypeScript's import helpers would copy its members. A member may be fetched, as code does that
 * is evaluated at once: `const { flatbuffers } = require('flatbuffers')`. Any use of it fails.
 */
const standIn = (name: string): string => `
const fail = () => { throw new Error(${JSON.stringify(`${name} is not in the bundle`)}); };
const member = new Proxy(function () {}, { get: fail, set: fail, has: fail, apply: fail, construct: fail });
module.exports = new Proxy({}, { get: (_, name) => (name === '__esModule' ? true : member) });`;

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

export const leaveOut = (rules: readonly LeftOut[]): Plugin => ({
  name: NAMESPACE,
  setup({ onResolve, onLoad }) {
    for (const { importer, modules } of rules) {
      const inPackage = new RegExp(
        `[\\\\/]node_modules[\\\\/]${importer.split('/').map(literally).join('[\\\\/]')}[\\\\/]`,
      );
      onResolve({ filter: new RegExp(`^(?:${modules.map(literally).join('|')})$`) }, (asked) =>
        inPackage.test(asked.importer)
          ? { path: `${importer}: ${asked.path}`, namespace: NAMESPACE }
          : undefined,
      );
    }
    onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({ contents: standIn(path), loader: 'js' }));
  },
});
