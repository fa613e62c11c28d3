// docs/settings.md has every environment variable that the code reads, and no other; it is as the code generates it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { firstDifference } from '../../scripts/openapi/first-difference.ts';
import { DEPLOY_SETTINGS } from '../../scripts/settings/listed-settings.ts';
import { renderSettings } from '../../scripts/settings/render-settings.ts';
import { settingsIn } from './settings-in.ts';
import { ROOT, readSources } from './source-files.ts';

const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const VARIABLE = /\bSTINT_[A-Z0-9_]*[A-Z0-9]\b/g;
/** The list itself, which would otherwise prove that its own names are read. */
const LIST = 'scripts/settings/';

/** What the code reads: of tests only what they take from their own process, since the rest is made up. */
function variablesRead(): ReadonlySet<string> {
  const code = [...readSources(['functions', 'shared', 'clients', 'local', 'scripts'])]
    .filter(([path]) => !path.startsWith(LIST))
    .map(([, text]) => text);
  const tests = [...readSources(['test/contract', 'test/e2e', 'test/browser'])].flatMap(
    ([, text]) => text.match(/process\.env\['STINT_\w+'\]/g) ?? [],
  );
  const templates = textOf('s.yaml') + textOf('s.cloudsso.yaml');
  const deployed = templates.match(/env\('STINT_\w+'/g) ?? [];
  return new Set([...code, ...tests, ...deployed].flatMap((text) => text.match(VARIABLE) ?? []));
}

describe('docs/settings.md', () => {
  const settings = settingsIn(textOf('docs/settings.md'));
  const own = [...settings].filter((name) => name.startsWith('STINT_'));
  const read = variablesRead();

  test('is as the code generates it; if not, run npm run settings and commit the result', () => {
    expect(firstDifference(textOf('docs/settings.md'), renderSettings())).toBeUndefined();
  });

  test('has every variable that the code reads', () => {
    expect(read.size).toBeGreaterThan(20);
    expect([...read].filter((name) => !settings.has(name))).toEqual([]);
  });

  test('has no other', () => {
    expect(own.filter((name) => !read.has(name) && !read.has(name.replace(/_FILE$/, '')))).toEqual([]);
  });

  test('has every variable of s.yaml and s.cloudsso.yaml in one table', () => {
    const [, table = ''] = textOf('docs/settings.md').split('## All variables of s.yaml');
    for (const file of ['s.yaml', 's.cloudsso.yaml']) {
      const taken = textOf(file).match(/(?<=env\(')\w+/g) ?? [];
      expect(taken.length).toBeGreaterThan(1);
      expect([...new Set(taken)].filter((name) => !table.includes(`| \`${name}\` | \`${file}\``))).toEqual(
        [],
      );
    }
  });

  test('gives defaults of s.yaml as they are there', () => {
    const given = DEPLOY_SETTINGS.filter(
      ({ name, standard }) => standard !== undefined && !name.endsWith('_FILE'),
    );
    expect(given.length).toBeGreaterThan(2);
    for (const { name, standard } of given)
      expect(textOf('s.yaml')).toContain(`\${env('${name}', '${standard}')}`);
  });
});
