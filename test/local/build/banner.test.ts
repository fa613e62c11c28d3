// The setting that a bundle begins with, on the zod that it is meant for.
import { Script } from 'node:vm';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { BANNER } from '../../../scripts/build/banner.ts';

const PROGRAM = `
import { z } from 'zod';
const Native = globalThis.Function;
let written = 0;
globalThis.Function = new Proxy(Native, { construct: (target, args) => (written += 1, Reflect.construct(target, args)) });
const parsed = z.object({ role: z.string() }).safeParse({ role: 'x' });
globalThis.Function = Native;
globalThis.answer = { wroteNone: written === 0, parsed };
`;

async function run(js: string): Promise<unknown> {
  const { outputFiles } = await build({
    stdin: { contents: PROGRAM, resolveDir: import.meta.dirname },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
    banner: { js },
  });
  const global = { answer: undefined };
  new Script(outputFiles[0]?.text ?? '').runInNewContext(global);
  return global.answer;
}

it.each([
  ['writes functions for schemas without it', '', false],
  ['writes none with it', BANNER, true],
])('zod %s', async (_name, banner, none) => {
  expect(await run(banner)).toMatchObject({ parsed: { success: true }, wroteNone: none });
});
