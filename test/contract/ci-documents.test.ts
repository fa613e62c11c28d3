// Every block of docs/for-ci-owners.md, run as a reader's CI system runs it: with a token of the platform that vend verifies.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { buildCli } from '../../scripts/build/cli-package.ts';
import { CI_ROLE, type CiWorld, FIRST_KEY, startCiWorld } from '../support/ci-world.ts';
import { documentBlocks } from '../support/document-blocks.ts';
import { createRunner, type GithubRunner, type StepResult, WorkflowJob } from '../support/github-runner.ts';
import { readGitlabJob, runGitlabJob } from '../support/gitlab-runner.ts';
import { runHere } from '../support/run-here.ts';
import { GITLAB_INCLUDE } from '../support/stint-job.ts';
import { GITHUB, GITLAB } from '../support/vendor-claims.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';

const PAGE = 'docs/for-ci-owners.md';
const HOST = 'https://vend.example.com';
const ACTION = fileURLToPath(new URL('../../clients/github-action', import.meta.url));

const blocks = documentBlocks(PAGE);
const [job, longJob, digest, pipeline] = blocks.map(({ text }) => text);

/** Runs the job of a workflow: the action for its name, and the scripts. `actions/checkout` has nothing to check out. */
async function runJob(text: string, world: CiWorld) {
  const [first] = Object.values<unknown>(parse(text.replaceAll(HOST, world.url)).jobs);
  const { permissions, env, steps } = WorkflowJob.parse(first);
  const allowed = permissions?.['id-token'] === 'write' ? world.githubEnvironment : {};
  const folder = testFolder();
  // The reader's own programs: each prints what it finds.
  folder.write('publish.sh', '#!/bin/sh\necho "published by $ALIBABA_CLOUD_ACCESS_KEY_ID"\n');
  folder.write(
    'copy-for-hours.js',
    'fetch(process.env.ALIBABA_CLOUD_CREDENTIALS_URI).then((a) => a.json()).then((a) => console.log(`copied by ${a.AccessKeyId}`));',
  );
  const runner: GithubRunner = createRunner(folder.path, { ...allowed, ...env });
  await runner.runStep({ run: 'chmod +x publish.sh', env: {}, with: {} });
  const results: StepResult[] = [];
  for (const step of steps) {
    if (step.uses?.startsWith('actions/checkout@')) continue;
    if (step.uses !== undefined)
      expect(step.uses).toMatch(/^platform\/stint\/clients\/github-action@[0-9a-f]{40}$/);
    results.push(
      await (step.uses === undefined ? runner.runStep(step) : runner.runAction(ACTION, step.with)),
    );
  }
  const log = results.map((result) => result.log).join('');
  return { log, exitCodes: results.map(({ exitCode }) => exitCode) };
}

async function startWithCli() {
  const world = await startCiWorld(GITHUB);
  const { bytes } = await buildCli(join(testFolder().path, 'dist'));
  const vend = world.answer;
  world.answer = (request, response) =>
    request.url === '/cli/stint.tgz' ? response.end(bytes) : vend(request, response);
  return { world, sha256: createHash('sha256').update(bytes).digest('hex') };
}

describe(PAGE, () => {
  it('has these blocks, each of which a test below runs', () => {
    expect(blocks.map(({ heading, language }) => [heading, language])).toEqual([
      ['GitHub Actions', 'yaml'],
      ['Jobs that run longer than their credentials', 'yaml'],
      ['Jobs that run longer than their credentials', ''],
      ['GitLab', 'yaml'],
    ]);
  });

  it('shows a job of GitHub that publishes as its role', async () => {
    const { log, exitCodes } = await runJob(job ?? '', await startCiWorld(GITHUB));
    expect([exitCodes, log]).toEqual([
      [0, 0],
      expect.stringContaining(`published by ${FIRST_KEY.accessKeyId}`),
    ]);
  });

  it('shows a long job that asks the agent, and how to see the digest of the agent’s program', async () => {
    const { world, sha256 } = await startWithCli();
    const printed = await runHere((digest ?? '').replaceAll(HOST, world.url));
    expect(printed).toBe(`${sha256}  -\n`);
    const text = (longJob ?? '').replace(/cli-sha256: [0-9a-f]{64}/, `cli-sha256: ${sha256}`);
    expect(text).toContain(sha256);
    const { log, exitCodes } = await runJob(text, world);
    expect([exitCodes, log]).toEqual([[0, 0], expect.stringContaining(`copied by ${FIRST_KEY.accessKeyId}`)]);
  });

  it('shows a job of GitLab that publishes as its role', async () => {
    const world = await startCiWorld(GITLAB);
    const text = (pipeline ?? '').replaceAll(HOST, world.url);
    expect(parse(text).include).toEqual([
      {
        project: 'platform/stint',
        ref: expect.stringMatching(/^[0-9a-f]{40}$/),
        file: 'clients/gitlab/stint.yml',
      },
    ]);
    const folder = testFolder();
    folder.write('project/publish.sh', '#!/bin/sh\necho "published by $ALIBABA_CLOUD_ACCESS_KEY_ID"\n');
    await runHere('chmod +x project/publish.sh', folder.path);
    const { exitCode, log } = await runGitlabJob(readGitlabJob(`${GITLAB_INCLUDE}\n${text}`, 'publish'), {
      folder: folder.path,
      shell: ['sh'],
      giveToken: (audience) => world.idToken(audience),
    });
    expect([exitCode, log]).toEqual([0, expect.stringContaining(`published by ${FIRST_KEY.accessKeyId}`)]);
    expect(log).toContain(CI_ROLE);
  });
});
