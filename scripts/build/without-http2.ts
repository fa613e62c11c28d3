// An esbuild plugin that leaves HTTP/2 out of @hono/node-server. Function Compute speaks HTTP/1.1 to the custom runtime,
// and loading node:http2 takes longer than all of hono.
import type { Plugin } from 'esbuild';

const NAMESPACE = 'without-http2';

/** No request is an instance of this class, so none of the code behind the question runs. */
const STAND_IN = 'export class Http2ServerRequest {}\nexport const constants = {};';

export const withoutHttp2: Plugin = {
  name: NAMESPACE,
  setup(build) {
    build.onResolve({ filter: /^node:http2$/ }, ({ path }) => ({ path, namespace: NAMESPACE }));
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, () => ({ contents: STAND_IN, loader: 'js' }));
  },
};
