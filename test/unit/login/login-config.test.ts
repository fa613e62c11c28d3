import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { makeSessionKeys } from '../../../clients/cli/make-session-keys.ts';
import { parseLoginConfig } from '../../../functions/login/login-config.ts';

const KEYS = makeSessionKeys();
const [FIRST, SECOND] = KEYS;
const GOOD = {
  STINT_PUBLIC_URL: 'https://vend.example.com/',
  STINT_REGION: 'cn-hangzhou',
  STINT_TABLESTORE_ENDPOINT: 'https://stint.cn-hangzhou.ots.aliyuncs.com',
  STINT_TABLESTORE_INSTANCE: 'stint',
  STINT_SESSION_KEYS: JSON.stringify(KEYS),
};

function faults(changes: Readonly<Record<string, string | undefined>>): readonly string[] {
  const parsed = parseLoginConfig({ ...GOOD, ...changes });
  return parsed.ok ? [] : parsed.error;
}

describe('the configuration of login', () => {
  it('takes the public address for vend’s unless it is told another', () => {
    const parsed = parseLoginConfig(GOOD);
    expect(parsed.ok && parsed.value).toMatchObject({
      publicUrl: 'https://vend.example.com',
      vendUrl: 'https://vend.example.com',
    });
    const told = parseLoginConfig({ ...GOOD, STINT_VEND_URL: 'https://internal.example.com' });
    expect(told.ok && told.value.vendUrl).toBe('https://internal.example.com');
  });

  it('prints no key when it is printed', () => {
    const text = inspect(parseLoginConfig(GOOD), { depth: 10 }) + JSON.stringify(parseLoginConfig(GOOD));
    expect(text).not.toContain(FIRST?.d ?? 'no key');
  });

  it.each<readonly [string, string | undefined]>([
    ['are missing', undefined],
    ['are not JSON', 'x'],
    ['are no list', JSON.stringify({ keys: KEYS })],
    ['are none', '[]'],
    ['lack a private half', JSON.stringify([{ ...FIRST, d: undefined }])],
    ['lack a name', JSON.stringify([{ ...FIRST, kid: undefined }])],
    ['have one name twice', JSON.stringify([FIRST, { ...SECOND, kid: FIRST?.kid }])],
    ['are of another curve', JSON.stringify([{ ...FIRST, crv: 'P-384' }])],
    ['are symmetric', JSON.stringify([{ kty: 'oct', kid: 'a', k: 'AAAA' }])],
    ['have a private half of another key', JSON.stringify([{ ...FIRST, d: SECOND?.d }])],
  ])('is refused when the keys %s, and quotes nothing of them', (_, keys) => {
    const found = faults({ STINT_SESSION_KEYS: keys });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^STINT_SESSION_KEYS: must be/);
    expect(found[0]).not.toContain(FIRST?.x ?? 'no key');
    expect(found[0]).not.toContain(SECOND?.d ?? 'no key');
  });

  it('is refused with a setting that only vend has', () => {
    expect(faults({ STINT_SOURCE_IDENTITY: 'on' })).toEqual(['STINT_SOURCE_IDENTITY: no such setting']);
  });
});
