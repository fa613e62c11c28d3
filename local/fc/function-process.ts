// One instance of a function: a child process that is started and stopped as Function Compute does it.
// It inherits nothing from this process: no environment variable, no file, no terminal.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './listen.ts';
import type { FunctionSpec } from './read-deployment.ts';

/** Function Compute refuses more (help: Environment variables). */
const MAX_ENVIRONMENT_BYTES = 4 * 1024;

function functionEnvironment(
  spec: FunctionSpec,
  instance: { readonly accountId: string; readonly instanceId: string; readonly port: number },
): Record<string, string> {
  const reserved = Object.keys(spec.environmentVariables).filter((name) => name.startsWith('FC_'));
  if (reserved.length > 0) throw new Error(`s.yaml sets reserved variables: ${reserved.join(', ')}`);
  const bytes = Object.entries(spec.environmentVariables).reduce(
    (total, [name, value]) => total + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (bytes > MAX_ENVIRONMENT_BYTES) {
    throw new Error(
      `the environment of ${spec.functionName} has ${bytes} bytes, at most ${MAX_ENVIRONMENT_BYTES}`,
    );
  }
  return {
    ...spec.environmentVariables,
    FC_ACCOUNT_ID: instance.accountId,
    FC_CUSTOM_LISTEN_PORT: String(instance.port),
    FC_FUNC_CODE_PATH: spec.codeFolder,
    FC_FUNCTION_MEMORY_SIZE: String(spec.memorySize),
    FC_FUNCTION_NAME: spec.functionName,
    FC_INSTANCE_ID: instance.instanceId,
    FC_REGION: spec.region,
  };
}

const LOOPBACK = '127.0.0.1';
/** Function Compute gives a custom runtime this long to open its port. */
const START_LIMIT_MS = 120_000;
const POLL_MS = 10;
/** Between asking an instance to stop and killing it. */
const STOP_GRACE_MS = 3000;
const CODE_MOUNT = '/code/';

export interface FunctionProcess {
  readonly port: number;
  readonly pid: number;
  readonly exited: Promise<string>;
  hasExited(): boolean;
  stop(): Promise<void>;
}

/** The layer's Node.js becomes this one, and the place where the platform mounts the code becomes the folder. */
function localArguments(spec: FunctionSpec): string[] {
  const [, ...rest] = spec.customRuntimeConfig.command;
  return [...rest, ...spec.customRuntimeConfig.args].map((argument) =>
    argument.startsWith(CODE_MOUNT) ? `${spec.codeFolder}/${argument.slice(CODE_MOUNT.length)}` : argument,
  );
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Already gone.
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK);
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function untilAnswers(instance: FunctionProcess, name: string): Promise<void> {
  const limit = Date.now() + START_LIMIT_MS;
  while (!(await answers(instance.port))) {
    if (instance.hasExited()) throw new Error(`${name} ended while it started: ${await instance.exited}`);
    if (Date.now() > limit)
      throw new Error(`${name} did not open its port in ${START_LIMIT_MS / 1000} seconds`);
    await sleep(POLL_MS);
  }
}

function supervise(child: ChildProcess, pid: number, port: number): FunctionProcess {
  let ended = false;
  // Should this process end without closing the gateway, its instances must not outlive it.
  const killWithParent = (): void => signalGroup(pid, 'SIGKILL');
  process.once('exit', killWithParent);
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      ended = true;
      process.off('exit', killWithParent);
      resolve(signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
  });
  const stop = async (): Promise<void> => {
    if (ended) return;
    signalGroup(pid, 'SIGTERM');
    const kill = setTimeout(() => signalGroup(pid, 'SIGKILL'), STOP_GRACE_MS);
    await exited;
    clearTimeout(kill);
  };
  return { port, pid, exited, hasExited: () => ended, stop };
}

/**
 * Starts an instance and resolves when its port is open; rejects when it ends first, or after 120 s. `onLine` gets
 * the lines that it prints.
 */
export async function startFunctionProcess(
  spec: FunctionSpec,
  accountId: string,
  onLine: (line: string) => void,
): Promise<FunctionProcess> {
  const port = await freePort(0, LOOPBACK);
  const child = spawn(process.execPath, localArguments(spec), {
    cwd: spec.codeFolder,
    env: functionEnvironment(spec, { accountId, instanceId: `c-${randomUUID()}`, port }),
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own process group: Ctrl-C reaches the gateway alone, and stopping reaches what the function started.
    detached: true,
  });
  if (child.pid === undefined) throw new Error(`${spec.functionName} could not be started`);
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);
  const instance = supervise(child, child.pid, port);
  try {
    await untilAnswers(instance, spec.functionName);
    return instance;
  } catch (error) {
    await instance.stop();
    throw error;
  }
}
