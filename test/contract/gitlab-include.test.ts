// The GitLab include, run as GitLab's runner runs it, by the shells of common images: with an id token that vend verifies, and
// its credentials in the script and nowhere else.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keyVariables } from '../../clients/cli/exec/child-environment.ts';
import { CI_ROLE, FIRST_KEY, startCiWorld } from '../support/ci-world.ts';
import { GITLAB_INCLUDE, INCLUDE_FILE, runStintJob } from '../support/stint-job.ts';
import { GITLAB } from '../support/vendor-claims.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';

const PYTHON = process.env['STINT_PYTHON'] ?? 'python3';

/** CI must not pass for want of a shell. */
const isCi = process.env['CI'] !== undefined;
const SHELLS = [
  { name: 'bash', shell: ['bash'], probe: ['bash', '-c', 'true'] },
  { name: 'dash', shell: ['dash'], probe: ['dash', '-c', 'true'] },
  { name: 'ash of busybox', shell: ['busybox', 'ash'], probe: ['busybox', 'ash', '-c', 'true'] },
].map(({ name, shell, probe: [program = '', ...args] }) => ({
  shell,
  isThere: spawnSync(program, args).status === 0,
  name,
}));
describe.each(SHELLS)('a job of GitLab in $name', ({ shell, isThere, name }) => {
  it.skipIf(!isThere && !isCi)(
    isThere ? 'has the credentials of the role in its script' : `needs: ${name}`,
    async () => {
      const world = await startCiWorld(GITLAB);
      const variables = { STINT_DURATION: '15m' };
      const { exitCode, log, env, folder } = await runStintJob(world, { shell, variables });
      expect([exitCode, log]).toEqual([0, expect.stringContaining(`took the role ${CI_ROLE} until 20`)]);
      expect(env).toMatchObject(keyVariables({ ...FIRST_KEY, expiration: '' }));
      expect(env['ALIBABA_CLOUD_IGNORE_PROFILE']).toBe('TRUE');
      expect(env).not.toHaveProperty('STINT_ID_TOKEN');
      expect(world.vend.assumer.orders[0]).toMatchObject({ durationSeconds: 900 });
      // The job has ended: nothing of it is left.
      expect(readdirSync(join(folder, 'project.tmp'))).toEqual([]);
      const refused = await runStintJob(world, { shell, variables: { STINT_ROLE: 'nobody' } });
      const requestId = world.vend.auditLog.events.at(-1)?.requestId;
      expect([refused.exitCode, refused.log]).toEqual([
        1,
        expect.stringContaining(`(access_denied, request ${requestId})`),
      ]);
      expect(refused.env).toEqual({});
    },
  );
});

describe('the credentials', () => {
  it('are in a file for this user alone, in place of whatever was there', async () => {
    const world = await startCiWorld(GITLAB);
    const script = [
      'stat -c %a "$CI_PROJECT_DIR.tmp/stint.env" > ../printed',
      'ls "$CI_PROJECT_DIR" >> ../printed',
    ];
    const { folder, log } = await runStintJob(world, { script });
    expect([log, readFileSync(join(folder, 'printed'), 'utf8')]).toEqual([expect.any(String), '600\n']);
    expect(statSync(join(folder, 'project.tmp')).mode & 0o077).toBe(0);
  });

  it('are in no trace of the shell', async () => {
    const world = await startCiWorld(GITLAB);
    const { exitCode, log, env } = await runStintJob(world, { trace: true });
    expect([exitCode, env['ALIBABA_CLOUD_SECURITY_TOKEN']]).toEqual([0, FIRST_KEY.securityToken]);
    expect(log, 'the shell traces the job’s own commands again').toMatch(/^\++ env$/m);
  });
});

describe('the include explains', () => {
  it.each([
    ['no URL', { STINT_URL: '' }, 'set STINT_URL'],
    ['a URL without TLS', { STINT_URL: 'http://vend.example.com' }, 'set STINT_URL'],
    ['a URL that is more than one', { STINT_URL: 'https://a" --output "b' }, 'is no URL'],
    ['no role', { STINT_ROLE: '' }, 'set STINT_ROLE'],
    ['a role that would end its quotes', { STINT_ROLE: 'a","durationSeconds":"9' }, 'set STINT_ROLE'],
    ['a duration that is none', { STINT_DURATION: '$(id)' }, 'must be as 1h'],
    ['an octal duration', { STINT_DURATION: '0900' }, 'must be as 1h'],
  ])('%s', async (_, variables, words) => {
    const world = await startCiWorld(GITLAB);
    const { exitCode, log } = await runStintJob(world, { variables });
    expect([exitCode, log]).toEqual([1, expect.stringContaining(words)]);
    expect(world.requests).toEqual([]);
  });

  it('a job without id_tokens, and one without curl', async () => {
    const world = await startCiWorld(GITLAB);
    expect((await runStintJob(world, { env: { STINT_ID_TOKEN: '' } })).log).toContain(
      'the job needs id_tokens',
    );
    const shell = [spawnSync('sh', ['-c', 'command -v sh'], { encoding: 'utf8' }).stdout.trim()];
    expect((await runStintJob(world, { shell, env: { PATH: '/nowhere' } })).log).toContain('has no curl');
  });

  it('another audience', async () => {
    const world = await startCiWorld(GITLAB, 'https://vend.example.com');
    expect((await runStintJob(world)).log).toContain('its audience must be that of the deployment');
  });

  it('a deployment that has too many requests for a minute, and tries again before that', async () => {
    const world = await startCiWorld(GITLAB);
    const vend = world.answer;
    let left = 1;
    world.answer = (request, response) =>
      left-- > 0 ? response.writeHead(429, { 'retry-after': '0' }).end('{}') : vend(request, response);
    expect((await runStintJob(world)).exitCode).toBe(0);
    world.answer = (_, response) =>
      response.writeHead(429, { 'retry-after': '61' }).end('{"code":"rate_limited","requestId":"r-1"}');
    const { exitCode, log } = await runStintJob(world);
    expect([exitCode, log]).toEqual([1, expect.stringContaining('later (rate_limited, request r-1)')]);
    expect(world.requests).toHaveLength(3);
  });

  it('a platform that answers in place of the deployment, for a moment; not a role that STS refuses', async () => {
    const world = await startCiWorld(GITLAB);
    const vend = world.answer;
    const down = [502, 504];
    world.answer = (request, response) => {
      const status = down.shift();
      if (status === undefined) vend(request, response);
      else response.writeHead(status, { 'retry-after': '0' }).end('{"Code":"FunctionExited"}');
    };
    expect((await runStintJob(world)).exitCode).toBe(0);
    expect(world.requests).toHaveLength(3);
    world.answer = (_, response) =>
      response.writeHead(502).end('{"code":"role_misconfigured","requestId":"r-1"}');
    expect((await runStintJob(world)).log).toContain('give the request to its operator (role_misconfigured');
    expect(world.requests).toHaveLength(4);
  });
});

describe('the file', () => {
  const isThere = spawnSync(PYTHON, ['-m', 'check_jsonschema', '--version']).status === 0;
  it.skipIf(!isThere && !isCi)(
    isThere ? 'is valid by the schema of GitLab’s pipelines' : `needs: ${PYTHON} with check-jsonschema`,
    () => {
      const check = (file: string) => {
        const args = ['-m', 'check_jsonschema', '--builtin-schema', 'vendor.gitlab-ci', file];
        return spawnSync(PYTHON, args, { encoding: 'utf8' });
      };
      expect(check(INCLUDE_FILE)).toMatchObject({ status: 0 });
      // The schema looks into no hidden job.
      const shown = `${GITLAB_INCLUDE.replace('\n.stint:', '\nstint:')}  script: ["true"]\n`;
      const folder = testFolder();
      folder.write('shown.yml', shown);
      folder.write('broken.yml', shown.replace('before_script:', 'before_scripts:'));
      expect(check(join(folder.path, 'shown.yml'))).toMatchObject({ status: 0 });
      expect(check(join(folder.path, 'broken.yml')).status).not.toBe(0);
    },
  );
});
