// An esbuild plugin that evaluates some packages later: the SDKs load them at once, and a vend hardly ever uses them. The
// packages stay whole and in the bundle; they are evaluated when a member is first used. Packages that no code path uses are
// left out.
import type { Plugin } from 'esbuild';

/** Imported by the STS SDK's runtime for web sockets, proxies, XML answers, dates and its own credential chain. */
const LAZY_PACKAGES = [
  '@alicloud/credentials',
  'http-proxy-agent',
  'https-proxy-agent',
  'lodash',
  'moment',
  'ws',
  'xml2js',
];

/**
 * socks-proxy-agent: only the SDK's web socket client uses it, for a proxy that nothing configures; 73 KB of the download.
 * supports-color: `debug` uses it where another package has installed it, and works without. Here a development tool
 * installs it, and the packages of such tools do not belong in a bundle.
 */
const ABSENT_PACKAGES = ['socks-proxy-agent', 'supports-color'];

/** commander starts programs of their own for subcommands, which `stint` has none of: 2 ms of every start. */
const CHILD_PROCESS = /^node:child_process$/;
const COMMANDER = /[\\/]node_modules[\\/]commander[\\/]/;

const NAMESPACE = 'lazy-package';
const ABSENT = 'absent-package';

/**
 * Stands for a CommonJS module. It calls itself an ES module so that TypeScript's import helpers keep the object
 * instead of copying its members, which would be a use.
 */
const lazyModule = (name: string): string => `
let real;
const load = () => (real ??= require(${JSON.stringify(name)}));
module.exports = new Proxy({}, {
  get(_, member) {
    if (member === '__esModule') return true;
    const module = load();
    return member === 'default' && !module.__esModule ? module : module[member];
  },
  has: (_, member) => member === '__esModule' || member in load(),
});`;

const absentModule = (name: string): string => `
module.exports = new Proxy({}, {
  get(_, member) {
    if (member === '__esModule') return true;
    throw new Error(${JSON.stringify(`${name} is not in the bundle`)});
  },
});`;

export const lazyPackages: Plugin = {
  name: NAMESPACE,
  setup(build) {
    const filter = new RegExp(`^(?:${LAZY_PACKAGES.join('|')})$`);
    const absent = new RegExp(`^(?:${ABSENT_PACKAGES.join('|')})$`);
    build.onResolve({ filter: CHILD_PROCESS }, ({ path, importer, resolveDir }) =>
      COMMANDER.test(importer) ? { path, namespace: NAMESPACE, pluginData: resolveDir } : undefined,
    );
    build.onResolve({ filter: absent }, ({ path }) => ({ path, namespace: ABSENT }));
    build.onLoad({ filter: /.*/, namespace: ABSENT }, ({ path }) => ({
      contents: absentModule(path),
      loader: 'js',
    }));
    build.onResolve({ filter }, ({ path, namespace, resolveDir }) =>
      namespace === NAMESPACE ? undefined : { path, namespace: NAMESPACE, pluginData: resolveDir },
    );
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path, pluginData }) => ({
      contents: lazyModule(path),
      loader: 'js',
      resolveDir: pluginData,
    }));
  },
};
