// One running `npm start` and a way to use it; remembers every request, so that its traces can be counted.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { DEMO_AUDIENCE } from '../../local/demo/demo-account.ts';
import { signInPerson } from '../../local/idp/sign-in-person.ts';
import { type NpmStart, npmStart, ROOT, shellEnvironment } from './npm-start.ts';
import { choosePort, portsIn, prepareState, type State } from './state.ts';

const Body = z.looseObject({ requestId: z.string() });

export interface Exchange {
  readonly token: string;
  readonly status: number;
  readonly requestId: string;
  /** The body as it came. */
  readonly text: string;
}

export interface Ended {
  readonly exitCode: number | null;
  readonly out: string;
  readonly errors: string;
}

/** Runs a line as a shell in this folder would, by default in the clone. */
export async function runLine(
  line: string,
  environment: Readonly<Record<string, string>>,
  folder: string = ROOT,
): Promise<Ended> {
  const child = spawn('sh', ['-c', line], {
    cwd: folder,
    env: shellEnvironment(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exitCode = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { exitCode: await exitCode, out, errors };
}

export class World {
  readonly state: State;
  readonly npm: NpmStart;
  readonly url: string;
  readonly ports: ReturnType<typeof portsIn>;
  readonly exchanges: Exchange[] = [];

  constructor(state: State, npm: NpmStart, url: string) {
    this.state = state;
    this.npm = npm;
    this.url = url;
    this.ports = portsIn(state.folder);
  }

  run(line: string): Promise<Ended> {
    return runLine(line, { STINT_STATE_DIR: this.state.folder });
  }

  /** The document of the start with the change made, applied as the administrator does it. */
  async apply(change: (text: string) => string): Promise<void> {
    const { folder } = this.state;
    const file = join(folder, 'changed.yaml');
    writeFileSync(file, change(readFileSync(join(folder, 'access.yaml'), 'utf8')));
    const { exitCode, out, errors } = await this.run(
      `npx stint apply --yes --env ${folder}/admin.env ${file}`,
    );
    if (exitCode !== 0 || !out.includes('Applied as revision')) throw new Error(`${out}${errors}`);
  }

  token(person: string): Promise<string> {
    return signInPerson(`http://127.0.0.1:${this.ports.idp}`, DEMO_AUDIENCE, person);
  }

  async vend(token: string, request: object): Promise<Exchange> {
    const response = await fetch(`${this.url}/v1/credentials`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    return this.remember(token, response.status, await response.text());
  }

  remember(token: string, status: number, answer: string): Exchange {
    const { requestId } = Body.parse(JSON.parse(answer));
    const exchange = { token, status, requestId, text: answer };
    this.exchanges.push(exchange);
    return exchange;
  }

  log(): string {
    return readFileSync(join(this.state.folder, 'logs/vend.log'), 'utf8');
  }

  /** Stops it and removes what it kept. */
  async close(): Promise<void> {
    await this.npm.stop();
    rmSync(this.state.folder, { recursive: true, force: true });
  }
}

/** Starts in the state folder given, or in a new one. */
export async function startWorld(
  kept?: { readonly state: State; readonly port: number },
  environment: Readonly<Record<string, string>> = {},
): Promise<World> {
  const state = kept?.state ?? (await prepareState());
  const port = kept?.port ?? (await choosePort());
  const npm = npmStart({ ...environment, STINT_STATE_DIR: state.folder, PORT: String(port) });
  try {
    return new World(state, npm, await npm.ready);
  } catch (error) {
    await npm.stop();
    throw error;
  }
}
