// Against callers without the grant: which roles exist, who has grants and why a proof failed cannot be learned from a
// refusal, nor from how often Stint calls the store, the keys and STS.
import { describe, expect, it } from 'vitest';
import { grantTo } from '../support/builders.ts';
import { token } from '../support/issuer.ts';
import { type Exchange, startVend } from '../support/vend-app.ts';

/** All that a caller can see of an answer, without its request id. */
function seen({ status, headers, text, body }: Exchange) {
  return {
    status,
    headers: [...headers.entries()].sort(),
    text: text.replace(String(body['requestId']), ''),
  };
}

describe('a caller cannot learn which roles exist', () => {
  const names = [
    'arms-reader',
    'no-such-role',
    'acs:ram::1234567890123456:role/arms-reader',
    'acs:ram::1:role/x',
  ];

  /**
   * @attack Denial tells which roles exist
   * @removed one code for both
   * @failed 8 of 10: from the answer to arms-reader: `POST /v1/credentials → 404: the status is not
   *   documented`
   *
   * @attack Denial tells why a proof failed
   * @removed constant `detail`
   * @failed 10 of 10: from the answer to arms-reader: `POST /v1/credentials → 403: the body differs from the
   *   document:`
   */
  it.each(names)('from the answer to %s', async (role) => {
    const app = startVend();
    const reference = seen(await app.vend({ role: 'certainly-no-role' }));
    expect(seen(await app.vend({ role }))).toEqual(reference);
  });

  it.each([
    ['a duration over every limit', { durationSeconds: 43_200 }],
    [
      'a policy that is too wide',
      { policy: { Version: '1', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } },
    ],
    [
      'a policy that is too large',
      {
        policy: {
          Version: '1',
          Statement: [{ Effect: 'Allow', Action: '*', Resource: `acs:${'a'.repeat(2_100)}:::x` }],
        },
      },
    ],
  ])('by adding %s', async (_, body) => {
    const app = startVend();
    const own = await app.vend(body);
    expect(own.status).toBe(422);
    const answers = [
      await app.vend({ ...body, role: 'arms-reader' }),
      await app.vend({ ...body, role: 'none' }),
    ];
    expect(answers.map(seen)).toEqual(Array(2).fill(seen(await app.vend({ role: 'none' }))));
  });

  it('by how often the store, the keys and STS are asked', async () => {
    const asked = async (role: string) => {
      const app = startVend();
      await app.vend({ role });
      return [app.store.asked, app.keys.asked.length, app.assumer.orders.length, app.auditLog.events.length];
    };
    expect(await asked('arms-reader')).toEqual(await asked('no-such-role'));
  });
});

describe('a caller cannot learn who else has grants', () => {
  it('since a caller without grants gets the same answer as a caller with another grant', async () => {
    const app = startVend();
    app.store.grants = [
      grantTo({ kind: 'sub', name: 'alice' }),
      grantTo({ kind: 'sub', name: 'bob' }, { role: 'arms-reader' }),
    ];
    const mallory = await app.vend({}, { token: token({ claims: { sub: 'mallory' } }) });
    const bob = await app.vend({}, { token: token({ claims: { sub: 'bob' } }) });
    expect(seen(mallory)).toEqual(seen(bob));
  });
});

describe('a caller cannot learn why a proof failed', () => {
  it('since every refusal of a proof is one answer', async () => {
    const proofs = [
      null,
      'a.b.c',
      token({ claims: { iss: 'https://evil.example' } }),
      token({ claims: { exp: 1 } }),
      token({ header: { kid: 'x' } }),
      token({ claims: { aud: 'x' } }),
      `${token().slice(0, -8)}AAAAAAAA`,
      token({ claims: { sub: '' } }),
    ];
    const answers: unknown[] = [];
    for (const proof of proofs) answers.push(seen(await startVend().vend({}, { token: proof })));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveLength(1);
  });
});
