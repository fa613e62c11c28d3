// A build meets what runs from the earlier one, and other builds, in a clone where two local clouds are started.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replaceFolder } from '../../../scripts/build/replace-folder.ts';
import { testFolder } from '../../unit/cli/test-terminal.ts';

const writing =
  (files: readonly string[], meanwhile = async () => {}) =>
  async (into: string): Promise<void> => {
    for (const file of files) writeFileSync(join(into, file), file);
    await meanwhile();
  };

test('the earlier folder stays whole until the new one is finished, and nothing else is left', async () => {
  const { path } = testFolder();
  const folder = join(path, 'dist', 'vend');
  await replaceFolder(folder, writing(['one', 'two']));
  await replaceFolder(
    folder,
    writing(['three'], async () => expect(readdirSync(folder)).toEqual(['one', 'two'])),
  );
  expect(readdirSync(folder)).toEqual(['three']);
  expect(readdirSync(join(path, 'dist'))).toEqual(['vend']);
  expect(statSync(folder).mode & 0o777).toBe(0o755);
});

test('a build that fails leaves the earlier folder', async () => {
  const { path } = testFolder();
  const folder = join(path, 'vend');
  await replaceFolder(folder, writing(['one']));
  const failing = replaceFolder(folder, () => Promise.reject(new Error('no build')));
  await expect(failing).rejects.toThrow('no build');
  expect(readdirSync(path)).toEqual(['vend']);
  expect(readFileSync(join(folder, 'one'), 'utf8')).toBe('one');
});

test('two builds at the same time leave one of the two, whole', async () => {
  const { path } = testFolder();
  const folder = join(path, 'vend');
  mkdirSync(folder);
  const names = ['a', 'b', 'c', 'd', 'e'];
  await Promise.all(names.map((name) => replaceFolder(folder, writing([`${name}-1`, `${name}-2`]))));
  const [first = '', second = ''] = readdirSync(folder);
  expect([first, second]).toEqual([`${first[0]}-1`, `${first[0]}-2`]);
  expect(readdirSync(path)).toEqual(['vend']);
});
