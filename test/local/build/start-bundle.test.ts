// Guarantees: the start file runs the bundle with and without a code cache, and tells the function whether V8 took it.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { codeCacheFile, compileBundle } from '../../../scripts/build/bundle-script.ts';

/** As a function does, it does not start with a setting that it does not know. */
const BUNDLE = `(function(exports,require,module,__filename,__dirname){
  for (const name of Object.keys(process.env)) if (name.startsWith('STINT_')) throw new Error(name);
  console.log(process.env.CODE_CACHE ?? 'none');
})`;

/** V8's SerializedCodeData: a magic number, then a hash of the version that wrote it. */
const VERSION_OFFSET = 4;

let folder: string;
let cache: Buffer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stint-start-'));
  await build({
    entryPoints: [join(import.meta.dirname, '../../../scripts/build/start-bundle.ts')],
    outfile: join(folder, 'index.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
  });
  writeFileSync(join(folder, 'bundle.js'), BUNDLE);
  cache = compileBundle(folder, undefined).createCachedData();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = async () =>
  (await promisify(execFile)(process.execPath, [join(folder, 'index.cjs')], { env: {} })).stdout.trim();

it('says that there is none', async () => {
  expect(await start()).toBe('none');
});

it('says that V8 took it', async () => {
  writeFileSync(codeCacheFile(folder), cache);
  expect(await start()).toBe('accepted');
});

it('says that V8 refused it, and runs the bundle all the same', async () => {
  const other = Buffer.from(cache);
  other.writeUInt32LE(~other.readUInt32LE(VERSION_OFFSET) >>> 0, VERSION_OFFSET);
  writeFileSync(codeCacheFile(folder), other);
  expect(readFileSync(codeCacheFile(folder))).not.toEqual(cache);
  expect(await start()).toBe('rejected');
});
