// stint session-keys writes keys that login accepts, and a rotation never signs with a key that was not published first.
import { chmodSync, linkSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSessionKeys, SessionJwks } from '../../../functions/login/keys/session-key-set.ts';
import { testFolder } from './test-terminal.ts';

const kidsIn = (text: string): readonly string[] => SessionJwks.parse(JSON.parse(text)).map(({ kid }) => kid);

describe('stint session-keys new', () => {
  it('prints keys that the login function takes, and says what to do with them beside', async () => {
    const { exitCode, out, notes } = await testFolder().stint(['session-keys', 'new']);
    expect(exitCode).toBe(0);
    expect(readSessionKeys(SessionJwks.parse(JSON.parse(out))).published).toHaveLength(2);
    expect(notes).toContain('STINT_SESSION_KEYS');
  });

  it('makes other keys every time', async () => {
    const [one, other] = [
      await testFolder().stint(['session-keys', 'new']),
      await testFolder().stint(['session-keys', 'new']),
    ];
    expect(new Set([...kidsIn(one.out), ...kidsIn(other.out)]).size).toBe(4);
  });

  it('keeps them in a file that only its owner reads, and prints nothing of them', async () => {
    const folder = testFolder();
    const file = join(folder.path, 'keys.json');
    const { exitCode, out, notes } = await folder.stint(['session-keys', 'new', '--file', file]);
    expect(exitCode).toBe(0);
    expect(kidsIn(folder.read('keys.json'))).toHaveLength(2);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(out + notes).not.toContain('"d"');
  });

  it('writes over no file that is there: it may be the keys of today', async () => {
    const folder = testFolder();
    folder.write('keys.json', 'kept');
    const file = join(folder.path, 'keys.json');
    const { exitCode } = await folder.stint(['session-keys', 'new', '--file', file]);
    expect(exitCode).toBe(2);
    expect(folder.read('keys.json')).toBe('kept');
  });
});

describe('stint session-keys rotate', () => {
  it('lets the key sign that was published before, keeps the one that did, and drops the oldest', async () => {
    const folder = testFolder();
    const file = join(folder.path, 'keys.json');
    await folder.stint(['session-keys', 'new', '--file', file]);
    const [signing, next] = kidsIn(folder.read('keys.json'));
    expect((await folder.stint(['session-keys', 'rotate', file])).exitCode).toBe(0);
    const first = kidsIn(folder.read('keys.json'));
    expect(first).toEqual([next, first[1], signing]);
    await folder.stint(['session-keys', 'rotate', file]);
    const second = kidsIn(folder.read('keys.json'));
    expect(second).toEqual([first[1], second[1], next]);
  });

  it('replaces the file whole, for its owner alone: what was there is lost at no moment', async () => {
    const folder = testFolder();
    const [file, before] = [join(folder.path, 'keys.json'), join(folder.path, 'before.json')];
    await folder.stint(['session-keys', 'new', '--file', file]);
    const text = folder.read('keys.json');
    linkSync(file, before);
    chmodSync(file, 0o644);
    await folder.stint(['session-keys', 'rotate', file]);
    expect(folder.read('before.json')).toBe(text);
    expect(folder.read('keys.json')).not.toBe(text);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder.path).sort()).toEqual(['before.json', 'keys.json']);
  });

  it.each([
    ['there is none', undefined],
    ['it holds something else', '{"keys":[]}'],
    ['it is empty', '[]'],
  ])('changes no file when %s', async (_, content) => {
    const folder = testFolder();
    if (content !== undefined) folder.write('keys.json', content);
    const { exitCode, notes } = await folder.stint([
      'session-keys',
      'rotate',
      join(folder.path, 'keys.json'),
    ]);
    expect(exitCode).toBe(2);
    expect(notes).toContain('holds no session keys');
    if (content !== undefined) expect(folder.read('keys.json')).toBe(content);
  });
});
