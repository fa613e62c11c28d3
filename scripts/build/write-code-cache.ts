// Runs a bundle through a first vend and a readiness check, and writes the code that V8 compiled beside the bundle: a cold
// start then compiles next to nothing. scripts/build.ts runs it against the miniature world.
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { codeCacheFile, compileBundle, runBundle } from './bundle-script.ts';

const POLL_MS = 20;
const { FC_CUSTOM_LISTEN_PORT: port, WARM_UP_TOKENS = '' } = process.env;
const EXIT_NOT_WARM = 1;

const folder = process.argv[2];
if (folder === undefined) throw new Error('give the folder that holds the bundle');
const script = compileBundle(folder, undefined);
runBundle(script, folder);

function ask(method: string, path: string, token: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) =>
      response.resume().on('end', () => resolve(response.statusCode)),
    );
    sent.on('error', () => resolve(undefined));
    sent.end(method === 'POST' ? '{"role":"media-uploader"}' : undefined);
  });
}

async function warmUp(): Promise<void> {
  while ((await ask('GET', '/healthz', '')) === undefined) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const statuses = [await ask('GET', '/readyz', '')];
  for (const token of WARM_UP_TOKENS.split(' ')) statuses.push(await ask('POST', '/v1/credentials', token));
  if (statuses.some((status) => status !== 200)) {
    process.stderr.write(`warm-up: answered ${statuses.join(', ')}\n`);
    process.exit(EXIT_NOT_WARM);
  }
  writeFileSync(codeCacheFile(folder ?? ''), script.createCachedData());
  process.exit(0);
}

void warmUp();
