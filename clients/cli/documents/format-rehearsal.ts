// How the tests of a document went, in lines.

import { showable } from '../../../shared/kernel/showable.ts';
import type { Rehearsal } from '../../../shared/policy-tests/rehearse-document.ts';

export const formatFailures = ({ failures }: Rehearsal): readonly string[] =>
  failures.map(
    ({ file, line, column, test, message }) =>
      `${file}:${line}:${column}: test "${showable(test)}": ${message}`,
  );

export const formatTestCount = ({ passed, failed }: Rehearsal): string =>
  `${passed} passed, ${failed} failed`;
