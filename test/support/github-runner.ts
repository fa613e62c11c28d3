// Runs steps of a workflow as the GitHub Actions runner does: bash with its options, expressions evaluated in `env`, `with` and
// outputs alone, the files GITHUB_ENV and GITHUB_OUTPUT, and commands on standard output. What it masks is masked from then on. At
// the end of the job it ends the processes that steps left behind, which it knows by a variable.
//
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';

const Texts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));
const Step = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  shell: z.string().optional(),
  run: z.string().optional(),
  uses: z.string().optional(),
  env: Texts.default({}),
  with: Texts.default({}),
});
export type WorkflowStep = z.infer<typeof Step>;
export const WorkflowJob = z.looseObject({
  permissions: Texts.optional(),
  env: Texts.default({}),
  steps: z.array(Step),
});
const Action = z.object({
  inputs: z.record(
    z.string(),
    z.object({ required: z.boolean().default(false), default: z.string().optional() }),
  ),
  outputs: z.record(z.string(), z.object({ value: z.string() })),
  runs: z.object({ using: z.literal('composite'), steps: z.array(Step) }),
});

export interface StepResult {
  readonly exitCode: number | null;
  /** As people see it: masked, and without the commands. */
  readonly log: string;
  /** Standard output and error, byte for byte. */
  readonly raw: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Commands such as `error`, with their text. */
  readonly commands: readonly (readonly [string, string])[];
}

/** The format of the runner's files: `name=value`, or a value up to its delimiter. */
export function readRunnerFile(content: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const lines = content.split('\n');
  while (lines.length > 0) {
    const line = lines.shift() ?? '';
    if (line === '') continue;
    const [, name = '', operator, rest = ''] = /^([^=<]*)(=|<<)(.*)$/.exec(line) ?? [];
    if (operator === undefined) throw new Error(`the runner fails at this line: ${line}`);
    if (operator === '=') {
      found[name] = rest;
      continue;
    }
    const end = lines.indexOf(rest);
    if (end < 0) throw new Error(`the runner finds no end of ${name}`);
    found[name] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join('\n');
  }
  return found;
}

const unescapeData = (data: string): string =>
  data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');

/** A command of today begins a line; one of earlier runners may stand anywhere in it. */
const COMMAND = /^\s*::([a-z-]+)(?: [^:]*)?::(.*)$|##\[([a-z-]+)[^\]]*\](.*)$/;

/** The processes that have this in their environment. Linux alone tells. */
function processesWith(variable: string): readonly number[] {
  const environmentOf = (pid: string): readonly string[] => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    } catch {
      return []; // it has ended, or is another user's
    }
  };
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => environmentOf(pid).includes(variable)).map(Number);
}

/** `folder`: empty, for the files of the runner and the home folder. `env`: of the job. */
export function createRunner(folder: string, env: Readonly<Record<string, string>>) {
  const jobEnv: Record<string, string> = { ...env };
  const masks: string[] = [];
  const trackingId = `github_${randomUUID()}`;
  let count = 0;

  const evaluate = (value: string, scope: (path: string) => string): string =>
    value.replaceAll(/\$\{\{\s*([\w.-]+)\s*\}\}/g, (_, path: string) => scope(path));

  function readOutput(raw: string): Pick<StepResult, 'log' | 'commands'> {
    const commands: [string, string][] = [];
    const shown = raw.split('\n').flatMap((line) => {
      const [, today, data, earlier, rest] = COMMAND.exec(line) ?? [];
      const name = today ?? earlier;
      if (name === undefined) return [line];
      const value = unescapeData(data ?? rest ?? '');
      commands.push([name, value]);
      // The runner hides the lines of such a value, too.
      if (name === 'add-mask') masks.push(...[value, ...value.split(/\r?\n/)].filter((mask) => mask !== ''));
      return name === 'add-mask' ? [] : [value];
    });
    return { commands, log: masks.reduce((text, mask) => text.replaceAll(mask, '***'), shown.join('\n')) };
  }

  async function runScript(
    step: WorkflowStep,
    scope: (path: string) => string,
    own: Readonly<Record<string, string>>,
  ): Promise<StepResult> {
    const script = step.run ?? '';
    count += 1;
    const file = (name: string): string => join(folder, `${name}-${count}`);
    const [envFile, outputFile] = [file('env'), file('output')];
    for (const path of [envFile, outputFile]) writeFileSync(path, '');
    writeFileSync(file('script.sh'), script);
    mkdirSync(join(folder, 'home'), { recursive: true });
    const given = Object.fromEntries(
      Object.entries(step.env).map(([name, value]) => [name, evaluate(value, scope)]),
    );
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', file('script.sh')], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: join(folder, 'home'),
        RUNNER_TEMP: folder,
        RUNNER_TRACKING_ID: trackingId,
        GITHUB_ACTIONS: 'true',
        ...jobEnv,
        ...own,
        ...given,
        GITHUB_ENV: envFile,
        GITHUB_OUTPUT: outputFile,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const exitCode = await ended;
    Object.assign(jobEnv, readRunnerFile(readFileSync(envFile, 'utf8')));
    const raw = out + errors;
    return { exitCode, raw, outputs: readRunnerFile(readFileSync(outputFile, 'utf8')), ...readOutput(raw) };
  }

  /** Runs the steps of the action at this path until one fails, with the inputs of a `with`. */
  async function runAction(path: string, inputs: Readonly<Record<string, string>>): Promise<StepResult> {
    const action = Action.parse(parse(readFileSync(join(path, 'action.yml'), 'utf8')));
    const unknown = Object.keys(inputs).filter((name) => !Object.hasOwn(action.inputs, name));
    if (unknown.length > 0) throw new Error(`no such input: ${unknown}`);
    const done: Record<string, StepResult> = {};
    const scope = (name: string): string => {
      const [top, key = '', , output = ''] = name.split('.');
      if (top === 'inputs') return inputs[key] ?? action.inputs[key]?.default ?? '';
      if (top === 'steps') return done[key]?.outputs[output] ?? '';
      throw new Error(`no such context: ${name}`);
    };
    const results: StepResult[] = [];
    for (const step of action.runs.steps) {
      const result = await runScript(step, scope, { GITHUB_ACTION_PATH: path });
      results.push(result);
      if (step.id !== undefined) done[step.id] = result;
      if (result.exitCode !== 0) break;
    }
    const joined = (part: 'log' | 'raw'): string => results.map((result) => result[part]).join('');
    const outputs = Object.entries(action.outputs).map(([name, { value }]) => [name, evaluate(value, scope)]);
    return {
      exitCode: results.at(-1)?.exitCode ?? 0,
      log: joined('log'),
      raw: joined('raw'),
      commands: results.flatMap(({ commands }) => commands),
      outputs: Object.fromEntries(outputs),
    };
  }

  /** Gives the ids of the processes that it has ended. */
  const endJob = (): readonly number[] => {
    const left = processesWith(`RUNNER_TRACKING_ID=${trackingId}`);
    for (const pid of left) process.kill(pid, 'SIGKILL');
    return left;
  };
  onTestFinished(() => void endJob());

  return {
    runAction,
    endJob,
    runStep: (step: WorkflowStep) => runScript(step, () => '', {}),
    /** Of the job, as the steps so far have set it. */
    jobEnv,
    masks,
    home: join(folder, 'home'),
  };
}

export type GithubRunner = ReturnType<typeof createRunner>;
