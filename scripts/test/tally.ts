// Counts of what passed and failed. A check counts as one test.
import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 };

export const addTallies = (a: Tally, b: Tally): Tally => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

export const tallyCheck = (exitCode: number): Tally =>
  exitCode === 0 ? { ...NOTHING, passed: 1 } : { ...NOTHING, failed: 1 };

/** The part of the report of vitest's JSON reporter that is counted. */
const Report = z.object({
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

/** A file that does not load reports no tests; it counts as one failed test. */
export function tallyVitest(exitCode: number, reportFile: string): Tally {
  if (!existsSync(reportFile)) return tallyCheck(exitCode === 0 ? 1 : exitCode);
  const files = Report.parse(JSON.parse(readFileSync(reportFile, 'utf8'))).testResults;
  const count = (status: string) =>
    files.flatMap((file) => file.assertionResults).filter((result) => result.status === status).length;
  const unloaded = files.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  );
  const total = files.reduce((sum, file) => sum + file.assertionResults.length, 0);
  const failed = count('failed') + unloaded.length;
  return {
    passed: count('passed'),
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: total - count('passed') - count('failed'),
  };
}

/** The last line always has the same form, so that a program can read it. */
export function summaryOf({ passed, failed, skipped }: Tally): string {
  const line = `${passed} passed, ${failed} failed`;
  return skipped === 0 ? line : `${skipped} skipped\n${line}`;
}
