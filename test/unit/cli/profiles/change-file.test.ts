// A file that several programs change at once loses nothing.
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { withLock } from '../../../../clients/cli/base/file-lock.ts';
import { rewriteFile } from '../../../../clients/cli/base/replace-file.ts';
import { processTerminal } from '../../../../clients/cli/base/terminal.ts';
import { changeFile } from '../../../../clients/cli/profiles/change-file.ts';
import { replaceWatched } from '../../../../clients/cli/profiles/replace-watched.ts';
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
        { path, edit: (text) => ok(`${text ?? ''}${line}\n`), mask: (shown) => shown },
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

it('has every change where there was no file', async () => {
  const { path, append, lines } = start();
  rmSync(path);
  const wanted = Array.from({ length: 5 }, (_, number) => `line ${number}`);
  const done = await Promise.all(wanted.map(append));
  expect(done).toEqual(wanted.map(() => ok('written')));
  expect(lines().toSorted()).toEqual(wanted);
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

/** As the aliyun CLI and the SDKs write their file: it is empty until they have ended. */
function beginToWrite(path: string): (text: string) => void {
  const descriptor = openSync(path, 'w');
  return (text) => {
    writeSync(descriptor, text);
    closeSync(descriptor);
  };
}

it('waits for a program that has emptied the file, and keeps what that writes', async () => {
  const { path, append, lines } = start();
  const end = beginToWrite(path);
  const appended = append('mine');
  await setImmediate();
  end('first\ntheirs\n');
  expect(await appended).toEqual(ok('written'));
  expect(lines()).toEqual(['first', 'theirs', 'mine']);
});

it('gives the file back to a program that had begun to write it when it was replaced', async () => {
  const { path, lines } = start();
  const change = { file: path, before: 'first\n', text: 'first\nmine\n', isWhole: () => true };
  const replaced = replaceWatched(change, (file, text) => {
    const end = beginToWrite(file);
    void setImmediate().then(() => end('first\ntheirs\n'));
    return rewriteFile(file, text);
  });
  expect(await replaced).toBe(false);
  expect(lines()).toEqual(['first', 'theirs']);
});

it('leaves a file alone that another program has replaced at the last moment', async () => {
  const { path, lines } = start();
  const change = { file: path, before: 'first\n', text: 'first\nmine\n', isWhole: () => true };
  const replaced = replaceWatched(change, (file, text, mayReplace) => {
    writeFileSync(`${file}.new`, 'first\ntheirs\n');
    renameSync(`${file}.new`, file);
    return rewriteFile(file, text, mayReplace);
  });
  expect(await replaced).toBe(false);
  expect(lines()).toEqual(['first', 'theirs']);
});

it('replaces a file that another program has emptied and never writes', async () => {
  const { path, append, lines } = start();
  writeFileSync(path, '');
  expect(await append('mine')).toEqual(ok('written'));
  expect(lines()).toEqual(['mine']);
});
