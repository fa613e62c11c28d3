// Stock clients use the CloudSSO dialect unmodified: the credentials libraries take credentials by the profile that the aliyun
// command line writes, and the command line's own requests are answered byte by byte. Where a language is missing, the skipped
// tests say what to install. Java is not here: Maven Central has no version of its library that knows the mode.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CANARY } from '../support/canaries.ts';
import { ACCOUNT, ALIYUN_CLIENT, credentials, signInWithAliyun } from '../support/cloudsso.ts';
import { OTHER_ACCOUNT, startCloudSso } from '../support/cloudsso-world.ts';
import { answerDevice, press, typeCode } from '../support/command-line.ts';
import { exchange } from '../support/exchange.ts';
import { PORTAL } from '../support/login-app.ts';
import { listenHere } from '../support/loopback.ts';
import { LIBRARIES, runLibrary, writeProfile } from './cloudsso-clients/run-library.ts';

/** Go fetches packages where nobody has on this machine. */
const TIMEOUT_MS = 300_000;

/** CI must not pass for want of a package. */
const isRequired = process.env['STINT_REQUIRE_GENERATOR'] !== undefined;

/** At the real time, since libraries compare `Expiration` with it. */
async function startHere() {
  let answer: ReturnType<typeof getRequestListener> | undefined;
  const { port } = await listenHere(createServer((request, response) => answer?.(request, response)));
  const origin = `http://127.0.0.1:${port}`;
  const world = await startCloudSso({ cloudSsoUrl: origin });
  world.clock.advance(Date.now() - world.clock.now().getTime());
  const { login } = world;
  const alice = await world.signOn('alice');
  answer = getRequestListener(login.app.fetch);
  return { ...world, alice, port, origin };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stint-cloudsso-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const GIVEN = {
  accessKeyId: expect.stringMatching(/^STS\./),
  accessKeySecret: expect.stringContaining(CANARY.stsSecret),
  securityToken: expect.stringContaining(CANARY.securityToken),
};

describe.each(LIBRARIES)('$name', ({ missing, namesRole, build }) => {
  const title =
    missing === undefined ? 'takes the role of its profile until its person signs out' : `needs: ${missing}`;

  it.skipIf(missing !== undefined && !isRequired)(
    title,
    async () => {
      const folder = newFolder();
      const { login, alice, origin, vend } = await startHere();
      const token = await signInWithAliyun(login, alice, origin);
      await credentials(login, token, 'media-uploader', ACCOUNT, origin);
      const profile = {
        cloud_sso_sign_in_url: `${origin}/start`,
        cloud_sso_account_id: ACCOUNT,
        cloud_sso_access_config: 'media-uploader',
        access_token: token,
        cloud_sso_access_token_expire: Math.floor(Date.now() / 1000) + 3_600,
      };
      const command = await build(folder);
      const home = join(folder, 'home');
      mkdirSync(home);
      const use = (changes: object = {}) => {
        writeProfile(home, { ...profile, ...changes });
        return runLibrary(command, home);
      };

      expect(await use()).toEqual(GIVEN);
      const other = { cloud_sso_account_id: OTHER_ACCOUNT, cloud_sso_access_config: 'arms-reader' };
      const refused = { error: expect.stringContaining('AccessConfigurationNotOfToken') };
      expect(await use(other)).toEqual(namesRole ? refused : GIVEN);
      const roles = vend.auditLog.events
        .filter(({ outcome }) => outcome === 'granted')
        .map(({ role }) => role);
      expect(new Set(roles)).toEqual(new Set(['media-uploader']));
      await press(alice, await alice.request(new URL('/portal', PORTAL)), '/login/sign-out', {});
      expect(await use()).toEqual({ error: expect.stringContaining('InvalidAccessToken') });
    },
    TIMEOUT_MS,
  );
});

/** As version 3.4.11 of the command line, built from its source, sent them. Go writes the members in the order of their names. */
const fromAliyun = (port: number, line: string, headers: readonly string[], body = '') =>
  [
    `${line} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `User-Agent: ${headers.some((one) => one.startsWith('Authorization')) ? 'aliyun/CLI-3.4.11' : 'Go-http-client/1.1'}`,
    ...(body === '' ? [] : [`Content-Length: ${body.length}`]),
    'Accept: application/json',
    ...headers,
    'Content-Type: application/json',
    'Accept-Encoding: gzip',
    '',
    body,
  ].join('\r\n');

describe('the aliyun command line', () => {
  it('gets what it reads, at each of its five requests', async () => {
    const { alice, port, origin } = await startHere();
    const ask = async (line: string, headers: readonly string[], members?: object) => {
      const body = members === undefined ? '' : JSON.stringify(members);
      const request = fromAliyun(port, line, ['Connection: close', ...headers], body);
      const answer = await exchange(port, request);
      expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      const [, json = ''] = /(\{.*\})/.exec(answer) ?? [];
      return JSON.parse(json);
    };
    const verifier = 'haNdribg8WU8BACE3d77846e770c8a537eac940923e67766';
    const asked = await ask('POST /device-authorization', [], {
      ClientId: ALIYUN_CLIENT,
      CodeChallenge: createHash('sha256').update(verifier).digest('base64url'),
      CodeChallengeMethod: 'S256',
      PortalUrl: `${origin}/start`,
    });
    expect(asked).toMatchObject({
      VerificationUriComplete: expect.stringContaining(asked.UserCode),
      Interval: 5,
    });
    await answerDevice(alice, await typeCode(alice, asked.UserCode));
    const signedIn = await ask('POST /token', [], {
      ClientId: ALIYUN_CLIENT,
      CodeVerifier: verifier,
      DeviceCode: asked.DeviceCode,
      GrantType: 'urn:ietf:params:oauth:grant-type:device_code',
    });
    const bearer = [`Authorization: Bearer ${signedIn.AccessToken}`];
    const { Accounts } = await ask('GET /access-assignments/accounts?MaxResults=100', bearer);
    const [{ AccountId }] = Accounts;
    const listed = await ask(`GET /access-assignments/access-configurations?AccountId=${AccountId}`, bearer);
    const [{ AccessConfigurationId }] = listed.AccessConfigurationsForAccount;
    const { CloudCredential } = await ask('POST /cloud-credentials', bearer, {
      AccountId,
      AccessConfigurationId,
    });
    expect(Object.keys(CloudCredential)).toEqual([
      'AccessKeyId',
      'AccessKeySecret',
      'SecurityToken',
      'Expiration',
    ]);
    expect(CloudCredential.Expiration).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });
});
