// Guarantees: the local gateway isolates, starts, routes to and limits functions as Function Compute documents it.
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { type GatewayOptions, type LocalGateway, startGateway } from '../../../local/fc/gateway.ts';
import { freePort, listenNear, portOf } from '../../../local/fc/listen.ts';
import { ACCOUNT, type FakeDeployment, writeFakeDeployment } from './fake-function.ts';

const Echo = z.object({
  method: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  environment: z.record(z.string(), z.string()),
  cwd: z.string(),
  pid: z.number(),
  args: z.array(z.string()),
});
const PlatformError = z.strictObject({ RequestId: z.uuid(), Code: z.string(), Message: z.string() });
const HOUR_MS = 3_600_000;

let issued: string[] = [];
const sessionFor =
  (lifetimeMs: number): GatewayOptions['iamSession'] =>
  async (roleArn) => {
    issued.push(roleArn);
    return {
      accessKeyId: `STS.key${issued.length}`,
      accessKeySecret: 'secret',
      securityToken: 'token',
      expiration: new Date(Date.now() + lifetimeMs).toISOString(),
    };
  };

const lines: string[] = [];
function start(deployment: FakeDeployment, options: Partial<GatewayOptions> = {}): Promise<LocalGateway> {
  return startGateway({
    sYaml: deployment.sYaml,
    port: 0,
    host: '127.0.0.1',
    portTries: 1,
    overrides: { STINT_REGION: 'cn-shanghai' },
    iamSession: sessionFor(36 * HOUR_MS),
    stateDir: join(deployment.folder, 'state'),
    onLog: (_, line) => lines.push(line),
    ...options,
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** fetch refuses to send some headers and tidies paths; this sends exactly what is written. */
function send(url: string, headers: Record<string, string>, body?: () => Iterable<Buffer>, path?: string) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const outgoing = httpRequest(url, { method: body ? 'POST' : 'GET', headers, ...(path ? { path } : {}) });
    outgoing.on('response', (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    outgoing.on('error', reject);
    for (const chunk of body?.() ?? []) outgoing.write(chunk);
    outgoing.end();
  });
}

describe('a second custom domain', () => {
  it('leads to the same functions by routes of its own, and the first one does not have them', async () => {
    const deployment = writeFakeDeployment();
    const sYaml = join(deployment.folder, 's.second.yaml');
    const route = '{ routeConfig: { routes: [{ path: /*, functionName: stint-fake }] } }';
    writeFileSync(sYaml, `resources: { domain: { component: fc3-domain, props: ${route} } }\n`);
    const port = await freePort(0, '127.0.0.1');
    const gateway = await start(deployment, { moreDomains: [{ sYaml, port }] });
    onTestFinished(async () => {
      await gateway.close();
      deployment.remove();
    });
    const second = `http://127.0.0.1:${port}`;
    expect(JSON.parse((await send(`${second}/anything`, {})).text)).toEqual({ own: true });
    expect((await send(`${second}/v1/echo`, {})).status).toBe(200);
    expect((await send(`${gateway.url}/anything`, {})).text).not.toContain('own');
    await gateway.close();
    await expect(send(second, {})).rejects.toThrow();
  });
});

describe('a function behind the gateway', () => {
  let deployment: FakeDeployment;
  let gateway: LocalGateway;
  beforeAll(async () => {
    process.env['STINT_CANARY'] = 'of the parent';
    deployment = writeFakeDeployment();
    gateway = await start(deployment);
  });
  afterAll(async () => {
    delete process.env['STINT_CANARY'];
    await gateway.close();
    deployment.remove();
  });
  const echo = async (headers: Record<string, string> = {}, path = '/v1/echo') =>
    Echo.parse(JSON.parse((await send(`${gateway.url}${path}`, headers)).text));

  it('gets its own environment and the platform variables, and nothing of the parent', async () => {
    const { environment } = await echo();
    expect(environment).toEqual({
      STINT_LOG_LEVEL: 'info',
      STINT_REGION: 'cn-shanghai',
      STINT_PUBLIC_URL: gateway.url,
      FC_ACCOUNT_ID: ACCOUNT,
      FC_CUSTOM_LISTEN_PORT: expect.stringMatching(/^\d+$/),
      FC_FUNC_CODE_PATH: deployment.codeFolder,
      FC_FUNCTION_MEMORY_SIZE: '512',
      FC_FUNCTION_NAME: 'stint-fake',
      FC_INSTANCE_ID: expect.stringMatching(/^c-/),
      FC_REGION: 'cn-shanghai',
    });
  });

  it('runs in its code folder with the arguments of s.yaml', async () => {
    const { cwd, args } = await echo();
    expect(realpathSync(cwd)).toBe(realpathSync(deployment.codeFolder));
    expect(args).toEqual([join(deployment.codeFolder, 'index.cjs')]);
  });

  it('gets method, path and query as the client sent them', async () => {
    expect(await echo({}, '/v1/echo?a=%2F&a=2')).toMatchObject({ method: 'GET', url: '/v1/echo?a=%2F&a=2' });
  });

  it('gets the role credentials and the invocation in x-fc headers', async () => {
    const { headers } = await echo();
    expect(headers).toMatchObject({
      'x-fc-access-key-id': expect.stringMatching(/^STS\./),
      'x-fc-access-key-secret': 'secret',
      'x-fc-security-token': 'token',
      'x-fc-function-name': 'stint-fake',
      'x-fc-region': 'cn-shanghai',
      'x-fc-account-id': ACCOUNT,
    });
    expect(z.uuid().safeParse(headers['x-fc-request-id']).success).toBe(true);
    expect(issued.every((role) => role === `acs:ram::${ACCOUNT}:role/stint-fake`)).toBe(true);
  });

  it.each([
    'x-fc-access-key-id',
    'X-Fc-Request-Id',
    'x-fc-invocation-type',
    'X-FC-Client-Ip',
    'x-fc-anything',
  ])('never sees a client’s %s', async (name) => {
    const { headers } = await echo({ [name]: 'forged', 'x-other': 'kept' });
    expect(Object.values(headers)).not.toContain('forged');
    expect(headers['x-other']).toBe('kept');
  });

  it('asks for role credentials once while they live', async () => {
    issued = [];
    await echo();
    await echo();
    expect(issued).toEqual([]);
  });

  it('may not set platform headers in its response', async () => {
    const response = await fetch(`${gateway.url}/v1/headers`);
    expect(response.status).toBe(201);
    expect(response.headers.get('x-own')).toBe('kept');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('x-fc-status')).toBeNull();
    expect(response.headers.get('server')).toBeNull();
    expect(response.headers.get('date')).not.toBe('never');
    expect(z.uuid().safeParse(response.headers.get('x-fc-request-id')).success).toBe(true);
  });

  it('runs at most instanceConcurrency requests at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => fetch(`${gateway.url}/v1/busy`).then((response) => response.json())),
    );
    expect(Math.max(...answers.map((answer) => z.object({ most: z.number() }).parse(answer).most))).toBe(2);
  });

  const filler = (bytes: number) => 'a'.repeat(bytes);
  it.each([
    ['headers over 8 KB', () => send(`${gateway.url}/v1/echo`, { 'x-long': filler(8200) })],
    [
      'many headers over 8 KB together',
      () => send(`${gateway.url}/v1/echo`, { a: filler(4100), b: filler(4100) }),
    ],
    ['a path over 4 KB', () => send(`${gateway.url}/v1/echo/${filler(4100)}`, {})],
    ['a query over 4 KB', () => send(`${gateway.url}/v1/echo?q=${filler(4100)}`, {})],
    ['a path that is none', () => send(gateway.url, {}, undefined, 'http://elsewhere/v1/echo')],
    [
      'a declared body over 32 MB',
      () => send(`${gateway.url}/v1/size`, { 'content-length': String(32 * 1024 * 1024 + 1) }, () => []),
    ],
  ])('is not reached by %s: 400 InvalidArgument', async (_, request) => {
    const { status, text } = await request();
    expect(status).toBe(400);
    expect(PlatformError.parse(JSON.parse(text)).Code).toBe('InvalidArgument');
  });

  it('is reached by what is just within the limits', async () => {
    expect((await send(`${gateway.url}/v1/echo?q=${filler(4000)}`, { 'x-long': filler(7900) })).status).toBe(
      200,
    );
  });

  it('gets a body streamed in pieces, and the platform cuts one over 32 MB', async () => {
    const MIB = Buffer.alloc(1024 * 1024);
    const pieces = (count: number) => () => Array.from({ length: count }, () => MIB);
    const chunked = { 'transfer-encoding': 'chunked' };
    const within = await send(`${gateway.url}/v1/size`, chunked, pieces(3));
    expect(JSON.parse(within.text)).toEqual({ bytes: 3 * MIB.length });
    const over = await send(`${gateway.url}/v1/size`, chunked, pieces(33));
    expect(over.status).toBe(400);
    expect(PlatformError.parse(JSON.parse(over.text)).Code).toBe('InvalidArgument');
  });

  it('answers itself for a path under its route that it does not know', async () => {
    const response = await fetch(`${gateway.url}/v1/unknown`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ own: true });
  });

  it.each([
    ['an unrouted path', 'GET', '/other', 404, 'DomainRouteNotFound'],
    ['a route for another method', 'GET', '/only-post', 404, 'DomainRouteNotFound'],
    ['a route to a function that is not deployed', 'GET', '/nobody', 404, 'DomainRouteNotFound'],
    ['a method that the trigger does not take', 'DELETE', '/v1/echo', 403, 'AccessDenied'],
  ])('is not reached by %s', async (_, method, path, status, code) => {
    const response = await fetch(`${gateway.url}${path}`, { method });
    expect(response.status).toBe(status);
    expect(PlatformError.parse(await response.json()).Code).toBe(code);
  });

  it('has its timeout: a request without an answer ends in 504 and the next one works', async () => {
    const response = await fetch(`${gateway.url}/v1/silent`);
    expect(response.status).toBe(504);
    expect(PlatformError.parse(await response.json()).Code).toBe('FunctionTimeout');
    await echo();
  });

  it('is started again after a crash, and the request it died on gets 502', async () => {
    const before = await echo();
    const crash = await fetch(`${gateway.url}/v1/crash`);
    expect(crash.status).toBe(502);
    expect(crash.headers.get('x-fc-error-type')).toBe('UnhandledInvocationError');
    expect((await echo()).pid).not.toBe(before.pid);
    await expect(fetch(`${gateway.url}/v1/half`).then((response) => response.text())).rejects.toThrow();
    await echo();
  });

  it('has its output in the log file and the callback', () => {
    expect(lines).toContain('started with 2 arguments');
    expect(readFileSync(join(deployment.folder, 'state/logs/fake.log'), 'utf8')).toContain(
      'started with 2 arguments\n',
    );
  });

  it('is not reached by bytes that are not HTTP', async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1', () =>
        socket.write('nonsense\r\n\r\n'),
      );
      socket.on('data', (data) => resolve(data.toString()));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 .*"Code":"InvalidArgument"/s);
  });
});

describe('the gateway', () => {
  it('leaves no process behind, not even one that ignores SIGTERM', async () => {
    const deployment = writeFakeDeployment("STINT_STUBBORN: 'yes'");
    const gateway = await start(deployment);
    const { pid } = Echo.parse(await (await fetch(`${gateway.url}/v1/echo`)).json());
    expect(isAlive(pid)).toBe(true);
    await gateway.close();
    expect(isAlive(pid)).toBe(false);
    await expect(fetch(gateway.url)).rejects.toThrow();
    deployment.remove();
  });

  it('renews role credentials that are about to end', async () => {
    const deployment = writeFakeDeployment();
    const gateway = await start(deployment, { iamSession: sessionFor(HOUR_MS / 4) });
    issued = [];
    await (await fetch(`${gateway.url}/v1/echo`)).text();
    await (await fetch(`${gateway.url}/v1/echo`)).text();
    expect(issued).toHaveLength(2);
    await gateway.close();
    deployment.remove();
  });

  it('sets the client address header only when it is configured, over the client’s own', async () => {
    const deployment = writeFakeDeployment();
    const gateway = await start(deployment, { clientIpHeader: 'x-client-ip' });
    const { headers } = Echo.parse(
      JSON.parse((await send(`${gateway.url}/v1/echo`, { 'X-Client-Ip': '192.0.2.1' })).text),
    );
    expect(headers['x-client-ip']).toBe('127.0.0.1');
    await gateway.close();
    deployment.remove();
  });

  it.each([
    ['dies while it starts', undefined, 'process.exit(7)', /exit code 7/],
    ['sets a reserved variable', "FC_REGION: 'mine'", undefined, /reserved/],
    ['has more than 4 KB of environment', `STINT_LONG: '${'a'.repeat(4096)}'`, undefined, /at most 4096/],
  ])('refuses to start a function that %s', async (_, environment, code, message) => {
    const deployment = writeFakeDeployment(environment, code);
    await expect(start(deployment)).rejects.toThrow(message);
    deployment.remove();
    expect(existsSync(deployment.folder)).toBe(false);
  });

  it('takes the next free port, or says that the only one it may take is taken', async () => {
    const occupant = createServer();
    await listenNear(occupant, '127.0.0.1', 0, 1);
    const taken = portOf(occupant);
    const deployment = writeFakeDeployment();
    await expect(start(deployment, { port: taken })).rejects.toThrow(`port ${taken} is taken`);
    const gateway = await start(deployment, { port: taken, portTries: 20 });
    expect(Number(new URL(gateway.url).port)).toBeGreaterThan(taken);
    await gateway.close();
    occupant.close();
    deployment.remove();
  });
});
