import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSamlKeys, SamlJwks } from '../../../functions/login/saml/saml-keys.ts';
import { testFolder } from './test-terminal.ts';

const keysIn = (text: string) => SamlJwks.parse(JSON.parse(text));

describe('stint saml-keys new', () => {
  it('prints keys that the login function takes, and says what to do with them beside', async () => {
    const { exitCode, out, notes } = await testFolder().stint(['saml-keys', 'new']);
    expect(exitCode).toBe(0);
    expect(readSamlKeys(keysIn(out)).certificates).toHaveLength(2);
    expect(notes).toContain('STINT_SAML_KEYS');
  });

  it('leaves room for everything else in the 4 KB of a function’s environment', async () => {
    const { out } = await testFolder().stint(['saml-keys', 'new']);
    expect(out.length).toBeLessThan(1000);
  });
});

describe('stint saml-keys rotate', () => {
  it('lets the key sign that was published before, and makes the one after it', async () => {
    const folder = testFolder();
    const file = join(folder.path, 'keys.json');
    await folder.stint(['saml-keys', 'new', '--file', file]);
    const [signing, next] = keysIn(folder.read('keys.json'));
    const { exitCode, out, notes } = await folder.stint(['saml-keys', 'rotate', file]);
    expect([exitCode, out]).toEqual([0, '']);
    const [first, second, ...rest] = keysIn(folder.read('keys.json'));
    expect([first, rest]).toEqual([next, []]);
    expect([signing?.p, next?.p]).not.toContain(second?.p);
    expect(notes).toContain('STINT_SAML_KEYS');
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
