// A deployment of one tiny function, written into a temporary folder: what the gateway is tested with.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ACCOUNT = '1234567890123456';

const FUNCTION = `
const http = require('node:http');
let running = 0, most = 0;
const json = (response, value) => response.end(JSON.stringify(value));
const routes = {
  '/v1/echo': (request, response) => json(response, {
    method: request.method, url: request.url, headers: request.headers, rawHeaders: request.rawHeaders,
    environment: process.env, cwd: process.cwd(), pid: process.pid, args: process.argv.slice(1),
  }),
  '/v1/size': (request, response) => {
    let bytes = 0;
    request.on('data', (chunk) => { bytes += chunk.length; }).on('end', () => json(response, { bytes }));
  },
  '/v1/crash': () => process.exit(3),
  '/v1/half': (request, response) => { response.write('half'); setImmediate(() => process.exit(3)); },
  '/v1/silent': () => {},
  '/v1/busy': (request, response) => {
    most = Math.max(most, ++running);
    setTimeout(() => { running--; json(response, { most }); }, 20);
  },
  '/v1/headers': (request, response) => {
    response.writeHead(201, { 'x-fc-request-id': 'forged', 'x-fc-status': '404', server: 'mine', 'x-own': 'kept',
      date: 'never', 'set-cookie': ['a=1', 'b=2'], connection: 'close' });
    response.end();
  },
};
const server = http.createServer((request, response) => {
  const route = routes[request.url.split('?')[0]];
  if (route) route(request, response); else { response.statusCode = 404; json(response, { own: true }); }
});
server.keepAliveTimeout = 0;
server.listen(Number(process.env.FC_CUSTOM_LISTEN_PORT), '0.0.0.0');
console.log('started with', process.argv.length, 'arguments');
if (process.env.STINT_STUBBORN === 'yes') process.on('SIGTERM', () => {});
`;

const sYaml = (environment: string) => `
edition: 3.0.0
name: fake
resources:
  fake:
    component: fc3
    props:
      region: \${env('STINT_REGION', 'cn-hangzhou')}
      functionName: stint-fake
      runtime: custom.debian11
      code: ./code
      customRuntimeConfig: { command: [/opt/nodejs22/bin/node], args: [/code/index.cjs], port: 9000 }
      instanceConcurrency: 2
      memorySize: 512
      timeout: 1
      role: acs:ram::${ACCOUNT}:role/stint-fake
      environmentVariables:
        STINT_REGION: \${env('STINT_REGION', 'cn-hangzhou')}
        STINT_PUBLIC_URL: \${env('STINT_PUBLIC_URL', 'unset')}
        ${environment}
      triggers:
        - { triggerName: http, triggerType: http, triggerConfig: { authType: anonymous, methods: [GET, POST] } }
  domain:
    component: fc3-domain
    props:
      routeConfig:
        routes:
          - { path: /v1/*, functionName: stint-fake }
          - { path: /only-post, functionName: stint-fake, methods: [POST] }
          - { path: /nobody, functionName: not-deployed }
`;

export interface FakeDeployment {
  readonly folder: string;
  readonly codeFolder: string;
  readonly sYaml: string;
  remove(): void;
}

export function writeFakeDeployment(
  environment = "STINT_LOG_LEVEL: 'info'",
  code = FUNCTION,
): FakeDeployment {
  const folder = mkdtempSync(join(tmpdir(), 'stint-fc-'));
  const codeFolder = join(folder, 'code');
  mkdirSync(codeFolder);
  writeFileSync(join(codeFolder, 'index.cjs'), code);
  writeFileSync(join(folder, 's.yaml'), sYaml(environment));
  return {
    folder,
    codeFolder,
    sYaml: join(folder, 's.yaml'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
