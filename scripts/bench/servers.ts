// The processes that are measured: the vend function as it is deployed, and its floors.
import type { ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { MINIATURE_AUDIENCE, type Miniature } from '../miniature/miniature.ts';
import { startOnCore } from './processes.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
export const VEND_PORT = 9451;
export const FLOOR_PORT = 9452;
export const AGENT_PORT = 9453;
const SUBJECT_CORE = 0;
const POLL_MS = 10;

export const urlOf = (port: number): string => `http://127.0.0.1:${port}`;

/** Bundled as the function is, so that a floor does not win or lose by its build; and the agent, as the command line is. */
export async function bundleFloors(folder: string): Promise<void> {
  await build({
    entryPoints: ['floor-server.ts', 'bare-server.ts', 'agent-server.ts'].map((file) => join(HERE, file)),
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  });
}

export interface Servers {
  readonly vend: () => ChildProcess;
  /** Verifies one RS256 token for each request. */
  readonly floor: () => ChildProcess;
  /** Answers, and nothing else. */
  readonly bare: () => ChildProcess;
}

export function createServers(world: Miniature, floorFolder: string, vendFolder: string): Servers {
  const floorEnvironment = {
    PORT: String(FLOOR_PORT),
    JWK: JSON.stringify(world.publicJwk),
    ISSUER: world.issuer,
    AUDIENCE: MINIATURE_AUDIENCE,
  };
  const vendEnvironment = { ...world.environment, FC_CUSTOM_LISTEN_PORT: String(VEND_PORT) };
  return {
    vend: () => startOnCore(SUBJECT_CORE, ['index.cjs'], vendEnvironment, vendFolder),
    floor: () => startOnCore(SUBJECT_CORE, ['floor-server.cjs'], floorEnvironment, floorFolder),
    bare: () => startOnCore(SUBJECT_CORE, ['bare-server.cjs'], floorEnvironment, floorFolder),
  };
}

export async function answering(child: ChildProcess, port: number): Promise<ChildProcess> {
  for (;;) {
    const up = await fetch(`${urlOf(port)}/healthz`).then(
      () => true,
      () => false,
    );
    if (up) return child;
    if (child.exitCode !== null) throw new Error('the server under test ended');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
