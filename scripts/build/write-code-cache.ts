// Runs a bundle until it answers its health check and writes what V8 compiled meanwhile beside it.
// A function that refuses to start still leaves the cache of everything that it loaded.
import { writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { codeCacheFile, compileBundle, runBundle } from './bundle-script.ts';

const POLL_MS = 20;
/** Several times the slowest start seen on a busy machine. */
const LONGEST_START_MS = 5000;

const folder = process.argv[2];
if (folder === undefined) throw new Error('which folder holds the bundle?');
const script = compileBundle(folder, undefined);
process.on('exit', () => writeFileSync(codeCacheFile(folder), script.createCachedData()));
runBundle(script, folder);

function awaitAnswer(): void {
  const request = get(
    { host: '127.0.0.1', port: process.env['FC_CUSTOM_LISTEN_PORT'], path: '/healthz', agent: false },
    (response) => response.resume().on('end', () => process.exit(0)),
  );
  request.on('error', () => setTimeout(awaitAnswer, POLL_MS));
}
setTimeout(() => process.exit(0), LONGEST_START_MS);
awaitAnswer();
