// What `stint fmt` and `stint policy fetch --into` do to a file, whatever else happens to it.
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { editDocument } from '../../../clients/cli/documents/edit-document.ts';
import { ok } from '../../../shared/kernel/result.ts';
import { testFolder } from './test-terminal.ts';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

const UNTIDY = 'version:   1\nproviders: []\nroles: []\ngrants: []\n';

function start() {
  const folder = testFolder();
  folder.write('access.yaml', UNTIDY);
  const file = join(folder.path, 'access.yaml');
  const append = (line: string, path = file) =>
    editDocument(path, 'access.yaml', (text) => ok({ text: `${text}${line}\n`, value: line }));
  return { folder, file, append };
}

describe('a document that is changed where it stands', () => {
  it('is another file afterwards: who reads the old one has it whole', async () => {
    const { folder, file } = start();
    const old = join(folder.path, 'old');
    linkSync(file, old);
    expect(await folder.stint(['fmt', 'access.yaml'])).toMatchObject({
      exitCode: 0,
      out: 'access.yaml: laid out',
    });
    expect(readFileSync(old, 'utf8')).toBe(UNTIDY);
    expect(readFileSync(file, 'utf8')).toContain('version: 1\n');
    expect(readdirSync(folder.path).sort()).toEqual(['access.yaml', 'old']);
  });

  it.each([0o600, 0o640, 0o664, 0o666])('keeps its mode, %o', async (mode) => {
    const { file, append } = start();
    chmodSync(file, mode);
    expect(await append('# more')).toEqual(ok('# more'));
    expect(statSync(file).mode & 0o777).toBe(mode);
  });

  it.skipIf(!isRoot)('stays its owner’s when root changes it', async () => {
    const { file, append } = start();
    chownSync(file, NOBODY, NOBODY);
    chmodSync(file, 0o640);
    expect(await append('# more')).toEqual(ok('# more'));
    const { uid, gid, mode } = statSync(file);
    expect([uid, gid, mode & 0o777]).toEqual([NOBODY, NOBODY, 0o640]);
  });

  /** Root may write every file. */
  const asNobody = async <T>(folder: string, work: () => Promise<T>): Promise<T> => {
    chownSync(folder, NOBODY, NOBODY);
    process.setegid?.(NOBODY);
    process.seteuid?.(NOBODY);
    try {
      return await work();
    } finally {
      process.seteuid?.(0);
      process.setegid?.(0);
    }
  };

  it.skipIf(!isRoot).each([
    ['is read-only', NOBODY, 0o444],
    ['is somebody else’s, who lets everybody read it', 0, 0o644],
    ['is somebody else’s, who lets everybody write it', 0, 0o666],
  ])('is left as it is, in a folder of one’s own, when it %s', async (_name, owner, mode) => {
    const { folder, file, append } = start();
    chownSync(file, owner, owner);
    chmodSync(file, mode);
    expect(await asNobody(folder.path, () => append('# more'))).toMatchObject({
      error: {
        exitCode: 2,
        message: expect.stringContaining('access.yaml cannot be written, and is as it was'),
      },
    });
    expect(readFileSync(file, 'utf8')).toBe(UNTIDY);
    const after = statSync(file);
    expect([after.uid, after.mode & 0o777]).toEqual([owner, mode]);
    expect(readdirSync(folder.path)).toEqual(['access.yaml']);
  });

  it('is the one behind a link, which stays one', async () => {
    const { folder, file } = start();
    const link = join(folder.path, 'link.yaml');
    symlinkSync('access.yaml', link);
    expect((await folder.stint(['fmt', 'link.yaml'])).exitCode).toBe(0);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain('version: 1\n');
  });

  it('has in the end what each of those wrote who changed it at once, also by a link', async () => {
    const { folder, file, append } = start();
    const link = join(folder.path, 'link.yaml');
    symlinkSync('access.yaml', link);
    const lines = Array.from({ length: 12 }, (_, i) => `# ${i}`);
    await Promise.all(lines.map((line, i) => append(line, i % 2 === 0 ? file : link)));
    const kept = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('#'));
    expect(kept.sort()).toEqual(lines.sort());
  });

  it('is left as an editor saved it meanwhile', async () => {
    const { file } = start();
    const changed = await editDocument(file, 'access.yaml', (text) => {
      writeFileSync(file, 'saved by an editor\n');
      return ok({ text: `${text}#\n`, value: undefined });
    });
    expect(changed).toMatchObject({ error: { message: expect.stringContaining('run this again') } });
    expect(readFileSync(file, 'utf8')).toBe('saved by an editor\n');
  });

  it('is named where it is not there', async () => {
    const { folder, append } = start();
    expect(await append('#', join(folder.path, 'gone.yaml'))).toMatchObject({
      error: { message: expect.stringContaining('cannot read access.yaml') },
    });
  });
});
