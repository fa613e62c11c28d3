// Runs inside a network namespace of its own, where 100.100.100.200 is this program's: a deployment, an agent that serves the
// metadata service, and the clients, one after the other. Arguments: a JSON list of clients, each [program, ...arguments].
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../../clients/cli/bin.mjs', import.meta.url));
const [credentials = '', clients = '[]'] = process.argv.slice(2);
const folder = process.cwd();
const env = { PATH: process.env['PATH'], HOME: folder, XDG_STATE_HOME: folder };

async function startDeployment(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end(credentials);
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

async function run([program = '', ...args]: readonly string[]): Promise<void> {
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  process.stdout.write(await text(child.stdout));
}

async function main(): Promise<void> {
  writeFileSync('token', 'a.b.c');
  const url = await startDeployment();
  const args = [
    BIN,
    'agent',
    'media-uploader',
    '--url',
    url,
    '--token-file',
    'token',
    '--metadata',
    '--json',
  ];
  const agent = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(agent.stdout, 'data');
  for (const client of JSON.parse(clients)) await run(client);
  agent.kill('SIGTERM');
}

await main();
