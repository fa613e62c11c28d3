// One list says what the stages are; folders, comments, the pipeline and its picture follow it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { STAGES } from '../../shared/pipeline/stages.ts';
import { ROOT, readSources } from './source-files.ts';

const PIPELINE = 'shared/pipeline';
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** `resolveGrants` is what the stage grants does. */
const inOrder = (text: string): readonly string[] =>
  (text.match(/authenticate|limit|grants|decide|compose|assume|audit/gi) ?? []).map((word) =>
    word.toLowerCase(),
  );

describe('the stages', () => {
  test('are the folders of the pipeline', () => {
    const folders = readdirSync(join(ROOT, PIPELINE), { withFileTypes: true });
    const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(names.sort()).toEqual([...STAGES].sort());
  });

  test.each(STAGES.map((stage, index) => ({ stage, number: index + 1 })))(
    'begin each with a file that says which it is: $stage',
    ({ stage, number }) => {
      const begun = [...readSources([`${PIPELINE}/${stage}`]).values()].flatMap(
        (text) => /^\/\/ Stage (\d+): /.exec(text)?.[1] ?? [],
      );
      expect(begun).toEqual([String(number)]);
    },
  );

  test('are run in their order by the pipeline, as its first lines say', () => {
    const [first = ''] = textOf('functions/vend/vend-credentials.ts').split('→ respond');
    expect(inOrder(first)).toEqual(STAGES);
  });

  test('are in README’s picture', () => {
    const [picture = ''] = /^.*──►.*$/m.exec(textOf('README.md')) ?? [];
    expect(inOrder(picture)).toEqual(STAGES);
  });

  test('are told in their order', () => {
    const headings = textOf('docs/how-it-works.md').match(/^## .*$/gm) ?? [];
    const told = headings
      .map((heading) => heading.slice('## '.length))
      .filter((name) => STAGES.some((stage) => stage === name));
    expect(told).toEqual(STAGES);
  });
});
