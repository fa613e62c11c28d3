// The command as a process of its own, behind a proxy.
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startCliDeployment } from '../support/cli-deployment.ts';
import { listenHere } from '../support/loopback.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';

const BIN = fileURLToPath(new URL('../../clients/cli/bin.mjs', import.meta.url));

/** Remembers which hosts it is asked for, and reaches none of them. */
async function startProxy() {
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(String(request.url));
    response.writeHead(502).end();
  });
  proxy.on('connect', ({ url }, socket) => {
    asked.push(String(url));
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  const { url } = await listenHere(proxy);
  return { asked, url };
}

function stint(argv: readonly string[], env: Readonly<Record<string, string>>) {
  const folder = testFolder().path;
  const { PATH = '' } = process.env;
  return new Promise<{ readonly exitCode: unknown; readonly notes: string }>((resolve) => {
    execFile(
      process.execPath,
      [BIN, ...argv],
      { cwd: folder, env: { PATH, HOME: folder, XDG_STATE_HOME: folder, ...env } },
      (error, _, notes) => resolve({ exitCode: error?.code ?? 0, notes }),
    );
  });
}

const login = (url: string, env: Readonly<Record<string, string>>) =>
  stint(['login', '--device', '--url', url], env);

describe('stint behind a proxy', () => {
  it.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'ALL_PROXY', 'all_proxy'])(
    'asks a deployment through %s',
    async (name) => {
      const proxy = await startProxy();
      const { exitCode, notes } = await login('https://stint.example.com', { [name]: proxy.url });
      expect(proxy.asked).toEqual(['stint.example.com:443']);
      expect([exitCode, notes]).toEqual([3, expect.stringContaining('cannot be reached')]);
    },
  );

  it('takes a proxy without a scheme for one of HTTP, as curl does', async () => {
    const proxy = await startProxy();
    await login('https://stint.example.com', { HTTPS_PROXY: proxy.url.replace('http://', '') });
    expect(proxy.asked).toEqual(['stint.example.com:443']);
  });

  it('prefers the proxy of the scheme to the one for all, of whatever kind that is', async () => {
    const proxy = await startProxy();
    const env = { HTTPS_PROXY: proxy.url, ALL_PROXY: 'socks5://127.0.0.1:1080' };
    await login('https://stint.example.com', env);
    expect(proxy.asked).toEqual(['stint.example.com:443']);
  });

  it('asks nobody through it whom NO_PROXY names', async () => {
    const proxy = await startProxy();
    await login('https://stint.invalid', { HTTPS_PROXY: proxy.url, NO_PROXY: 'stint.invalid' });
    expect(proxy.asked).toEqual([]);
  });

  it('reaches this machine without it', async () => {
    const proxy = await startProxy();
    const deployment = await startCliDeployment();
    deployment.deviceAnswer = { interval: 1, expires_in: 1 };
    const env = { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url };
    expect((await login(deployment.url, env)).notes).toContain('enter the code');
    expect(proxy.asked).toEqual([]);
  });

  it.each([
    ['HTTPS_PROXY', 'nonsense'],
    ['HTTP_PROXY', 'socks5://127.0.0.1:1080'],
    ['ALL_PROXY', 'socks5://127.0.0.1:1080'],
  ])('says so when %s is %s', async (name, proxy) => {
    const { exitCode, notes } = await login('https://stint.example.com', { [name]: proxy });
    expect([exitCode, notes]).toEqual([
      2,
      expect.stringContaining(`${name} must be the URL of an HTTP proxy`),
    ]);
  });

  it('does what needs none, whatever the proxy is', async () => {
    const { exitCode } = await stint(['--help'], { HTTPS_PROXY: 'socks5://127.0.0.1:1080' });
    expect(exitCode).toBe(0);
  });

  it('is examined by stint doctor through it, and the services of the cloud without it', async () => {
    const proxy = await startProxy();
    const nowhere = 'http://127.0.0.1:9';
    const { notes } = await stint(['doctor'], {
      HTTPS_PROXY: proxy.url,
      STINT_REGION: 'cn-hangzhou',
      STINT_PUBLIC_URL: 'https://stint.invalid',
      STINT_TABLESTORE_INSTANCE: 'stint',
      STINT_TABLESTORE_ENDPOINT: nowhere,
      STINT_STS_ENDPOINT: 'https://sts.invalid',
      STINT_RAM_ENDPOINT: nowhere,
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'id',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret',
    });
    expect(new Set(proxy.asked)).toEqual(new Set(['stint.invalid:443']));
    expect(notes).toContain('HTTPS_PROXY is not used for Tablestore and RAM');
  });

  it('says that Tablestore is asked without it', async () => {
    const env = {
      HTTPS_PROXY: 'http://127.0.0.1:9',
      STINT_TABLESTORE_ENDPOINT: 'http://127.0.0.1:9',
      STINT_TABLESTORE_INSTANCE: 'stint',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'id',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret',
    };
    const { notes } = await stint(['tables', 'create'], env);
    expect(notes).toContain('HTTPS_PROXY is not used for Tablestore and RAM');
  });
});
