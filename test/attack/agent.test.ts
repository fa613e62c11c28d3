// Against web pages, proxies, other users and other programs of the machine: the agent gives credentials only to programs of
// its user that know its secret, tells the secret to nobody, and is not kept from answering by those who do not know it.
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { environmentLines } from '../../clients/cli/agent/describe-agent.ts';
import { metadataWire } from '../../clients/cli/agent/metadata-wire.ts';
import { ok } from '../../shared/kernel/result.ts';
import { AGENT_SECRET, askAgent, startAgent, vended } from '../support/agent.ts';
import { startLoopback } from '../support/loopback.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';

const PATH = `/${AGENT_SECRET}/media-uploader`;
const OSS_PATH = `/${AGENT_SECRET}/oss/media-uploader`;

describe('a request that is no program’s own', () => {
  /**
   * @attack Web page that reads credentials by DNS rebinding
   * @removed the comparison of `Host`
   * @failed 5 of 75: is refused for the host "attacker.example": `expected [ 400, 421 ] to include 200`
   */
  it.each(['attacker.example', 'attacker.example:80', '127.0.0.1:1', '127.0.0.1.attacker.example', '[::1]'])(
    'is refused for the host %j',
    async (host) => {
      const { port } = await startAgent();
      const { status, body } = await askAgent(port, { headers: { host } });
      expect([400, 421]).toContain(status);
      expect(body).not.toContain('canary');
    },
  );

  it.each(['127.0.0.1', 'localhost', 'LOCALHOST'])(
    'is answered for %s, with and without the port',
    async (name) => {
      const { port } = await startAgent();
      expect((await askAgent(port, { headers: { host: name } })).status).toBe(200);
      expect((await askAgent(port, { headers: { host: `${name}:${port}` } })).status).toBe(200);
    },
  );

  /**
   * @attack Web page, or request that a proxy or a server forwards (SSRF)
   * @removed the refusal of the headers that browsers and proxies send
   * @failed 10 of 75: is refused with origin: `expected 200 to be 403`
   */
  it.each([
    ['origin', 'https://attacker.example'],
    ['origin', 'null'],
    ['sec-fetch-site', 'cross-site'],
    ['x-forwarded-for', '203.0.113.9'],
    ['x-forwarded-for', ''],
    ['x-forwarded-host', 'attacker.example'],
    ['x-real-ip', '203.0.113.9'],
    ['forwarded', 'for=203.0.113.9'],
    ['via', '1.1 proxy'],
  ])('is refused with %s: %s', async (name, value) => {
    const { port } = await startAgent();
    for (const path of [PATH, OSS_PATH, '/aws/media-uploader', '/healthz']) {
      const { status, body } = await askAgent(port, {
        path,
        headers: { [name]: value, authorization: AGENT_SECRET },
      });
      expect(status).toBe(403);
      expect(body).not.toContain('canary');
    }
  });

  it('is refused with a body, and with a target that is a whole URL', async () => {
    const { port } = await startAgent();
    expect((await askAgent(port, { headers: { 'content-length': '1000000' } })).status).toBe(413);
    expect((await askAgent(port, { path: `http://127.0.0.1:${port}${PATH}` })).status).toBe(404);
  });
});

describe('the metadata service', () => {
  /**
   * @attack Server that can be made to send any GET, and asks the agent’s metadata service (SSRF)
   * @removed the demand for a token
   * @failed 2 of 33: gives nothing to a GET without a token: `expected 200 to be 403`
   */
  it.each(['ram', 'Ram'])('gives nothing to a GET without a token, below /%s/', async (ram) => {
    const { port } = await startAgent({ more: (roles) => [metadataWire(roles, false)] });
    for (const name of ['', 'media-uploader']) {
      const path = `/latest/meta-data/${ram}/security-credentials/${name}`;
      const { status, body } = await askAgent(port, { path });
      expect(status).toBe(403);
      expect(body).not.toMatch(/canary|media/);
    }
  });
});

describe('a program that does not know the secret', () => {
  /**
   * @attack Program that guesses the path of the agent
   * @removed the comparison of the secret
   * @failed 19 of 75: gets nothing with an empty one: `expected 200 to be 404`
   */
  it.each([
    ['none', '/media-uploader'],
    ['an empty one', '//media-uploader'],
    ['another one', `/${'a'.repeat(AGENT_SECRET.length)}/media-uploader`],
    ['the beginning of it', `/${AGENT_SECRET.slice(0, -1)}/media-uploader`],
    ['more than it', `/${AGENT_SECRET}x/media-uploader`],
    ['it in upper case', `/${AGENT_SECRET.toUpperCase()}/media-uploader`],
    ['it as a query', `/x/media-uploader?${AGENT_SECRET}`],
  ])('gets nothing with %s', async (_name, path) => {
    const { port } = await startAgent();
    const { status, body } = await askAgent(port, { path });
    expect(status).toBe(404);
    expect(body).toBe('not found\n');
  });

  /**
   * @attack Program that guesses the path of the authorization server for phones
   * @removed the comparison of the secret in the OSS SDKs' wire
   * @failed 3 of 38: gets nothing for a phone with an empty one: `expected [ 200, …(1) ] to deeply equal [ 404, 'not found' ]`
   */
  it.each([
    ['none', '/oss/media-uploader'],
    ['an empty one', '//oss/media-uploader'],
    ['another one', `/${'a'.repeat(AGENT_SECRET.length)}/oss/media-uploader`],
    ['the beginning of it', `/${AGENT_SECRET.slice(0, -1)}/oss/media-uploader`],
    ['it behind the name', `/oss/${AGENT_SECRET}/media-uploader`],
  ])('gets nothing for a phone with %s, and does not learn which roles there are', async (_name, path) => {
    const { port } = await startAgent();
    for (const role of [path, path.replace('media-uploader', 'other')]) {
      const { status, body } = await askAgent(port, { path: role });
      expect([status, body]).toEqual([404, 'not found\n']);
    }
  });
});

/** Only root may start a process of another user, and only Linux says who connects. */
const canBeNobody = process.platform === 'linux' && process.getuid?.() === 0;

const NOBODY = 65_534;

/** Of ports that no system gives to a program by itself. */
const [LOWEST_PORT, HIGHEST_PORT] = [12_000, 30_000];

/** The status that a program of the user gets. */
function statusFor(uid: number, port: number): Promise<string> {
  const script = `fetch('http://127.0.0.1:${port}${PATH}').then(({ status }) => console.log(status))`;
  return new Promise((resolve) => {
    execFile(process.execPath, ['-e', script], { uid, gid: uid, cwd: '/' }, (_, out) => resolve(out.trim()));
  });
}

describe('another user of the machine', () => {
  /**
   * @attack Other user of the machine who has learnt the URI
   * @removed the look-up of whose program connects
   * @failed 2 of 75: gets nothing, even with the secret: `expected '200' to be '403'`
   */
  it.skipIf(!canBeNobody)(
    'gets nothing, even with the secret, unless the agent is told to serve them',
    async () => {
      const { port } = await startAgent();
      expect(await statusFor(NOBODY, port)).toBe('403');
      expect((await askAgent(port)).status).toBe(200);
      const shared = await startAgent({ users: [NOBODY] });
      expect(await statusFor(NOBODY, shared.port)).toBe('200');
      expect(await statusFor(NOBODY - 1, shared.port)).toBe('403');
    },
  );

  /**
   * @attack Other user who takes over the port of a program that the agent has just served
   * @removed the reading of the table after the connection has asked: an earlier one counted
   * @failed 1 of 96: is not taken for the program that had the same port before: `expected '200' to be '403'`
   */
  it.skipIf(!canBeNobody)('is not taken for the program that had the same port before', async () => {
    const { port } = await startAgent();
    const from = randomInt(LOWEST_PORT, HIGHEST_PORT);
    const socket = connect({ host: '127.0.0.1', port, localPort: from });
    await once(socket, 'connect');
    socket.write(`GET ${PATH} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
    await once(socket, 'data');
    socket.resetAndDestroy();
    await once(socket, 'close');
    const script = `const socket = require('node:net').connect({ host: '127.0.0.1', port: ${port}, localPort: ${from} }, () =>
      socket.write('GET ${PATH} HTTP/1.1\\r\\nhost: 127.0.0.1\\r\\nconnection: close\\r\\n\\r\\n'));
      socket.on('data', (data) => console.log(String(data).slice(9, 12))).on('error', (error) => console.log(error.code));`;
    const status = await new Promise<string>((resolve) => {
      execFile(process.execPath, ['-e', script], { uid: NOBODY, gid: NOBODY, cwd: '/' }, (_, out) =>
        resolve(out.trim().slice(0, 3)),
      );
    });
    expect(status).toBe('403');
  });
});

describe('a program that holds connections', () => {
  /**
   * @attack Other user of the machine who opens connections until the agent has none left
   * @removed the limit of other users’ connections
   * @failed 1 of 31: keeps few of them as another user: `expected 0 to be 168`
   */
  it.skipIf(!canBeNobody)('keeps few of them as another user', async () => {
    const { port } = await startAgent();
    // Those that are kept get an answer when their time is over; those that are not get none.
    const script = `let dropped = 0; let open = 200;
      for (let i = 0; i < 200; i++) {
        let heard = false;
        const socket = require('node:net').connect({ host: '127.0.0.1', port: ${port} });
        socket.on('data', () => { heard = true; }).on('error', () => undefined).on('close', () => {
          dropped += heard ? 0 : 1;
          if (--open === 0) console.log(dropped);
        });
      }`;
    const dropped = await new Promise<number>((resolve) => {
      execFile(process.execPath, ['-e', script], { uid: NOBODY, gid: NOBODY, cwd: '/' }, (_, out) =>
        resolve(Number(out)),
      );
    });
    expect(dropped).toBe(168);
    expect((await askAgent(port)).status).toBe(200);
  });

  /**
   * @attack Slow loris: connections that send nothing, or a header now and then
   * @removed the limits of time for a request
   * @failed 1 of 75: is cut off after seconds: `Test timed out in 60000ms`
   */
  it('is cut off after seconds, and others are answered meanwhile', async () => {
    const { port } = await startAgent();
    const held = Array.from({ length: 200 }, (_, i) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.on('error', () => undefined);
      if (i % 2 === 0) socket.write(`GET ${PATH} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: `);
      return socket;
    });
    expect((await askAgent(port)).status).toBe(200);
    await Promise.all(held.map((socket) => once(socket.resume(), 'close')));
    expect((await askAgent(port)).status).toBe(200);
  });

  it('gets no answer to headers that never end', async () => {
    const { port } = await startAgent();
    expect((await askAgent(port, { headers: { 'x-long': 'y'.repeat(20_000) } })).status).toBe(431);
  });
});

describe('secrets', () => {
  /**
   * @attack Secret of the agent that a program sends to the proxy of its environment
   * @removed the lines that leave the agent out of the proxy
   * @failed 3 of 42: are shown to no proxy of the environment: {"http_proxy":""}: `expected [ Array(1) ] to
   *   deeply equal []`
   */
  it.each([
    { http_proxy: '' },
    { http_proxy: '', NO_PROXY: 'corp.example' },
    { http_proxy: '', no_proxy: 'corp.example', NO_PROXY: '127.0.0.1' },
    { http_proxy: '', NO_PROXY: '*' },
  ])('are shown to no proxy of the environment: %j', async (variables) => {
    const { port } = await startAgent();
    const proxy = await startLoopback((_, response) => response.writeHead(502).end());
    const env = { ...variables, http_proxy: proxy.url, PATH: process.env['PATH'] };
    const secretFile = join(testFolder().path, 'secret');
    writeFileSync(secretFile, AGENT_SECRET);
    const agent = { pid: 1, address: '127.0.0.1', port, secretFile, aws: false, metadata: undefined };
    const lines = environmentLines({ ...agent, roles: ['media-uploader'] }, env);
    const script = [...lines, 'curl -s "$ALIBABA_CLOUD_CREDENTIALS_URI"'].join('\n');
    const answer = await new Promise<string>((resolve, reject) => {
      execFile('sh', ['-c', script], { env }, (error, out) => (error ? reject(error) : resolve(out)));
    });
    expect(proxy.requests).toEqual([]);
    expect(JSON.parse(answer)).toMatchObject({ Code: 'Success' });
  });

  it('are in no log of a renewal, whatever the deployment answers', async () => {
    const { renewals, roles } = await startAgent({ take: async () => ok(vended()) });
    await roles.get('media-uploader')?.get();
    await vi.waitFor(() => expect(renewals).toHaveLength(1));
    expect(JSON.stringify(renewals)).not.toContain('canary');
  });
});
