// Against a caller that uses its credentials to make others without the session policy (the class of MinIO's
// GHSA-jjjj-jwhf-8rgr): no session policy allows actions of STS or RAM, unless the grant says so.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../shared/ram/evaluate.ts';
import { parsePolicy } from '../../shared/ram/parse-policy.ts';
import type { Policy } from '../../shared/ram/policy.ts';
import { grantTo } from '../support/builders.ts';
import { startVend, type Vend } from '../support/vend-app.ts';

const ESCAPES = [
  'sts:AssumeRole',
  'STS:ASSUMEROLE',
  'sts:AssumeRoleWithOIDC',
  'sts:GetCallerIdentity',
  'ram:CreateAccessKey',
  'ram:AttachPolicyToRole',
  'ram:UpdateRole',
];

const statement = (parts: object) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...parts });
const policyOf = (...statements: readonly object[]) =>
  JSON.parse(JSON.stringify({ Version: '1', Statement: statements }));
const template = (...statements: readonly object[]) => ({ variables: {}, document: policyOf(...statements) });

function sentBy(app: Vend): Policy {
  const sent = parsePolicy(app.assumer.orders[0]?.sessionPolicy.document);
  if (!sent.ok) throw new Error('nothing was sent');
  return sent.value;
}

function canDo(policy: Policy, action: string): boolean {
  const asked = { action, resource: 'acs:ram:*:1234567890123456:role/media-uploader', context: {} };
  return evaluate(policy, asked) === 'allow';
}

const BROAD: readonly (readonly [string, 'inherit' | ReturnType<typeof template>])[] = [
  ['inherit', 'inherit'],
  ['every action', template(statement({}))],
  ['every action of sts', template(statement({ Action: 'sts:*' }))],
  ['every action of ram, in other case', template(statement({ Action: 'Ram:*' }))],
  ['a pattern of services', template(statement({ Action: ['?ts:*', '*am:*'] }))],
  ['all but an action', template(statement({ Action: undefined, NotAction: 'oss:DeleteObject' }))],
  ['all but sts', template(statement({ Action: undefined, NotAction: 'sts:*' }))],
  [
    'every action, and a Deny that leaves some',
    template(statement({}), statement({ Effect: 'Deny', Action: 'sts:Assume*' })),
  ],
];

/** Its own Deny already takes what its Allow gives; the second opinion must be able to prove it all the same. */
const SELF_DENYING: (typeof BROAD)[number] = [
  'a pattern of services, and a Deny of the same pattern',
  template(
    statement({ Action: 'oss:GetObject' }),
    statement({ Effect: 'Deny', Action: 's?s:*' }),
    statement({ Action: ['s?s:*', 'oss:*'] }),
  ),
];

describe('credentials cannot get others without their session policy', () => {
  /**
   * @attack Session-policy escape: credentials that get others from STS or RAM (the class of
   *   GHSA-jjjj-jwhf-8rgr)
   * @removed the Deny in compose
   * @failed 13 of 23: of a grant of inherit, however it came to be stored: `expected 403 to be 200`
   * @note the second opinion then refuses; with both taken out, 13 fail: `expected [ 'sts:AssumeRole', …(6) ]
   *   to deeply equal []`
   */
  it.each([...BROAD, SELF_DENYING])(
    'of a grant of %s, however it came to be stored',
    async (_, sessionPolicy) => {
      const app = startVend();
      app.store.grants = [grantTo({ kind: 'any' }, { sessionPolicy })];
      expect((await app.vend()).status).toBe(200);
      expect(ESCAPES.filter((action) => canDo(sentBy(app), action))).toEqual([]);
    },
  );

  /**
   * @attack Session-policy escape: credentials that get others from STS or RAM, by the Deny left out of a
   *   caller's policy
   * @removed the grant's Denies
   * @failed 4 of 23: by a policy of the caller that asks for every action: `expected 422 to be 200`
   * @note the proof then refuses every policy of a caller that could
   */
  it.each([
    ['every action', [statement({})]],
    ['AssumeRole alone', [statement({ Action: 'sts:AssumeRole' })]],
    ['a pattern', [statement({ Action: 's*:A*' })]],
    ['all but oss', [statement({ Action: undefined, NotAction: 'oss:*' })]],
  ])('by a policy of the caller that asks for %s', async (_, statements) => {
    const app = startVend();
    app.store.grants = [grantTo({ kind: 'any' }, { sessionPolicy: 'inherit' })];
    expect((await app.vend({ policy: policyOf(...statements) })).status).toBe(200);
    expect(ESCAPES.filter((action) => canDo(sentBy(app), action))).toEqual([]);
  });

  it('whatever actions grant and caller combine', async () => {
    const actions = fc.uniqueArray(
      fc.constantFrom('*', 'sts:*', 'ram:*', '*:A*', 's?s:*', 'oss:*', 'ram:Get*'),
      {
        minLength: 1,
        maxLength: 3,
      },
    );
    const some = fc.record({
      effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
      key: fc.constantFrom('Action', 'NotAction'),
      actions,
    });
    const written = fc
      .array(some, { maxLength: 2 })
      .map((list) =>
        policyOf(
          statement({ Action: 'oss:GetObject' }),
          ...list.map(({ effect, key, actions: own }) => ({ Effect: effect, [key]: own, Resource: '*' })),
        ),
      );
    await fc.assert(
      fc.asyncProperty(written, fc.option(written, { nil: undefined }), async (document, policy) => {
        const app = startVend();
        app.store.grants = [grantTo({ kind: 'any' }, { sessionPolicy: { variables: {}, document } })];
        const { status } = await app.vend(policy ? { policy } : {});
        expect([200, 422]).toContain(status);
        if (status === 200) expect(ESCAPES.filter((action) => canDo(sentBy(app), action))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a grant that says so', () => {
  it.each(BROAD)('gives actions of sts or ram: %s', async (_, sessionPolicy) => {
    const app = startVend();
    app.store.grants = [grantTo({ kind: 'any' }, { sessionPolicy, allowIdentityActions: true })];
    expect((await app.vend()).status).toBe(200);
    expect(ESCAPES.filter((action) => canDo(sentBy(app), action))).not.toEqual([]);
  });

  it('is the only one: a caller cannot say so', async () => {
    const app = startVend();
    expect((await app.vend({ allowIdentityActions: true })).status).toBe(400);
  });
});

describe('a grant that is narrow', () => {
  it('pays no bytes for it', async () => {
    const app = startVend();
    await app.vend();
    expect(sentBy(app).statements).toHaveLength(1);
  });
});
