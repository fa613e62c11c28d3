// Runs a job as the shell executor of GitLab's runner does: the variables are exported, before_script and script are one script
// in one shell that ends at the first failure, and after_script is another.
//
// https://docs.gitlab.com/runner/shells/
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import * as z from 'zod';

const Texts = z.record(z.string(), z.coerce.string());
const Lines = z.array(z.string());
const Job = z.object({
  extends: z.string().optional(),
  variables: Texts.default({}),
  id_tokens: z.record(z.string(), z.object({ aud: z.string() })).default({}),
  before_script: Lines.optional(),
  script: Lines.optional(),
  after_script: Lines.optional(),
});
type GitlabJob = z.infer<typeof Job>;

/** The job of this name, with what it extends, in a file of this text. */
export function readGitlabJob(yaml: string, name: string): GitlabJob {
  const file: Readonly<Record<string, unknown>> = parse(yaml);
  const job = Job.parse(file[name]);
  if (job.extends === undefined) return job;
  const base = readGitlabJob(yaml, job.extends);
  return {
    ...base,
    ...Object.fromEntries(Object.entries(job).filter(([, value]) => value !== undefined)),
    variables: { ...base.variables, ...job.variables },
    id_tokens: { ...base.id_tokens, ...job.id_tokens },
  };
}

export interface JobResult {
  readonly exitCode: number | null;
  /** What the log of the job shows: standard output and error. */
  readonly log: string;
}

export interface RunnerWork {
  /** Of the job; the project is in it. */
  readonly folder: string;
  /** The command that reads the script from its standard input, such as `['dash']`. */
  readonly shell: readonly string[];
  readonly giveToken: (audience: string) => string;
  readonly env?: Readonly<Record<string, string>>;
  /** CI_DEBUG_TRACE. */
  readonly trace?: boolean;
}

/** As the runner writes it before every script. */
const PIPEFAIL = 'if set -o | grep pipefail > /dev/null; then set -o pipefail; fi';

const expand = (value: string, variables: Readonly<Record<string, string>>): string =>
  value.replaceAll(/\$(\w+)/g, (_, name: string) => variables[name] ?? '');

async function runLines(
  lines: readonly string[],
  { folder, shell, env, trace = false }: RunnerWork,
): Promise<JobResult> {
  const [program = '', ...args] = shell;
  const project = join(folder, 'project');
  const child = spawn(program, args, {
    cwd: project,
    env: { PATH: process.env['PATH'], HOME: folder, CI: 'true', CI_PROJECT_DIR: project, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end([trace ? 'set -o xtrace' : '', PIPEFAIL, 'set -o errexit', ...lines, ''].join('\n'));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const texts = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { exitCode: await ended, log: texts.join('') };
}

export async function runGitlabJob(job: GitlabJob, work: RunnerWork): Promise<JobResult> {
  mkdirSync(join(work.folder, 'project'), { recursive: true });
  const tokens = Object.entries(job.id_tokens).map(([name, { aud }]) => [
    name,
    work.giveToken(expand(aud, job.variables)),
  ]);
  const env = { ...job.variables, ...Object.fromEntries(tokens), ...work.env };
  const lines = [...(job.before_script ?? []), ...(job.script ?? [])];
  const result = await runLines(lines, { ...work, env });
  const after = await runLines(job.after_script ?? [], { ...work, env });
  return { ...result, log: result.log + after.log };
}
