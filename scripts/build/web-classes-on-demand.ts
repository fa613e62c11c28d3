// An esbuild plugin that puts off loading Node.js's fetch (undici) until something needs a real Request, Response or
// Headers. @hono/node-server extends these classes when it is loaded and hardly ever makes one: its own light ones
// carry every request and answer of vend. Loading undici takes longer than hono, jose and zod together.
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const NAMESPACE = 'web-classes-on-demand';

const STAND_INS = `
const lazyGlobals = ['Request', 'Response', 'Headers'];
const nativeOf = (name, lazy) => {
  if (!lazy.get) return lazy.value;
  const now = Object.getOwnPropertyDescriptor(globalThis, name);
  const native = lazy.get.call(globalThis); // Node.js then puts the native class into the global, whoever is there
  if (!now.get) Object.defineProperty(globalThis, name, now);
  return native;
};
function standIn(name) {
  const lazy = Object.getOwnPropertyDescriptor(globalThis, name);
  let native;
  const load = () => {
    if (native) return native;
    native = nativeOf(name, lazy);
    Object.setPrototypeOf(StandIn, native);
    Object.setPrototypeOf(StandIn.prototype, native.prototype);
    return native;
  };
  function StandIn(...args) {
    return Reflect.construct(load(), args, new.target === StandIn ? native : new.target);
  }
  Object.defineProperty(StandIn, Symbol.hasInstance, {
    value(one) {
      const isOwn = Function.prototype[Symbol.hasInstance].call(this, one);
      return isOwn || (this === StandIn && native !== undefined && one instanceof native);
    },
  });
  return StandIn;
}
const standIns = Object.fromEntries(lazyGlobals.map((name) => [name, standIn(name)]));
const Headers = standIns.Headers;
const web = new Proxy(globalThis, { get: (all, name) => (Object.hasOwn(standIns, name) ? standIns[name] : all[name]) });
module.exports = { Headers, web };
`;

const SHADOW = `import { Headers, web as global, web as globalThis } from '${NAMESPACE}';\n`;

export const webClassesOnDemand: Plugin = {
  name: NAMESPACE,
  setup(build) {
    build.onResolve({ filter: new RegExp(`^${NAMESPACE}$`) }, ({ path }) => ({ path, namespace: NAMESPACE }));
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, () => ({ contents: STAND_INS, loader: 'js' }));
    build.onLoad({ filter: /@hono\/node-server\/dist\/index\.mjs$/ }, async ({ path }) => ({
      contents: SHADOW + (await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
};
