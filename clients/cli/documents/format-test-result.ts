// The result of a document's tests as lines of text.

import { showable } from '../../../shared/kernel/showable.ts';
import type { PolicyTestResult } from '../../../shared/policy-tests/run-policy-tests.ts';

export const formatFailures = ({ failures }: PolicyTestResult): readonly string[] =>
  failures.map(
    ({ file, line, column, test, message }) =>
      `${file}:${line}:${column}: test "${showable(test)}": ${message}`,
  );

export const formatTestCount = ({ passed, failed }: PolicyTestResult): string =>
  `${passed} passed, ${failed} failed`;
