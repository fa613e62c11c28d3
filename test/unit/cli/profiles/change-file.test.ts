// A file that several programs change at once loses nothing.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { withLock } from '../../../../clients/cli/base/file-lock.ts';
import { processTerminal } from '../../../../clients/cli/base/terminal.ts';
import { changeFile } from '../../../../clients/cli/profiles/change-file.ts';
import { ok } from '../../../../shared/kernel/result.ts';
import { testFolder } from '../test-terminal.ts';

function start() {
  const folder = testFolder();
  const path = join(folder.path, 'config');
  writeFileSync(path, 'first\n');
  const terminal = { ...processTerminal(), note: () => undefined };
  return {
    path,
    append: (line: string) =>
      changeFile(
        { path, edit: (text) => ok(`${text}${line}\n`), mask: (shown) => shown },
        { yes: true },
        terminal,
      ),
    lines: () => readFileSync(path, 'utf8').trim().split('\n'),
  };
}

it('has every change that was made from the same text', async () => {
  const { append, lines } = start();
  const wanted = Array.from({ length: 20 }, (_, number) => `line ${number}`);
  const done = await Promise.all(wanted.map(append));
  expect(done).toEqual(wanted.map(() => ok('written')));
  expect(lines().toSorted()).toEqual(['first', ...wanted].toSorted());
});

it('waits for another stint, and keeps what that wrote', async () => {
  const { path, append, lines } = start();
  let appended: ReturnType<typeof append> | undefined;
  const work = async () => {
    const text = readFileSync(path, 'utf8');
    appended = append('mine');
    await setImmediate();
    writeFileSync(path, `${text}theirs\n`);
    return ok(undefined);
  };
  await withLock(`${path}.lock`, work, { what: 'the file' });
  expect(await appended).toEqual(ok('written'));
  expect(lines()).toEqual(['first', 'theirs', 'mine']);
});
