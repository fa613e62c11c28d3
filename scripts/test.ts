// `npm test`: runs every check and every test, in steps. Goes on after a failure, and ends with the count.
//   npm test                     every step
//   npm test -- --only unit      one step; may be repeated
//   npm test -- --fast           lint, types, and the tests of architecture, unit, attack and http; also npm run test:fast
//   npm test -- test/http -t 405 vitest alone, with these arguments
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runStep } from './test/run-step.ts';
import { chooseSteps, runningTogether } from './test/steps.ts';
import { addTallies, NOTHING, summaryOf } from './test/tally.ts';

const EXIT_USAGE = 2;

async function runAll(args: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'stint-test-'));
  try {
    const chosen = chooseSteps(args, folder);
    if (!chosen.ok) {
      process.stderr.write(`${chosen.error}\n`);
      return EXIT_USAGE;
    }
    let total = NOTHING;
    for (const steps of runningTogether(chosen.value)) {
      for (const tally of await Promise.all(steps.map(runStep))) total = addTallies(total, tally);
    }
    process.stdout.write(`\n${summaryOf(total)}\n`);
    return total.failed === 0 && total.passed > 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await runAll(process.argv.slice(2));
