// Runs inside a network namespace of its own, where 100.100.100.200 is this program's: an agent that serves the metadata service,
// and a client of it. Argument: JSON of `Inside`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { lead } from './lead.ts';

export interface Inside {
  /** Ports to open here, and the sockets that lead to them outside. */
  readonly leads: readonly (readonly [port: number, path: string])[];
  readonly agent: readonly string[];
  readonly client: readonly string[];
}

const start = ([program = '', ...args]: readonly string[]) =>
  spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });

async function main({ leads, agent, client }: Inside): Promise<void> {
  for (const [port, path] of leads) await lead({ port, host: '127.0.0.1' }, { path });
  const serving = start(agent);
  await once(serving.stdout, 'data');
  process.stdout.write(await text(start(client).stdout));
  serving.kill('SIGTERM');
  process.exit();
}

await main(JSON.parse(process.argv[2] ?? ''));
