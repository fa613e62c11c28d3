// What an instance keeps of many distinct callers, and of as many that prove nothing, and whether a vend costs more as they grow.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import * as z from 'zod';
import { BANNER } from '../build/banner.ts';
import { type BenchRow, ratioAtMost, showMicros, subjectAtMost } from './bench-row.ts';

/** Five times as many as anything is kept of, so that all is full and has been dropped and filled again. */
const CALLERS = 100_000;
const MOST_MIB = 200;
const MOST_GROWTH = 1.1;

const Run = z.object({
  windows: z.array(z.object({ from: z.number(), micros: z.number(), liveMiB: z.number() })),
  strangers: z.object({ before: z.number(), after: z.number() }),
});

const count = (value: number): string => value.toLocaleString('en');
const mebibytes = (value: number): string => `${value.toFixed(0)} MiB`;

/** `folder`: for what is bundled. Bundled as the function is, so that it runs the same code. */
async function runCallers(folder: string) {
  const outfile = join(folder, 'callers-run.cjs');
  await build({
    entryPoints: [fileURLToPath(new URL('callers-run.ts', import.meta.url))],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    banner: { js: BANNER },
  });
  const args = ['--no-deprecation', '--expose-gc', outfile, String(CALLERS)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return Run.parse(JSON.parse(stdout));
}

export async function benchCallers(folder: string): Promise<readonly BenchRow[]> {
  const { windows, strangers } = await runCallers(folder);
  const [few, ...more] = windows;
  const most = more.at(-1);
  if (!few || !most) throw new Error('callers bench: too few callers');
  return [
    subjectAtMost(MOST_MIB, {
      what: `live memory after ${count(CALLERS)} distinct callers (floor: after ${count(few.from)} and 10,000)`,
      ...{ subject: most.liveMiB, floor: few.liveMiB, show: mebibytes },
    }),
    ratioAtMost(MOST_GROWTH, {
      what: `live memory after as many callers without a proof as well (floor: without them)`,
      ...{ subject: strangers.after, floor: strangers.before, show: mebibytes },
    }),
    ...more.map(({ from, micros }) =>
      ratioAtMost(MOST_GROWTH, {
        what: `CPU of a new caller's vend after ${count(from)} (floor: after ${few.from})`,
        ...{ subject: micros, floor: few.micros, show: showMicros },
      }),
    ),
  ];
}
