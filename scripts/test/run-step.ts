// Runs one step and prints a line about it. The step's own output is printed, in full, only when the step fails.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestStep } from './steps.ts';
import { NOTHING, type Tally } from './tally.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NAME_WIDTH = 14;
const COULD_NOT_START = 127;

interface Ended {
  readonly exitCode: number;
  readonly output: string;
}

function run({ command, args }: TestStep): Promise<Ended> {
  const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...colour },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  const keep = (chunk: Buffer): void => {
    chunks.push(chunk);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((resolve) => {
    const end = (exitCode: number) => resolve({ exitCode, output: Buffer.concat(chunks).toString('utf8') });
    child.once('error', (error) => {
      chunks.push(Buffer.from(`${error.message}\n`));
      end(COULD_NOT_START);
    });
    // No exit code: a signal ended the process.
    child.once('close', (exitCode) => end(exitCode ?? 1));
  });
}

export async function runStep(step: TestStep): Promise<Tally> {
  const name = step.name.padEnd(NAME_WIDTH);
  const hindrance = step.hindrance?.();
  if (hindrance !== undefined) {
    process.stdout.write(`${name}SKIPPED   ${hindrance}\n`);
    return { ...NOTHING, skipped: 1 };
  }
  process.stdout.write(`${name}...\n`);
  const startedAt = performance.now();
  const { exitCode, output } = await run(step);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const tally = step.tally(exitCode);
  const word = tally.failed === 0 ? 'ok' : 'FAILED';
  process.stdout.write(`${name}${word.padEnd(7)}${seconds.padStart(6)} s   ${tally.passed} passed\n`);
  if (tally.failed > 0) process.stdout.write(`\n${output.trimEnd()}\n\n`);
  return tally;
}
