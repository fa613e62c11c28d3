// One list says what the stages are; folders, comments, the pipeline and its picture follow it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type PipelineStage, STAGES } from '../../shared/pipeline/stages.ts';
import { ROOT, readSources } from './source-files.ts';

const PIPELINE = 'shared/pipeline';
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** `resolveGrants` is what the stage grants does. */
const inOrder = (text: string): readonly string[] =>
  (text.match(/authenticate|limit|grants|decide|compose|assume|audit/gi) ?? []).map((word) =>
    word.toLowerCase(),
  );

/** What each is in the code of the pipeline. */
const CALLS = {
  authenticate: 'authenticate',
  limit: 'requestLimits.admitCaller',
  grants: 'resolveGrants',
  decide: 'decideVend',
  compose: 'composeOrReuse',
  assume: 'deps.assumeRole',
  audit: 'auditAndRespond',
} as const satisfies Record<PipelineStage, string>;
const STAGE_OF = new Map<string, string>(Object.entries(CALLS).map(([stage, call]) => [call, stage]));

const FUNCTION = /^(?:export )?(?:async )?function (\w+).*?\)(?:: [^\n]+)? \{\n(.*?)^\}/gms;
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*/g;
/** What a stage refuses ends there, and is no part of the way. */
const EARLY_RETURN = /^ *if \([^;]*\breturn\b[^;]*;/gm;

/** The code of a function, with that of the functions of these files which it calls in place of the calls. */
function wayThrough(start: string, files: readonly string[]): string {
  const bodies = new Map<string, string>();
  for (const file of files)
    for (const [, name = '', body = ''] of textOf(file).replaceAll(COMMENT, '').matchAll(FUNCTION))
      bodies.set(name, body.replaceAll(EARLY_RETURN, ''));
  const unfold = (body: string): string =>
    body.replaceAll(/(?<![.\w])(\w+)\(/g, (call, name: string) => unfold(bodies.get(name) ?? '') || call);
  return unfold(`${start}(`);
}

describe('the stages', () => {
  test('are the folders of the pipeline', () => {
    const folders = readdirSync(join(ROOT, PIPELINE), { withFileTypes: true });
    const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(names.sort()).toEqual([...STAGES].sort());
  });

  test.each(STAGES.map((stage, index) => ({ stage, number: index + 1 })))(
    'begin each with a file that says which it is: $stage',
    ({ stage, number }) => {
      const started = [...readSources([`${PIPELINE}/${stage}`]).values()].flatMap(
        (text) => /^\/\/ Stage (\d+): /.exec(text)?.[1] ?? [],
      );
      expect(started).toEqual([String(number)]);
    },
  );

  test('are run in their order by the pipeline', () => {
    const way = wayThrough('vendCredentials', [
      'functions/vend/vend-credentials.ts',
      'functions/vend/identify-caller.ts',
      'shared/pipeline/resolve-decision.ts',
    ]);
    const calls = [...way.matchAll(/([\w.]+)\(/g)].flatMap(([, call = '']) => STAGE_OF.get(call) ?? []);
    expect(calls).toEqual(STAGES);
  });

  test('are named in their order by its first lines', () => {
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
