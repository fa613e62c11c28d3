// How the tests of a document went, in lines.
import type { Rehearsal } from '../../shared/rehearse/rehearse-document.ts';
import { plain } from './plain-text.ts';

export const sayFailures = ({ failures }: Rehearsal): readonly string[] =>
  failures.map(
    ({ file, line, column, test, message }) => `${file}:${line}:${column}: test "${plain(test)}": ${message}`,
  );

export const sayTestCount = ({ passed, failed }: Rehearsal): string => `${passed} passed, ${failed} failed`;
