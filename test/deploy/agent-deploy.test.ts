// The ways to run the agent beside a program, as files to take over, do what they say: the pod's manifest is valid and its
// containers find each other, systemd accepts the unit, and the image runs the agent as the user that the pod expects.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parse } from 'yaml';
import { vended } from '../support/agent.ts';
import { answerJson, startLoopback } from '../support/loopback.ts';
import { type TestFolder, testFolder } from '../unit/cli/test-terminal.ts';

const FOLDER = fileURLToPath(new URL('../../clients/agent-deploy', import.meta.url));
const BIN = fileURLToPath(new URL('../../clients/cli/bin.mjs', import.meta.url));
const MANIFEST = fileURLToPath(new URL('../../clients/kubernetes/sidecar.yaml', import.meta.url));
const UNIT = readFileSync(join(FOLDER, 'stint-agent.service'), 'utf8');
const IMAGE = readFileSync(join(FOLDER, 'Dockerfile'), 'utf8');
const PYTHON = process.env['STINT_PYTHON'] ?? 'python3';
const SECRET = 'f'.repeat(64);
const START = { timeout: 30_000 };

/** CI must not pass for want of a tool. */
const isCi = process.env['CI'] !== undefined;
const runs = (command: string, ...args: readonly string[]): boolean => spawnSync(command, args).status === 0;
const hasValidator = runs(PYTHON, '-c', 'import kubernetes_validate');
const hasSystemd = runs('systemd-analyze', '--version');

const pod = parse(readFileSync(MANIFEST, 'utf8')).spec;
const [sidecar] = pod.initContainers;
const [program] = pod.containers;

const pathOf = (
  container: { volumeMounts: readonly { name: string; mountPath: string }[] },
  volume: string,
) => container.volumeMounts.find(({ name }) => name === volume)?.mountPath ?? '';

/** Starts the command with a token and a secret in files, and waits until it answers at its port. */
async function startIn(folder: TestFolder, args: readonly string[], port: number): Promise<void> {
  folder.write('token', 'a.b.c\n');
  folder.write('secret', SECRET);
  chmodSync(join(folder.path, 'secret'), 0o440);
  const { PATH } = process.env;
  // Without a home folder: a pod's file system is read-only.
  const child = spawn(process.execPath, [BIN, 'agent', ...args], { cwd: folder.path, env: { PATH } });
  onTestFinished(() => void child.kill('SIGKILL'));
  let notes = '';
  child.stderr.on('data', (data) => {
    notes += String(data);
  });
  await vi.waitFor(async () => {
    const { status } = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => ({ status: notes }));
    expect(status).toBe(200);
  }, START);
}

describe('the pod’s manifest', () => {
  it.skipIf(!hasValidator && !isCi)(
    hasValidator ? 'is valid' : `needs: ${PYTHON} with kubernetes-validate`,
    () => {
      const { status, stdout, stderr } = spawnSync(PYTHON, ['-m', 'kubernetes_validate', MANIFEST]);
      expect([status, String(stdout), String(stderr)]).toEqual([0, expect.stringContaining('passed'), '']);
    },
  );

  it('starts an agent that its program finds by its environment', async () => {
    const folder = testFolder();
    const { url } = await startLoopback(answerJson({ credentials: vended() }));
    const args: readonly string[] = sidecar.args.map((arg: string) =>
      arg
        .replace(/^--url=.*/, `--url=${url}`)
        .replace(`${pathOf(sidecar, 'stint-token')}/`, `${folder.path}/`)
        .replace(`${pathOf(sidecar, 'stint-agent')}/`, `${folder.path}/`),
    );
    expect(args.filter((arg) => arg.includes(folder.path))).toHaveLength(2);
    const [port = ''] = args.flatMap((arg) => /^--port=(\d+)$/.exec(arg)?.[1] ?? []);
    await startIn(folder, args, Number(port));
    const uri = program.env
      .find(({ name }: { name: string }) => name === 'ALIBABA_CLOUD_CREDENTIALS_URI')
      .value.replace('$(AGENT_SECRET)', SECRET);
    expect(await (await fetch(uri)).json()).toMatchObject({ Code: 'Success', AccessKeyId: 'STS.agent-1' });
    const [, flag = '', check = ''] = sidecar.startupProbe.exec.command;
    expect(spawnSync(process.execPath, [flag, check]).status).toBe(0);
  });

  it('gives both containers the user of the image, and the agent a secret that others cannot read', () => {
    expect(IMAGE).toContain(`USER ${pod.securityContext.runAsUser}:${pod.securityContext.runAsGroup}\n`);
    expect([sidecar.securityContext.runAsUser, program.securityContext]).toEqual([undefined, undefined]);
    const { secret } = pod.volumes.find(({ name }: { name: string }) => name === 'stint-agent');
    expect(secret.defaultMode).toBe(0o440);
    const variables = new Map(
      program.env.map(({ name, valueFrom }: { name: string; valueFrom?: unknown }) => [name, valueFrom]),
    );
    expect(variables.get('AGENT_SECRET')).toEqual({
      secretKeyRef: { name: secret.secretName, key: 'secret' },
    });
    expect(variables.has('ALIBABA_CLOUD_CLI_PROFILE_DISABLED')).toBe(true);
    expect(variables.has('ALIBABA_CLOUD_ECS_METADATA_DISABLED')).toBe(true);
  });
});

describe('the unit', () => {
  it.skipIf(!hasSystemd && !isCi)(hasSystemd ? 'is accepted by systemd' : 'needs: systemd-analyze', () => {
    // The programs and users of the machine that it is for are not here.
    const here = UNIT.replaceAll('/usr/local/bin/stint', '/bin/true').replace('User=app', 'User=root');
    const file = join(testFolder().path, 'stint-agent.service');
    writeFileSync(file, here);
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', file]);
    expect([status, String(stderr)]).toEqual([0, '']);
  });

  it('starts an agent that answers', async () => {
    const folder = testFolder();
    const { url } = await startLoopback(answerJson({ credentials: vended() }));
    const [, line = ''] = /^ExecStart=\/usr\/local\/bin\/stint agent (.*)$/m.exec(UNIT) ?? [];
    const args = line
      .replace('$ROLES', 'media-uploader arms-reader')
      .replace('$OPTIONS', `--token-file token --url ${url}`)
      .replace('/run/stint-agent', folder.path)
      .replace('--port 9911', '--port 9912');
    await startIn(folder, args.split(' '), 9912);
    expect((await fetch(`http://127.0.0.1:9912/${SECRET}/arms-reader`)).status).toBe(200);
  });

  it('keeps the agent’s view of /proc/net, and of the users of the machine', () => {
    const settings = UNIT.split('\n').filter((line) => /^\w+=/.test(line));
    expect(settings.filter((line) => /^(?:ProcSubset|PrivateUsers|PrivateNetwork)=/.test(line))).toEqual([]);
  });
});

describe('the image', () => {
  it('runs the agent, from the package that npm run build makes, as a user by number', () => {
    const steps = IMAGE.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(steps.map((line) => line.split(' ')[0])).toEqual(['FROM', 'COPY', 'RUN', 'USER', 'ENTRYPOINT']);
    expect(JSON.parse(steps.at(-1)?.replace('ENTRYPOINT ', '') ?? '')).toEqual(['stint', 'agent']);
    expect(IMAGE).toMatch(/^USER \d+:\d+$/m);
    expect(IMAGE).toContain('COPY stint-*.tgz ');
  });
});
