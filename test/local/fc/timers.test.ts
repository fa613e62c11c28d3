// Guarantees: the local Function Compute calls a function by its timer as the platform does, and by nothing else.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startGateway } from '../../../local/fc/gateway.ts';
import { intervalOf } from '../../../local/fc/timers.ts';
import { type FakeDeployment, writeFakeDeployment } from './fake-function.ts';

/** Writes each request into a file beside its code. */
const RECORDER = `
const { createServer } = require('node:http');
const { appendFileSync } = require('node:fs');
createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { method, url, headers } = request;
  appendFileSync(__dirname + '/calls', JSON.stringify({ method, url, headers, body }) + '\\n');
  response.end('{}');
}).listen(process.env.FC_CUSTOM_LISTEN_PORT, '0.0.0.0');
`;
const HTTP_TRIGGER =
  /- \{ triggerName: http, triggerType: http, triggerConfig: \{ authType: anonymous, methods: \[GET, POST\] \} \}/;

function withTimer(trigger: string): FakeDeployment {
  const deployment = writeFakeDeployment("STINT_LOG_LEVEL: 'info'", RECORDER);
  const text = readFileSync(deployment.sYaml, 'utf8');
  const timed = text.replace(
    HTTP_TRIGGER,
    `- { triggerName: hourly, triggerType: timer, triggerConfig: ${trigger} }`,
  );
  expect(timed).not.toBe(text);
  writeFileSync(deployment.sYaml, timed);
  return deployment;
}

async function start(deployment: FakeDeployment) {
  const gateway = await startGateway({
    sYaml: deployment.sYaml,
    port: 0,
    host: '127.0.0.1',
    portTries: 1,
    overrides: {},
    iamSession: async () => ({
      accessKeyId: 'STS.key',
      accessKeySecret: 'secret',
      securityToken: 'token',
      expiration: new Date(Date.now() + 3_600_000).toISOString(),
    }),
    stateDir: join(deployment.folder, 'state'),
    onLog: () => undefined,
  });
  onTestFinished(async () => {
    await gateway.close();
    deployment.remove();
  });
  return gateway;
}

const callsOf = ({ codeFolder }: FakeDeployment) =>
  readFileSync(join(codeFolder, 'calls'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('a function with a timer', () => {
  it('is called at POST /invoke with the event, the credentials of its role, and the control path of events', async () => {
    const deployment = withTimer("{ enable: true, cronExpression: '@every 60m', payload: 'text' }");
    await start(deployment);
    const [call] = await vi.waitUntil(
      () => {
        try {
          return callsOf(deployment);
        } catch {
          return undefined;
        }
      },
      { timeout: 20_000 },
    );
    expect(call).toMatchObject({
      method: 'POST',
      url: '/invoke',
      headers: { 'x-fc-access-key-id': 'STS.key', 'x-fc-control-path': '/invoke' },
    });
    expect(JSON.parse(call.body)).toEqual({
      triggerName: 'hourly',
      triggerTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      payload: 'text',
    });
  });

  it('takes no request of HTTP, even if a route leads to it', async () => {
    const deployment = withTimer("{ enable: false, cronExpression: '@every 60m' }");
    const gateway = await start(deployment);
    expect((await fetch(`${gateway.url}/v1/echo`)).status).toBe(403);
    expect(() => callsOf(deployment)).toThrow('ENOENT');
  });
});

it('reads an interval, and refuses what it cannot keep', () => {
  expect(intervalOf('@every 60m')).toBe(3_600_000);
  for (const text of ['@every 0m', '@every 1h', '0 0 4 * * *', ''])
    expect(() => intervalOf(text)).toThrow('the local timers know');
});
