// Against callers that ask for explanations: an explanation tells nothing of the roles and grants of others, holds no
// secret, and gives no credentials.
import { describe, expect, it } from 'vitest';
import { grantTo, permissionTo } from '../support/builders.ts';
import { ALL_CANARIES, findSecret } from '../support/canaries.ts';
import { token } from '../support/issuer.ts';
import { type Exchange, startVend } from '../support/vend-app.ts';

/** All that a caller can see of an answer, but for its id. */
function seen({ status, headers, text, body }: Exchange) {
  return {
    status,
    headers: [...headers.entries()].sort(),
    text: text.replace(String(body['requestId']), ''),
  };
}

const OTHERS = [
  grantTo({ kind: 'sub', name: 'alice' }),
  grantTo({ kind: 'sub', name: 'bob' }, { id: 'of-bob', role: 'arms-reader', constraints: { mfa: true } }),
  grantTo({ kind: 'group', name: 'board' }, { id: 'of-board', role: 'arms-reader' }),
  grantTo({ kind: 'any' }, { id: 'of-others', role: 'arms-reader' }, 'other-users'),
];

const NAMES = [
  'arms-reader',
  'acs:ram::1234567890123456:role/arms-reader',
  'no-such-role',
  'acs:ram::1:role/x',
];

const ADDED: readonly (readonly [string, object])[] = [
  ['nothing', {}],
  ['a duration over every limit', { durationSeconds: 43_200 }],
  [
    'a wide policy',
    { policy: { Version: '1', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } },
  ],
  ['somebody else', { as: { provider: 'app-users', subject: 'bob' } }],
  ['somebody else of a provider that does not exist', { as: { provider: 'none', subject: 'bob' } }],
  ['somebody else whom no token could name', { as: { provider: 'app-users', subject: '\u0000' } }],
];

describe('a caller cannot learn from an explanation', () => {
  /**
   * @attack Explanation tells which roles exist
   * @removed one answer for both
   * @failed 3 of 15: which roles exist, by adding nothing: `expected { Object (status, headers, ...) } to
   *   deeply equal …`
   *
   * @attack Explanation shows grants of another role
   * @removed the filter by role
   * @failed 3 of 49: which roles exist, by adding nothing: `expected { Object (status, headers, ...) } to
   *   deeply equal …`
   * @also test/http/explain.200.test.ts
   */
  it.each(ADDED)('which roles exist, by adding %s', async (_, body) => {
    const app = startVend();
    app.store.grants = OTHERS;
    const reference = seen(await app.explain({ ...body, role: 'certainly-no-role' }));
    for (const role of NAMES) expect(seen(await app.explain({ ...body, role }))).toEqual(reference);
  });

  /**
   * @attack Explanation of somebody else without the permission
   * @removed the refusal
   * @failed 9 of 23: who or which provider exists, by asking without the permission: `expected [ 500, 500,
   *   400, 400 ] to deeply equal [ 403, 403, 403, 403 ]`
   * @also test/http/explain.403.test.ts
   *
   * @attack Names tried out in `as`
   * @removed the permission before the description
   * @failed 1 of 15: who or which provider exists, by asking without the permission: `expected [ 403, 403,
   *   400, 400 ] to deeply equal [ 403, 403, 403, 403 ]`
   */
  it('who or which provider exists, by asking without the permission', async () => {
    const app = startVend();
    app.store.grants = OTHERS;
    const answers = [];
    for (const as of [
      { provider: 'app-users', subject: 'bob' },
      { provider: 'app-users', subject: 'nobody' },
      { provider: 'none', subject: 'bob' },
      { provider: 'app-users', subject: 'bob', groups: ['\u0000'] },
    ])
      answers.push(seen(await app.explain({ as })));
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveLength(1);
  });

  it('how often the store, the keys and the audit log are asked', async () => {
    const asked = async (role: string) => {
      const app = startVend();
      app.store.grants = OTHERS;
      await app.explain({ role });
      return [app.store.asked, app.keys.asked.length, app.auditLog.events.length];
    };
    expect(await asked('arms-reader')).toEqual(await asked('no-such-role'));
  });

  it('the grants of others, or what its own demand', async () => {
    const app = startVend();
    const rule = 'claims.clearance == "canary-rule" && !(claims.team == "canary-team")';
    app.store.grants = [
      grantTo({ kind: 'any' }, { when: rule, constraints: { sourceIp: ['203.0.113.0/24'] } }),
      grantTo({ kind: 'sub', name: 'bob' }, { id: 'canary-of-bob' }),
      grantTo({ kind: 'group', name: 'canary-group' }, { id: 'canary-of-group' }),
    ];
    const { text } = await app.explain({}, { token: token({ claims: { clearance: 'none' } }) });
    expect(text).not.toMatch(/canary|203\.0\.113/);
    const cleared = token({ claims: { clearance: 'canary-rule', team: 'other' } });
    const { body, text: shown } = await app.explain({}, { token: cleared });
    expect(body['reasons']).toHaveLength(1);
    expect(shown.replaceAll('"clearance":"canary-rule"', '')).not.toMatch(/canary|203\.0\.113/);
  });

  /**
   * @attack Explanation tells of grants that a condition keeps its reader out of
   * @removed the filter by what GET /v1/roles counts
   * @failed 3 of 18: of a role from which conditions keep it out, named by its id, more than of one that does
   *   not exist: `expected { Object (status, headers, ...) } to deeply equal { Object (status, headers, ...)
   *   }`
   */
  it.each([
    ['by its id', 'arms-reader'],
    ['by its ARN', 'acs:ram::1234567890123456:role/arms-reader'],
  ])(
    'of a role from which conditions keep it out, named %s, more than of one that does not exist',
    async (_, role) => {
      const app = startVend();
      const constraints = { mfa: true, sourceIp: ['203.0.113.0/24'] };
      app.store.grants = [
        grantTo({ kind: 'any' }),
        grantTo(
          { kind: 'any' },
          { id: 'kept', role: 'arms-reader', when: 'claims.team == "x"', constraints },
        ),
        grantTo({ kind: 'any' }, { id: 'long', role: 'arms-reader', when: 'request.durationSeconds == 61' }),
      ];
      for (const body of [{}, { durationSeconds: 43_200 }, { durationSeconds: 60 }]) {
        const reference = seen(await app.explain({ ...body, role: 'certainly-no-role' }));
        expect(seen(await app.explain({ ...body, role }))).toEqual(reference);
      }
      const { body } = await app.send('GET', '/v1/roles');
      expect(body['roles']).toEqual([expect.objectContaining({ role: 'media-uploader' })]);
    },
  );

  it('of grants that a condition keeps it out of, where another gives it the role', async () => {
    const app = startVend();
    app.store.grants = [
      grantTo({ kind: 'sub', name: 'alice' }, { id: 'own', constraints: { mfa: true } }),
      grantTo({ kind: 'any' }, { id: 'canary-kept', when: 'claims.canary == "x"' }),
    ];
    const { body, text } = await app.explain({}, { token: token({ claims: { canary: 'y' } }) });
    expect(body).toMatchObject({ decision: 'step_up', nearestMiss: { grant: 'own', failed: ['mfa'] } });
    expect(text).not.toContain('canary');
  });

  it.each([
    ['an allow', {}, {}],
    ['a deny', { role: 'none' }, {}],
    ['an unusable claim', {}, { claims: { sub: '*' } }],
  ])('a secret, from %s', async (_, body, parts) => {
    const app = startVend();
    app.store.grants = [grantTo({ kind: 'any' })];
    const answer = await app.explain(body, { token: token(parts) });
    expect(answer.status).toBe(200);
    expect(findSecret(answer.text, ALL_CANARIES)).toBeUndefined();
  });
});

describe('an explanation of somebody else', () => {
  it('leaves nothing of their claims in the log or the audit row', async () => {
    const app = startVend();
    app.store.grants = [permissionTo({ kind: 'any' }), grantTo({ kind: 'any' }, { when: 'claims.a == "b"' })];
    const as = {
      provider: 'app-users',
      subject: 'bob',
      claims: { a: 'canary-claim' },
      groups: ['canary-group'],
    };
    const answer = await app.explain({ as });
    expect(answer.text).toContain('canary-claim');
    expect(
      findSecret([app.auditLog.events, app.logger.lines], ['canary-claim', 'canary-group']),
    ).toBeUndefined();
  });

  it('cannot be turned into credentials: a description is no proof', async () => {
    const app = startVend();
    app.store.grants = [permissionTo({ kind: 'sub', name: 'alice' }), grantTo({ kind: 'sub', name: 'bob' })];
    const as = { provider: 'app-users', subject: 'bob' };
    expect((await app.explain({ as })).body['decision']).toBe('allow');
    expect((await app.vend({ as })).status).toBe(400);
    expect((await app.vend()).status).toBe(403);
    expect(app.assumer.orders).toEqual([]);
  });

  it('is refused to a caller who says of itself that it has the permission', async () => {
    const app = startVend();
    app.store.grants = [permissionTo({ kind: 'group', name: 'support' })];
    const as = { provider: 'app-users', subject: 'alice', groups: ['support'] };
    expect((await app.explain({ as })).status).toBe(403);
  });
});
