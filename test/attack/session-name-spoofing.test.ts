// Against a caller that imitates another in the cloud's own audit trail: no two callers have the same session name,
// and no caller has a SourceIdentity with a reserved prefix.
import { describe, expect, it } from 'vitest';
import { grantTo } from '../support/builders.ts';
import { token } from '../support/issuer.ts';
import { startVend } from '../support/vend-app.ts';

const STS_PATTERN = /^[A-Za-z0-9.@_-]{2,64}$/;

async function namesOf(...subjects: readonly string[]) {
  const app = startVend({ sourceIdentity: true });
  app.store.grants = [grantTo({ kind: 'any' }, { sessionPolicy: 'inherit' })];
  for (const sub of subjects) await app.vend({}, { token: token({ claims: { sub } }) });
  return app.assumer.orders.map(({ sessionName, sourceIdentity }) => {
    expect(sourceIdentity).toBe(sessionName);
    return sessionName;
  });
}

describe('a caller cannot take the session name of another', () => {
  /**
   * @attack Session name in the request
   * @removed refusal of unknown fields
   * @failed 4 of 11: by a field sessionName of the request: `expected 200 to be 400`
   */
  it.each(['sessionName', 'roleSessionName', 'RoleSessionName', 'sourceIdentity'])(
    'by a field %s of the request',
    async (field) => {
      const app = startVend();
      expect((await app.vend({ [field]: 'app-users.root.0' })).status).toBe(400);
      expect(app.assumer.orders).toEqual([]);
    },
  );

  /**
   * @attack Session-name spoofing by a look-alike
   * @removed the digest
   * @failed 3 of 11: by the characters that are replaced: `expected 'app-users.alice-admin' not to be
   *   'app-users.alice-admin'`
   */
  it.each([
    ['the characters that are replaced', 'alice admin', 'alice-admin'],
    ['the cut at 30 characters', `${'a'.repeat(30)}b`, `${'a'.repeat(30)}c`],
    ['the separator', 'alice.0000000000000000', 'alice'],
    ['letter case', 'Alice', 'alice'],
    ['characters outside ASCII', '张三', '李四'],
    ['a name made of another’s whole session name', 'app-users.alice.7186c054168dfb4a', 'alice'],
  ])('by %s', async (_, one, two) => {
    const [first, second] = await namesOf(one, two);
    expect(first).not.toBe(second);
    expect(first).toMatch(STS_PATTERN);
    expect(second).toMatch(STS_PATTERN);
  });

  it('and a reserved prefix cannot begin a SourceIdentity', async () => {
    for (const name of await namesOf('acs:alice', 'aliyun:alice', 'alibabacloud:x')) {
      expect(name).toMatch(/^app-users\./);
    }
  });
});
