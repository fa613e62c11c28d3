// POST /v1/credentials answers a malformed request with 400, names each faulty field, and repeats no value of the
// request.
import { describe, expect, it } from 'vitest';
import { startVend } from '../support/vend-app.ts';

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const allow = (parts: object) => ({
  role: 'media-uploader',
  policy: {
    Version: '1',
    Statement: [{ Effect: 'Allow', Action: 'oss:GetObject', Resource: '*', ...parts }],
  },
});

const BODIES: readonly (readonly [
  claim: string,
  body: object | string | Uint8Array<ArrayBuffer>,
  field: string,
])[] = [
  ['an empty body', '', 'body'],
  ['text that is not JSON', '{role', 'body'],
  ['bytes that are not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'body'],
  ['a list', [], 'body'],
  ['null', 'null', 'body'],
  ['a text', '"media-uploader"', 'body'],
  ['a member named twice', '{"role":"media-uploader","role":"arms-reader"}', 'body'],
  ['a member named twice by an escape', '{"role":"media-uploader","\\u0072ole":"arms-reader"}', 'body'],
  ['a prototype', '{"role":"media-uploader","__proto__":{"admin":true}}', 'body'],
  ['a prototype in a policy', '{"role":"media-uploader","policy":{"Version":"1","__proto__":{}}}', 'body'],
  ['nesting past any use', `{"role":"media-uploader","policy":${nested(40)}}`, 'body'],
  ['no role', {}, 'role'],
  ['an empty role', { role: '' }, 'role'],
  ['a role of 129 characters', { role: 'r'.repeat(129) }, 'role'],
  ['a role that is a number', { role: 1 }, 'role'],
  ['a role that is a list', { role: ['media-uploader'] }, 'role'],
  ['a duration under 60 seconds', { role: 'media-uploader', durationSeconds: 59 }, 'durationSeconds'],
  ['a duration over 12 hours', { role: 'media-uploader', durationSeconds: 43_201 }, 'durationSeconds'],
  ['half a second', { role: 'media-uploader', durationSeconds: 900.5 }, 'durationSeconds'],
  ['a duration in text', { role: 'media-uploader', durationSeconds: '900' }, 'durationSeconds'],
  ['a duration of null', { role: 'media-uploader', durationSeconds: null }, 'durationSeconds'],
  ['a token that is not text', { role: 'media-uploader', token: 1 }, 'token'],
  ['a token over STS’s own limit', { role: 'media-uploader', token: 'a'.repeat(20_001) }, 'token'],
  ['a field that does not exist', { role: 'media-uploader', sessionName: 'root' }, 'sessionName'],
  ['a policy in text', { role: 'media-uploader', policy: '{}' }, 'policy'],
  ['an empty policy', { role: 'media-uploader', policy: {} }, 'policy.Version'],
  [
    'a policy of another version',
    { role: 'media-uploader', policy: { Version: '2012-10-17' } },
    'policy.Version',
  ],
  ['a policy with an unknown operator', allow({ Condition: { StringSimilar: { 'acs:K': 'a' } } }), 'body'],
  ['a policy with an unknown element', allow({ NotResource: '*' }), 'policy.Statement[0]'],
  ['a policy with a principal', allow({ Principal: '*' }), 'policy.Statement[0]'],
];

describe('POST /v1/credentials answers 400', () => {
  /**
   * @attack Member named twice in a body
   * @removed the check for a member named twice
   * @failed 2 of 38: to a member named twice, naming the field: `expected 403 to be 400`
   *
   * @attack `__proto__` as a member
   * @removed the check for `__proto__`
   * @failed 1 of 38: to a prototype in a policy, naming the field: `expected [ { field: 'policy.Statement', …
   *   } ] to deeply equal [ ObjectContaining {"field": "body"} ]`
   * @note zod refuses it at the top level as an unknown field, and drops it inside a policy
   *
   * @attack Values of a request echoed
   * @removed the check of field names
   * @failed 5 of 38: to a list, naming the field: `expected [ { field: '', … } ] to deeply equal [
   *   ObjectContaining {"field": "body"} ]`
   */
  it.each(BODIES)('to %s, naming the field', async (_, body, field) => {
    const app = startVend();
    const answer = await app.send('POST', '/v1/credentials', { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid_request', type: 'urn:stint:problem:invalid_request' });
    expect(answer.body['errors']).toEqual([{ field: expect.any(String), message: expect.any(String) }]);
    expect(answer.body['errors']).toEqual([expect.objectContaining({ field })]);
    expect(app.assumer.orders).toEqual([]);
  });

  it('and writes an audit row without having asked who it is', async () => {
    const app = startVend();
    await app.send('POST', '/v1/credentials', { body: {}, token: null });
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({ stage: 'request', outcome: 'refused', code: 'invalid_request' }),
    ]);
    expect(app.keys.asked).toEqual([]);
  });

  it('naming each of several faults', async () => {
    const { body } = await startVend().send('POST', '/v1/credentials', {
      body: { durationSeconds: 1, one: 1, two: 2 },
    });
    const { errors } = body;
    expect(errors).toHaveLength(4);
  });

  it('naming at most ten', async () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`field${i}`, i]));
    const { body } = await startVend().vend(many);
    expect(body['errors']).toHaveLength(10);
  });

  it.each([
    ['a value', { role: 'media-uploader', durationSeconds: 'canary-value' }],
    ['a field name that is no name', { role: 'media-uploader', 'canary-value <script>': 1 }],
    ['an operator', allow({ Condition: { 'canary-value': { 'acs:K': 'a' } } })],
    ['a condition key', allow({ Condition: { StringEquals: { 'canary-value\n': 'a' } } })],
    ['an action', allow({ Action: 'canary-value' })],
  ])('and never repeats %s', async (_, body) => {
    const answer = await startVend().send('POST', '/v1/credentials', { body });
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('canary-value');
  });
});
