// POST /v1/explain tells callers what POST /v1/credentials would give them and why, and issues nothing; administrators
// may ask it about others.
import { describe, expect, it } from 'vitest';
import { accessRow, grantTo, OWN_PREFIX, permissionTo, storedGrant } from '../support/builders.ts';
import { token } from '../support/issuer.ts';
import { startVend } from '../support/vend-app.ts';

const MFA = { constraints: { mfa: true } };
const CLIENT = { clientIpHeader: 'x-client-ip' };
const from = (address: string) => ({ headers: { 'x-client-ip': address } });
const allow = (parts: { readonly Resource?: string | string[] } = {}) => ({
  Effect: 'Allow',
  Action: 'oss:GetObject',
  Resource: 'acs:oss:*:*:media/users/alice/a',
  ...parts,
});
const policyOf = (...statements: readonly ReturnType<typeof allow>[]) => ({
  Version: '1',
  Statement: [...statements],
});

describe('POST /v1/explain answers 200', () => {
  it('with what POST /v1/credentials would give, its size and its end', async () => {
    const [vended, explained] = [await startVend().vend(), await startVend().explain()];
    const json = JSON.stringify(vended.body['policy']);
    expect(explained.body).toEqual({
      decision: 'allow',
      grant: 'own-prefix',
      reasons: [{ kind: 'grant', grant: 'own-prefix', role: 'media-uploader', passed: true, tests: [] }],
      policy: vended.body['policy'],
      policyBytes: json.length,
      policyBytesLeft: 2_048 - json.length,
      expiration: '2026-03-01T12:30:00.000Z',
      requestId: expect.stringMatching(/^[A-Za-z0-9-]{8,64}$/),
    });
  });

  it('having issued, kept and registered nothing', async () => {
    const app = startVend();
    await app.explain();
    expect([app.assumer.orders, app.auditLog.keys]).toEqual([[], []]);
    expect((await app.vend()).status).toBe(200);
    expect(app.assumer.orders).toHaveLength(1);
  });

  it('and writes an audit row that names caller and role, and no key', async () => {
    const app = startVend();
    const { body } = await app.explain();
    expect(app.auditLog.events).toEqual([
      {
        requestId: body['requestId'],
        action: 'explain',
        at: app.clock.now(),
        stage: 'respond',
        outcome: 'granted',
        revision: 'rev00000001',
        provider: 'app-users',
        subject: 'alice',
        proofHash: expect.stringMatching(/^[\w-]{43}$/),
        role: 'media-uploader',
      },
    ]);
  });

  it.each([
    ['a role named by its ARN', { role: 'acs:ram::1234567890123456:role/media-uploader' }],
    ['a token in the body', { token: token() }],
  ])('for %s', async (_, body) => {
    const answer = await startVend().explain(body, 'token' in body ? { token: null } : {});
    expect([answer.status, answer.body['decision']]).toEqual([200, 'allow']);
  });
});

describe('an explanation', () => {
  it('shows each grant of the role that is for the caller, its tests and what they saw of them', async () => {
    const app = startVend(CLIENT);
    app.store.grants = [
      grantTo({ kind: 'any' }, { id: 'everybody', order: 1, when: 'claims.team == "media"' }),
      grantTo(
        { kind: 'sub', name: 'alice' },
        {
          id: 'narrow',
          constraints: { sourceIp: ['203.0.113.0/24'], mfa: true, maxAuthAgeSeconds: 600, withinToken: true },
        },
      ),
      grantTo({ kind: 'sub', name: 'bob' }, { id: 'of-bob' }),
    ];
    const proof = token({ claims: { team: 'news', auth_time: 1_772_366_000 } });
    const { body } = await app.explain({ durationSeconds: 900 }, { token: proof, ...from('203.0.113.7') });
    expect(body).toEqual({
      decision: 'step_up',
      refusedWith: 'step_up_required',
      reasons: [
        {
          kind: 'grant',
          grant: 'narrow',
          role: 'media-uploader',
          passed: false,
          tests: [
            { test: 'sourceIp', passed: true, seen: '203.0.113.7' },
            { test: 'withinToken', passed: true, seen: '2026-03-01T12:50:00.000Z' },
            { test: 'mfa', passed: false, seen: false },
            { test: 'maxAuthAgeSeconds', passed: true, seen: '2026-03-01T11:53:20.000Z' },
            { test: 'durationSeconds', passed: true, seen: 900 },
          ],
        },
      ],
      nearestMiss: { grant: 'narrow', failed: ['mfa'] },
      requestId: expect.any(String),
    });
  });

  it.each([
    ['an address that is unknown', { sourceIp: ['203.0.113.0/24'] }, 'sourceIp', null],
    ['a second factor', { mfa: true }, 'mfa', false],
    ['a sign-in of which the token says nothing', { maxAuthAgeSeconds: 600 }, 'maxAuthAgeSeconds', null],
    [
      'closed hours',
      { timeWindows: [{ timeZone: 'UTC', days: ['mon'], from: '09:00', to: '17:00' }] },
      'timeWindows',
      '2026-03-01T12:00:00.000Z',
    ],
  ] as const)('names %s', async (_, constraints, test, seen) => {
    const app = startVend();
    app.store.grants = [grantTo({ kind: 'any' }, { constraints: JSON.parse(JSON.stringify(constraints)) })];
    const { body } = await app.explain();
    expect(body['decision']).not.toBe('allow');
    expect(body['reasons']).toMatchObject([{ tests: [{ test, passed: false, seen }] }]);
    expect(body['nearestMiss']).toEqual({ grant: 'own-prefix', failed: [test] });
  });

  it('says that a duration is too long', async () => {
    const { body } = await startVend().explain({ durationSeconds: 3_600 });
    expect(body).toMatchObject({ decision: 'deny', refusedWith: 'duration_too_long' });
    expect(body['nearestMiss']).toEqual({ grant: 'own-prefix', failed: ['durationSeconds'] });
  });

  it('of a short life has the end in the policy, and counts its bytes', async () => {
    const { body } = await startVend().explain({ durationSeconds: 60 });
    expect(body).toMatchObject({
      expiration: '2026-03-01T12:01:00.000Z',
      policy: { Statement: [{ Condition: { DateLessThan: { 'acs:CurrentTime': '2026-03-01T12:01:00Z' } } }] },
      policyBytes: JSON.stringify(body['policy']).length,
    });
  });

  it.each([
    ['that is missing', 'team', undefined, 'missing', null],
    ['that is no text', 'team', ['media'], 'not_text', ['media']],
    ['that holds a wildcard', 'team', '*', 'unsafe', '*'],
    ['that the pattern does not take', 'team', 'Media', 'pattern', 'Media'],
    ['that the prototype has', 'constructor', undefined, 'missing', null],
  ])('names a claim %s', async (_, claim, value, why, seen) => {
    const app = startVend();
    const sessionPolicy = {
      variables: { user: { claim: 'sub', pattern: '[a-z]+' }, team: { claim, pattern: '[a-z]+' } },
      document: policyOf(allow({ Resource: 'acs:oss:*:*:${team}/${user}/*' })),
    };
    app.store.grants = [grantTo({ kind: 'any' }, { sessionPolicy })];
    const { body } = await app.explain({}, { token: token({ claims: { [claim]: value } }) });
    expect(body).toMatchObject({ decision: 'deny', refusedWith: 'access_denied' });
    expect(body['reasons']).toEqual([
      expect.objectContaining({ kind: 'grant', passed: true }),
      { kind: 'claim', variable: 'team', claim, why, seen },
    ]);
    expect(body).not.toHaveProperty('nearestMiss');
  });

  it('names the statement of the caller’s policy that is wider', async () => {
    const { body } = await startVend().explain({
      policy: policyOf(allow(), allow({ Resource: 'acs:oss:*:*:b' })),
    });
    expect(body).toMatchObject({ decision: 'deny', refusedWith: 'policy_not_narrower' });
    expect(body['reasons']).toContainEqual({
      kind: 'statement',
      statement: 1,
      reason: 'no outer statement allows this action on this resource',
      action: { index: 0, pattern: 'oss:GetObject' },
      resource: { index: 0, pattern: 'acs:oss:*:*:b' },
    });
  });

  it.each([
    [
      'the caller’s policy',
      { policy: policyOf(allow({ Resource: `acs:oss:*:*:${'a'.repeat(2_100)}` })) },
      {},
    ],
    [
      'the grant’s policy, filled',
      {},
      {
        sessionPolicy: {
          variables: OWN_PREFIX.variables,
          document: policyOf(
            allow({
              Resource: Array.from({ length: 60 }, (_, i) => `acs:oss:*:*:media/${i}/a-prefix/\${user}`),
            }),
          ),
        },
      },
    ],
  ])('says by how much %s is too large', async (_, body, parts) => {
    const app = startVend();
    app.store.grants = [grantTo({ kind: 'any' }, parts)];
    const answer = await app.explain(body);
    expect(answer.body).toMatchObject({ decision: 'deny', refusedWith: 'policy_too_large' });
    const [, size] = Array.isArray(answer.body['reasons']) ? answer.body['reasons'] : [];
    expect(size).toEqual({ kind: 'size', bytes: expect.any(Number), bytesLeft: 2_048 - size.bytes });
    expect(size.bytesLeft).toBeLessThan(0);
  });

  it('cuts what it saw of a long claim', async () => {
    const app = startVend();
    app.store.grants = [grantTo({ kind: 'any' }, { when: 'claims.long != "a"' })];
    const { body } = await app.explain({}, { token: token({ claims: { long: 'a'.repeat(5_000) } }) });
    expect(JSON.stringify(body['reasons']).length).toBeLessThan(1_000);
  });
});

describe('an explanation of somebody else', () => {
  const BOB = { provider: 'app-users', subject: 'bob' };

  function withPermission(parts: object = {}) {
    const app = startVend(CLIENT);
    app.store.grants = [
      permissionTo({ kind: 'sub', name: 'alice' }, parts),
      grantTo({ kind: 'sub', name: 'bob' }, { id: 'of-bob' }),
      grantTo({ kind: 'group', name: 'media' }, { id: 'of-media', ...MFA }),
    ];
    return app;
  }

  it('is of their grants, claims and network, not of the administrator’s', async () => {
    const app = withPermission();
    const { body } = await app.explain({ as: BOB }, from('203.0.113.7'));
    expect(body).toMatchObject({
      decision: 'allow',
      grant: 'of-bob',
      policy: { Statement: [{ Resource: 'acs:oss:*:*:media/users/bob/*' }] },
    });
    expect((await app.explain()).body).toMatchObject({ decision: 'deny', reasons: [] });
  });

  it('is what they would get with a token of their own', async () => {
    const app = startVend();
    const claims = { sub: 'carol', groups: ['media'], team: 'news', amr: ['mfa'] };
    app.store.grants = [
      permissionTo({ kind: 'sub', name: 'alice' }),
      grantTo({ kind: 'group', name: 'media' }, { id: 'of-media', when: 'claims.team == "news"', ...MFA }),
    ];
    const own = await app.explain({}, { token: token({ claims }) });
    const { sub, groups, ...others } = claims;
    const asked = await app.explain({ as: { provider: 'app-users', subject: sub, groups, claims: others } });
    const { requestId: _, ...rest } = own.body;
    expect(asked.body).toEqual({ ...rest, requestId: asked.body['requestId'] });
    expect(asked.body['decision']).toBe('allow');
  });

  it.each([
    ['groups', { groups: ['media'] }, { decision: 'step_up', nearestMiss: { grant: 'of-media' } }],
    ['a group of the claims', { claims: { groups: ['media'] } }, { decision: 'step_up' }],
    ['a second factor', { groups: ['media'], mfa: true }, { decision: 'allow', grant: 'of-media' }],
    ['none of it', {}, { decision: 'deny', refusedWith: 'access_denied', reasons: [] }],
  ])('takes %s as said', async (_, parts, expected) => {
    const { body } = await withPermission().explain({ as: { ...BOB, subject: 'carol', ...parts } });
    expect(body).toMatchObject(expected);
  });

  it.each([
    ['another subject in the claims', { claims: { sub: 'mallory' } }, { grant: 'of-bob' }],
    ['an address', { sourceIp: '198.51.100.1' }, { reasons: [{ tests: [{ seen: '198.51.100.1' }] }] }],
    ['no address', {}, { reasons: [{ tests: [{ seen: null }] }] }],
    [
      'another time',
      { sourceIp: '203.0.113.7', at: '2026-07-01T00:00:00Z' },
      { expiration: '2026-07-01T00:30:00.000Z' },
    ],
    [
      'a time of another zone',
      { sourceIp: '203.0.113.7', at: '2026-07-01T08:00:00+08:00' },
      { expiration: '2026-07-01T00:30:00.000Z' },
    ],
  ])('takes %s as said', async (claim, parts, expected) => {
    const app = withPermission();
    if (!claim.includes('subject')) {
      const constraints = { sourceIp: ['203.0.113.0/24'] };
      app.store.grants = [
        permissionTo({ kind: 'sub', name: 'alice' }),
        grantTo({ kind: 'sub', name: 'bob' }, { constraints }),
      ];
    }
    const { body } = await app.explain({ as: { ...BOB, ...parts } }, from('203.0.113.9'));
    expect(body).toMatchObject(expected);
  });

  it('is of a token of the provider that is named: its issuer is among the claims', async () => {
    const app = withPermission();
    const when = 'claims.iss == "https://id.example.com" && claims.sub == "bob"';
    app.store.grants = [permissionTo({ kind: 'any' }), grantTo({ kind: 'any' }, { when })];
    expect((await app.explain({ as: BOB })).body['decision']).toBe('allow');
  });

  it('shows grants that a condition keeps them out of, with what the condition saw', async () => {
    const app = withPermission();
    const when = 'claims.team == "media"';
    app.store.grants = [permissionTo({ kind: 'any' }), grantTo({ kind: 'any' }, { id: 'of-team', when })];
    const { body } = await app.explain({ as: { ...BOB, claims: { team: 'news' } } });
    expect(body).toMatchObject({
      decision: 'deny',
      refusedWith: 'access_denied',
      reasons: [{ grant: 'of-team', tests: [{ test: 'when', passed: false, seen: { team: 'news' } }] }],
      nearestMiss: { grant: 'of-team', failed: ['when'] },
    });
  });

  it('leaves an audit row that says who asked, about whom, and by which grant', async () => {
    const app = withPermission();
    await app.explain({ as: { ...BOB, claims: { secret: 'canary-own-secret' } } });
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({
        action: 'explain',
        stage: 'respond',
        outcome: 'granted',
        provider: 'app-users',
        subject: 'alice',
        aboutProvider: 'app-users',
        aboutSubject: 'bob',
        role: 'media-uploader',
        grant: 'support',
      }),
    ]);
    expect([app.assumer.orders, app.auditLog.keys]).toEqual([[], []]);
  });

  it('is given to a group that holds the permission, beside its roles', async () => {
    const app = startVend();
    const rows = accessRow(storedGrant(), {
      id: 'support',
      order: 1,
      permission: 'explain',
      constraints: {},
    });
    app.store.grants = [{ provider: 'app-users', to: { kind: 'group', name: 'support' }, row: rows }];
    const proof = token({ claims: { groups: ['support'] } });
    const { body } = await app.explain({ as: { ...BOB, groups: ['support'] } }, { token: proof });
    expect(body).toMatchObject({ decision: 'allow', grant: 'own-prefix' });
  });
});
