// A job that extends `.stint` of clients/gitlab/stint.yml, with the tokens of a CI world.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { testFolder } from '../unit/cli/test-terminal.ts';
import { CI_ROLE, type CiWorld } from './ci-world.ts';
import { readGitlabJob, runGitlabJob } from './gitlab-runner.ts';

export const INCLUDE_FILE = fileURLToPath(new URL('../../clients/gitlab/stint.yml', import.meta.url));
export const GITLAB_INCLUDE = readFileSync(INCLUDE_FILE, 'utf8');

interface JobParts {
  readonly variables?: Readonly<Record<string, string>>;
  readonly script?: readonly string[];
  readonly shell?: readonly string[];
  readonly trace?: boolean;
  /** Of the job's folder, before it runs. */
  readonly prepare?: (folder: string) => void;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs it without a secret in its log. `env`: that of the script, which prints it into a file, as `env > ../printed`. */
export async function runStintJob(
  world: CiWorld,
  { variables = {}, script = ['env > ../printed'], ...work }: JobParts = {},
) {
  const folder = testFolder().path;
  work.prepare?.(folder);
  const job = readGitlabJob(GITLAB_INCLUDE, '.stint');
  const tokens: string[] = [];
  const giveToken = (audience: string): string => {
    const given = world.idToken(audience);
    tokens.push(given);
    return given;
  };
  const all = { ...job.variables, STINT_URL: world.url, STINT_ROLE: CI_ROLE, ...variables };
  const result = await runGitlabJob(
    { ...job, variables: all, script: [...script] },
    {
      folder,
      shell: work.shell ?? ['sh'],
      giveToken,
      trace: work.trace ?? false,
      ...(work.env && { env: work.env }),
    },
  );
  for (const secret of [...world.secrets, ...tokens]) expect(result.log).not.toContain(secret);
  const printed = join(folder, 'printed');
  const lines = existsSync(printed) ? readFileSync(printed, 'utf8').split('\n') : [];
  const env = Object.fromEntries(
    lines.map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
  );
  return { ...result, env, folder, hasPrinted: existsSync(printed) };
}
