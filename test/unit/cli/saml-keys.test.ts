// stint saml-keys writes keys that login accepts, and a rotation never signs with a key that was not published first.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSamlKeys, SamlJwks } from '../../../functions/login/keys/saml-key-set.ts';
import { testFolder } from './test-terminal.ts';

const keysIn = (text: string) => SamlJwks.parse(JSON.parse(text));

describe('stint saml-keys new', () => {
  it('prints one key that the login function takes, and says what to do with them beside', async () => {
    const { exitCode, out, notes } = await testFolder().stint(['saml-keys', 'new']);
    expect(exitCode).toBe(0);
    expect(readSamlKeys(keysIn(out)).certificates).toHaveLength(1);
    expect(notes).toContain('STINT_SAML_KEYS');
  });

  it('leaves room for everything else in the 4 KB of a function’s environment', async () => {
    const { out } = await testFolder().stint(['saml-keys', 'new']);
    expect(out.length).toBeLessThan(1000);
  });
});

describe('stint saml-keys rotate', () => {
  it('adds the next key behind the one that signs, and the second time lets it sign alone', async () => {
    const folder = testFolder();
    const file = join(folder.path, 'keys.json');
    await folder.stint(['saml-keys', 'new', '--file', file]);
    const rotate = async () => {
      const { exitCode, out, notes } = await folder.stint(['saml-keys', 'rotate', file]);
      expect([exitCode, out]).toEqual([0, '']);
      expect(notes).toContain('STINT_SAML_KEYS');
      return { keys: keysIn(folder.read('keys.json')), notes };
    };
    const [signing] = keysIn(folder.read('keys.json'));
    const started = await rotate();
    expect(started.keys).toHaveLength(2);
    expect(started.keys[0]).toEqual(signing);
    expect(started.notes).toContain('two certificates');
    const done = await rotate();
    expect(done.keys).toEqual(started.keys.slice(1));
    expect(done.notes).toContain('signs then');
    expect((await rotate()).keys).toHaveLength(2);
  });

  it('changes no file that holds other keys', async () => {
    const folder = testFolder();
    const file = join(folder.path, 'keys.json');
    await folder.stint(['session-keys', 'new', '--file', file]);
    const before = folder.read('keys.json');
    const { exitCode, notes } = await folder.stint(['saml-keys', 'rotate', file]);
    expect([exitCode, folder.read('keys.json')]).toEqual([2, before]);
    expect(notes).toContain('holds no saml keys');
  });
});
