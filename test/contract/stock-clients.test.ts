// Every stock client in every mode that it has, unmodified: it takes credentials of a role from Stint, and signs with them a
// request that the local cloud answers. What each test saw is a cell of docs/tested-clients.md. Where a language is missing, the
// skipped tests say what to install.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import * as z from 'zod';
import { stsClient } from '../e2e/cloud-clients.ts';
import { createCells, type Mode } from '../support/client-cells.ts';
import { ACCOUNT, credentials, signInWithAliyun } from '../support/cloudsso.ts';
import { OTHER_ACCOUNT } from '../support/cloudsso-world.ts';
import { press } from '../support/command-line.ts';
import { blocksOf } from '../support/document-blocks.ts';
import { PORTAL } from '../support/login-app.ts';
import { exchangeForm, ROLE_ARN } from '../support/wires.ts';
import {
  type Call,
  KEYS_CLIENTS,
  type Line,
  PROGRAMS,
  readLines,
  run,
  runSnippet,
  STOCK_CLIENTS,
  type StockClient,
  type Variables,
  writeProfile,
} from './stock-clients/clients.ts';
import type { Inside } from './stock-clients/run-in-namespace.ts';
import { renderTestedClients } from './stock-clients/tested-clients.ts';
import { type StockWorld, startStockWorld } from './stock-clients/world.ts';

/** Go and Maven fetch packages where nobody has on this machine. */
const TIMEOUT_MS = 300_000;
/** A command starts, and has asked vend. */
const START = { timeout: 60_000 };
const BIN = fileURLToPath(new URL('../../clients/cli/bin.mjs', import.meta.url));
const TSX = fileURLToPath(new URL('../../node_modules/.bin/tsx', import.meta.url));
const IN_NAMESPACE = fileURLToPath(new URL('stock-clients/run-in-namespace.ts', import.meta.url));
const WIDE = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:*","Resource":"*"}]}';

/** CI must not pass for want of a package or of the right to make a network. */
const isRequired = process.env['STINT_REQUIRE_GENERATOR'] !== undefined;
const hasNamespaces = spawnSync('unshare', ['-rn', 'ip', 'link', 'set', 'lo', 'up']).status === 0;
const needs = (missing: string | undefined): string => (missing === undefined ? '' : ` (needs: ${missing})`);

let world: StockWorld;
beforeAll(async () => {
  world = await startStockWorld();
});
afterAll(() => world.close());

const wasIssued = (accessKeyId: string): boolean =>
  world.vend.auditLog.keys.some((key) => key.accessKeyId === accessKeyId);
const cells = createCells(wasIssued);

const ASSUMED = {
  arn: expect.stringMatching(/^acs:ram::1234567890123456:assumed-role\/media-uploader\//),
  accessKeyId: expect.stringMatching(/^STS\./),
};
const done = (call: string) => ({ call, version: expect.any(String), ...ASSUMED });
const refused = (call: string, code: string) => ({
  call,
  version: expect.any(String),
  error: expect.stringContaining(code),
});

/** The cell of a client whose program printed the line; `limit` as the table says it. */
function record({ client }: Pick<StockClient, 'client'>, mode: Mode, line: Line | undefined, limit?: string) {
  if (line === undefined) throw new Error('the client printed no line');
  cells.record({ client, version: line.version }, mode, { ...line, ...(limit !== undefined && { limit }) });
}

/** The lines that `stint agent` prints, while it runs to the end of the test. */
async function startAgent(folder: string, ...argv: readonly string[]): Promise<string> {
  const args = [BIN, 'agent', 'media-uploader', '--url', world.url, '--token-file', world.writeToken('good')];
  const env = { PATH: process.env['PATH'], HOME: folder, XDG_STATE_HOME: folder };
  const child = spawn(process.execPath, [...args, ...argv], { cwd: folder, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  let lines = '';
  child.stdout.on('data', (data) => {
    lines += String(data);
  });
  await vi.waitFor(() => expect(lines).toMatch(/\n$/), START);
  return lines;
}

/** Of a command line that a shell runs after the lines. */
const after = (lines: string, command: readonly string[]): readonly string[] => [
  'sh',
  '-c',
  `${lines}\nexec "$@"`,
  'sh',
  ...command,
];

/** Runs `stint setup` of the client, whose file is in the home folder. */
function setUpClient(home: string, ...client: readonly string[]): Promise<string> {
  const from = ['--url', world.url, '--token-file', world.writeToken('good'), '--yes'];
  return run([process.execPath, BIN, 'setup', ...client, 'media-uploader', ...from], home);
}

/** Limits of clients as the table says them, each asserted below. */
const LIMITS: Readonly<Record<string, { readonly oidc?: string; readonly cloudsso?: string }>> = {
  '@alicloud/credentials (Node.js)': { cloudsso: 'names no role, gets that of its token' },
  'alibabacloud-credentials (Python)': { oidc: 'token in the query, endpoint without a path' },
};
const KEPT_ON_DISK = 'writes the keys into config.json';
/** The modes of profiles that the version in Maven Central does not know. */
const PROFILES_UNKNOWN_TO = 'credentials-java (Java)';

describe.each(STOCK_CLIENTS)('$client', (stock) => {
  const { client, missing, build, trust } = stock;
  const limits = LIMITS[client] ?? {};
  const knowsProfiles = client !== PROFILES_UNKNOWN_TO;
  const isSkipped = missing !== undefined && !isRequired;
  let command: readonly string[];
  let folder: string;

  beforeAll(async () => {
    if (isSkipped) return;
    folder = world.newFolder(client.replaceAll(/\W+/g, '-'));
    command = await build(folder);
  }, TIMEOUT_MS);

  const test = (title: string, body: () => Promise<void>) =>
    it.skipIf(isSkipped)(`${title}${needs(missing)}`, body, TIMEOUT_MS);
  const use = async (calls: readonly Call[], home: string, own: Variables = {}, lines = '') =>
    readLines(
      await run(after(lines, [...command, world.cloud, JSON.stringify(calls)]), home, {
        ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true',
        ...own,
      }),
    );

  test('takes credentials over the STS wire, and shows refusals', async () => {
    const { endpoint, ca, asked, vend } = world;
    const before = { asked: asked.length, rows: vend.auditLog.events.length };
    const base: Omit<Call, 'call'> = {
      type: 'oidc_role_arn',
      roleArn: ROLE_ARN,
      tokenFile: world.writeToken('good'),
      endpoint,
    };
    const wrong = world.writeToken('wrong', { aud: 'https://other.example' });
    const calls: readonly Call[] = [
      { ...base, call: 'role' },
      { ...base, call: 'path', endpoint: `${endpoint}/sts` },
      { ...base, call: 'policy', policy: WIDE },
      { ...base, call: 'other role', roleArn: 'acs:ram::1234567890123456:role/nobody' },
      { ...base, call: 'token', tokenFile: wrong },
    ];
    const lines = await use(calls, folder, await trust(ca, folder));
    expect(lines).toEqual([
      done('role'),
      limits.oidc === undefined ? done('path') : refused('path', '400'),
      refused('policy', 'NoPermission'),
      refused('other role', 'AuthenticationFail.NoPermission'),
      refused('token', 'AuthenticationFail.OIDCToken.Invalid'),
    ]);
    // What people see of a refusal says which statement is too wide.
    expect(JSON.stringify(lines[2])).toContain('policy.Statement[0]');
    // The SDK asked the library again, which kept what it had. A path in the endpoint breaks the request of Python.
    const calledBy = asked.slice(before.asked).map(({ method }) => method);
    expect(calledBy).toEqual(Array(5).fill(limits.oidc === undefined ? 'POST' : 'GET'));
    const wires = vend.auditLog.events.slice(before.rows).map(({ wire }) => wire);
    expect(new Set(wires)).toEqual(new Set(['sts']));
    record(stock, 'oidc', lines[0], limits.oidc);
  });

  test('takes credentials from the agent by its URI', async () => {
    const [line] = await use([{ call: 'uri' }], folder, {}, await startAgent(folder));
    expect(line).toEqual(done('uri'));
    record(stock, 'uri', line);
  });

  test('takes credentials by the profile that stint setup writes', async () => {
    const home = world.newFolder(`${client.replaceAll(/\W+/g, '-')}/external`);
    const setUp = () => setUpClient(home, 'aliyun', '--region', 'cn-hangzhou');
    await setUp();
    const [line] = await use([{ call: 'external' }], home);
    if (!knowsProfiles) {
      expect(line).toEqual(refused('external', 'External'));
      return record(stock, 'external', line);
    }
    expect(line).toEqual(done('external'));
    const written = readFileSync(join(home, '.aliyun/config.json'), 'utf8');
    expect(line && 'arn' in line && written.includes(line.accessKeyId)).toBe(true);
    // The library has written the file anew, and the profile is stint's still.
    await setUp();
    expect(readFileSync(join(home, '.aliyun/config.json'), 'utf8')).toBe(written);
    record(stock, 'external', line, KEPT_ON_DISK);
  });

  test('takes the role of its CloudSSO profile until its person signs out', async () => {
    const { login, origin, vend } = world;
    const alice = await world.signOn('alice');
    const accessToken = await signInWithAliyun(login, alice, origin);
    await credentials(login, accessToken, 'media-uploader', ACCOUNT, origin);
    const home = world.newFolder(`${client.replaceAll(/\W+/g, '-')}/cloudsso`);
    const useProfile = async (changes: Readonly<Record<string, unknown>> = {}) => {
      writeProfile(home, {
        mode: 'CloudSSO',
        cloud_sso_sign_in_url: `${origin}/start`,
        cloud_sso_account_id: ACCOUNT,
        cloud_sso_access_config: 'media-uploader',
        access_token: accessToken,
        cloud_sso_access_token_expire: Math.floor(Date.now() / 1000) + 3_600,
        ...changes,
      });
      return (await use([{ call: 'cloudsso' }], home))[0];
    };

    const line = await useProfile();
    if (!knowsProfiles) {
      expect(line).toEqual(refused('cloudsso', 'CloudSSO'));
      return record(stock, 'cloudsso', line);
    }
    expect(line).toEqual(done('cloudsso'));
    const before = vend.auditLog.events.length;
    const other = { cloud_sso_account_id: OTHER_ACCOUNT, cloud_sso_access_config: 'arms-reader' };
    expect(await useProfile(other)).toEqual(
      limits.cloudsso === undefined ? refused('cloudsso', 'AccessConfigurationNotOfToken') : done('cloudsso'),
    );
    const granted = vend.auditLog.events.slice(before).filter(({ outcome }) => outcome === 'granted');
    expect(granted.filter(({ role }) => role !== 'media-uploader')).toEqual([]);
    await press(alice, await alice.request(new URL('/portal', PORTAL)), '/login/sign-out', {});
    expect(await useProfile()).toEqual(refused('cloudsso', 'InvalidAccessToken'));
    record(stock, 'cloudsso', line, limits.cloudsso);
  });

  const isAlone = isSkipped || (!hasNamespaces && !isRequired);
  it.skipIf(isAlone)(
    `takes credentials as on ECS${needs(missing)}${needs(hasNamespaces ? undefined : 'unshare and ip')}`,
    async () => {
      const args = ['--url', world.url, '--token-file', world.writeToken('good'), '--metadata', '--json'];
      const calls: readonly Call[] = [{ call: 'metadata', type: 'ecs_ram_role' }];
      const inside: Inside = {
        leads: world.leads,
        agent: [process.execPath, BIN, 'agent', 'media-uploader', ...args],
        client: [...command, world.cloud, JSON.stringify(calls)],
      };
      const script = 'ip link set lo up && ip addr add 100.100.100.200/32 dev lo && exec "$@"';
      const program = ['unshare', '-rn', 'sh', '-c', script, 'sh', TSX, IN_NAMESPACE, JSON.stringify(inside)];
      const [line] = readLines(await run(program, folder));
      expect(line).toEqual(done('metadata'));
      record(stock, 'metadata', line);
    },
    TIMEOUT_MS,
  );
});

const Keys = z.object({ accessKeyId: z.string(), accessKeySecret: z.string(), securityToken: z.string() });

/** Asks STS with keys that a client got which signs no request of Alibaba Cloud itself. */
async function identityOf(keys: z.infer<typeof Keys>) {
  const port = Number(world.cloud.split(':')[1]);
  const { body } = await stsClient(port, keys).getCallerIdentity();
  return { accessKeyId: keys.accessKeyId, arn: body?.arn ?? '' };
}

const USED_BY_SDK = 'the SDK of STS used the keys';

describe.each(KEYS_CLIENTS)('$client', ({ client, missing, build, mode, argv, limit }) => {
  it.skipIf(missing !== undefined && !isRequired)(
    `takes credentials from the agent${needs(missing)}`,
    async () => {
      const folder = world.newFolder(mode);
      const command = await build(folder);
      const printed = await run(after(await startAgent(folder, ...argv), command), folder);
      const { version, ...keys } = Keys.extend({ version: z.string() }).parse(JSON.parse(printed));
      const identity = await identityOf(keys);
      expect(identity).toEqual(ASSUMED);
      const limits = [limit, USED_BY_SDK].filter((one) => one !== undefined).join(', ');
      cells.record({ client, version }, mode, { ...identity, limit: limits });
    },
    TIMEOUT_MS,
  );

  it.skipIf(mode !== 'container' || (missing !== undefined && !isRequired))(
    `takes credentials by the profile that stint setup writes${needs(missing)}`,
    async () => {
      const home = world.newFolder("it's a home");
      await setUpClient(home, 'boto');
      const printed = await run(await build(home), home, { AWS_PROFILE: 'stint-media-uploader' });
      expect(await identityOf(Keys.parse(JSON.parse(printed)))).toEqual(ASSUMED);
    },
    TIMEOUT_MS,
  );
});

describe('oauth4webapi', () => {
  it('exchanges a token for credentials', async () => {
    const issuer = new URL('https://vend.example.com');
    const options = {
      [oauth.customFetch]: (
        url: string,
        { method, headers, body }: oauth.CustomFetchOptions<string, BodyInit | null | undefined>,
      ) => fetch(new URL(new URL(url).pathname, world.url), { method, headers, body: body ?? null }),
    };
    const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...options });
    const server = await oauth.processDiscoveryResponse(issuer, found);
    const proof = readFileSync(world.writeToken('good'), 'utf8');
    const { grant_type: grantType = '', ...form } = exchangeForm(proof);
    const client = { client_id: 'anything' };
    const sent = new URLSearchParams(form);
    const none = oauth.None();
    const answer = await oauth.genericTokenEndpointRequest(server, client, none, grantType, sent, options);
    const recognizedTokenTypes = { n_a: () => undefined };
    const read = { recognizedTokenTypes };
    const { access_token } = await oauth.processGenericTokenEndpointResponse(server, client, answer, read);
    const given = JSON.parse(Buffer.from(access_token, 'base64url').toString());
    const identity = await identityOf({
      accessKeyId: given.AccessKeyId,
      accessKeySecret: given.AccessKeySecret,
      securityToken: given.SecurityToken,
    });
    expect(identity).toEqual(ASSUMED);
    const { version } = createRequire(import.meta.url)('oauth4webapi/package.json');
    const name = { client: 'oauth4webapi (Node.js)', version };
    cells.record(name, 'exchange', { ...identity, limit: USED_BY_SDK });
  });
});

describe('docs/stock-clients.md', () => {
  const page = readFileSync(new URL('../../docs/stock-clients.md', import.meta.url), 'utf8');

  it('shows a program for Node.js that takes credentials', async () => {
    const snippet = blocksOf(page).find(({ language }) => language === 'js')?.text ?? '';
    const program = snippet
      .replace('vend.example.com', world.endpoint)
      .replace('/var/run/secrets/stint/token', world.writeToken('good'));
    const given = await runSnippet(program, world.newFolder('snippet'), world.ca);
    expect(await identityOf(Keys.parse(JSON.parse(given)))).toEqual(ASSUMED);
    expect(world.vend.auditLog.events.at(-1)).toMatchObject({ wire: 'sts', outcome: 'granted' });
  });

  it.each(['stsEndpoint', 'sts_endpoint', 'SetSTSEndpoint', 'STSEndpoint'])(
    'names the setting that the programs of this test use: %s',
    (setting) => {
      expect(page).toContain(setting);
      expect(PROGRAMS).toContain(setting);
    },
  );
});

describe('a cell', () => {
  const client = { client: 'one', version: '1' };
  const arn = 'acs:ram::1234567890123456:assumed-role/media-uploader/alice';
  const given = createCells((accessKeyId) => accessKeyId === 'STS.given');

  it.each([
    [
      'the cloud knows the client as a user',
      { arn: 'acs:ram::1234567890123456:user/vend', accessKeyId: 'STS.given' },
    ],
    ['the key is not one that Stint gave', { arn, accessKeyId: 'STS.other' }],
    ['the client failed for another reason than the mode', { error: 'connection refused' }],
  ])('cannot be recorded when %s', (_, seen) => {
    expect(() => given.record(client, 'external', seen)).toThrow();
    expect(given.render()).not.toContain('one');
  });
});

describe('docs/tested-clients.md', () => {
  const missing = [...STOCK_CLIENTS, ...KEYS_CLIENTS].flatMap((stock) => stock.missing ?? []);
  const isPartial = missing.length > 0 || !hasNamespaces;

  // The last test of the file: what the others saw is there. To write the page anew, run `npm run tested-clients`.
  it.skipIf(isPartial && !isRequired)(
    `says what this run saw${needs(isPartial ? 'every client of this file' : undefined)}`,
    async () => {
      const page = fileURLToPath(new URL('../../docs/tested-clients.md', import.meta.url));
      await expect(renderTestedClients(cells.render())).toMatchFileSnapshot(page);
    },
  );
});
