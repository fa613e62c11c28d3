// From an empty account on the local cloud to the first credentials, by two commands: stint setup, which deploys, and stint role
// add. The deployment runs under the roles and policies that setup made, and under no other. `npx vitest run --project e2e
// test/e2e/setup.test.ts` shows how long the way to /readyz takes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { REAL_NETWORK } from '../../clients/cli/setup/check-domain.ts';
import { runSetup } from '../../clients/cli/setup/run-setup.ts';
import { startGateway } from '../../local/fc/gateway.ts';
import { freePort } from '../../local/fc/listen.ts';
import { startIdp } from '../../local/idp/server.ts';
import { signInPerson } from '../../local/idp/sign-in-person.ts';
import { buildFunctions } from '../../scripts/build.ts';
import { must } from '../contract/must.ts';
import { openSetupWorld, SETUP_ACCOUNT, SETUP_DOMAIN, SETUP_REGION } from '../support/setup-world.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';

const ROOT = join(import.meta.dirname, '../..');
const HOST = '127.0.0.1';
/** Several times the bound of five seconds. */
const IN_FORCE_MS = 30_000;
const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

describe('an empty account', () => {
  const folder = testFolder();

  it('comes to a deployment that is ready, and to its first credentials', async () => {
    const world = await openSetupWorld();
    closing.push(() => world.close());
    const port = await freePort(0, HOST);
    const publicUrl = `http://${HOST}:${port}`;
    // The one thing that no account has: a deployment on this machine has no domain.
    folder.write('deployment.env', `STINT_PUBLIC_URL=${publicUrl}\n`);

    const deploy = async (): Promise<boolean> => {
      await buildFunctions();
      const gateway = await startGateway({
        sYaml: join(ROOT, 's.yaml'),
        host: HOST,
        port,
        portTries: 1,
        overrides: {
          ...parseEnv(folder.read('deployment.env')),
          STINT_STS_ENDPOINT: world.sts.url,
        },
        async iamSession(roleArn) {
          const { expiresAt, ...keys } = must(world.iam.issueServiceSession(roleArn, 'fc.aliyuncs.com'));
          return { ...keys, expiration: expiresAt.toISOString() };
        },
        stateDir: folder.path,
        onLog: () => undefined,
      });
      closing.push(() => gateway.close());
      return true;
    };
    const out: string[] = [];
    const terminal = {
      out: (text: string) => void out.push(text),
      note: () => undefined,
      env: world.env,
      folder: folder.path,
      openKeychain: async () => undefined,
    };
    const options = { region: SETUP_REGION, domain: SETUP_DOMAIN, yes: true, deploy: true, json: true };
    const means = { network: REAL_NETWORK, deploy, pause: async () => undefined };
    expect(await runSetup(options, terminal, means)).toBe(0);
    const { checks } = JSON.parse(out.join('\n'));
    expect(checks).toEqual([{ name: 'readyz', ok: true, message: expect.stringContaining('is ready') }]);

    const audience = 'https://vend.example.com';
    const idp = await startIdp({
      port: await freePort(0, HOST),
      stateDir: folder.path,
      audience,
      portal: publicUrl,
    });
    closing.push(() => idp.close());
    const provider = {
      id: 'demo',
      kind: 'oidc',
      issuer: idp.issuer,
      audiences: [audience],
      algorithms: ['ES256', 'RS256'],
    };
    folder.write(
      'access.yaml',
      `version: 1\nproviders:\n  - ${JSON.stringify(provider)}\nroles: []\ngrants: []\n`,
    );
    world.mayOnly([JSON.parse(readFileSync(join(ROOT, 'clients/cli/ram/role-policy.json'), 'utf8'))]);
    const added = await folder.stint(
      [
        'role',
        'add',
        'media-uploader',
        '--provider',
        'demo',
        '--subject',
        'alice',
        '--attach',
        'AliyunOSSReadOnlyAccess',
        '--yes',
      ],
      world.env,
    );
    expect(added).toMatchObject({ exitCode: 0 });
    const token = await signInPerson(idp.issuer, audience, 'alice');
    // Rules are in force everywhere within five seconds.
    await vi.waitFor(
      async () => {
        const answer = await fetch(`${publicUrl}/v1/credentials`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ role: 'media-uploader' }),
        });
        expect([answer.status, await answer.json()]).toEqual([
          200,
          expect.objectContaining({
            grant: 'media-uploader-first',
            roleArn: `acs:ram::${SETUP_ACCOUNT}:role/media-uploader`,
          }),
        ]);
      },
      { timeout: IN_FORCE_MS, interval: 500 },
    );
  });
});
