// Against a caller that chooses the content of its token: no claim satisfies a condition but a claim of the type and
// value that the condition asks for.
import { describe, expect, it } from 'vitest';
import { compileCondition } from '../../shared/rules/conditions/compile-condition.ts';
import { grantTo } from '../support/builders.ts';
import { defaultClaims, token } from '../support/issuer.ts';
import { startVend } from '../support/vend-app.ts';

async function vendWith(when: string, proof: string) {
  // A faulty condition refuses as well; then a test would pass for nothing.
  if (!compileCondition(when).ok) throw new Error(`the condition of this test is refused: ${when}`);
  const app = startVend();
  app.store.grants = [grantTo({ kind: 'any' }, { when })];
  const { status } = await app.vend({}, { token: proof });
  return [status, app.auditLog.events[0]?.reason ?? 'granted'];
}

const withClaims = (claims: Readonly<Record<string, unknown>>) => token({ claims });

const REFUSED = [403, 'condition-false'];

describe('a condition is not satisfied', () => {
  /**
   * @attack Claim that a condition excludes, sent so large that it is passed over
   * @removed the refusal of a claim beyond the limits (made: it is left out)
   * @failed 3 of 34: by hiding the claim that excludes behind its size: `expected [ 200, 'granted' ] to
   *   deeply equal [ 403, 'condition-false' ]`
   *
   * @attack Claim that makes the evaluation of a condition fail
   * @removed failing closed (made: an error satisfies)
   * @failed 10 of 34: by an object that names its own constructor: `expected [ 200, 'granted' ] to deeply
   *   equal [ 403, 'condition-false' ]`
   *
   * @attack Long text in a claim, to make a search costly
   * @removed the limit of characters
   * @failed 1 of 34: by a text of 64 KB: `expected [ 200, 'granted' ] to deeply equal [ 403,
   *   'condition-false' ]`
   * @note the limits of depth and of numbers have no test here: what they refuse, `has` and the comparison
   *   refuse as well
   */
  it.each([
    ['by a text in place of a boolean', 'claims.admin == true', { admin: 'true' }],
    ['by a list of what is asked for', 'claims.admin == true', { admin: [true] }],
    ['by an object with a value', 'claims.team == "media"', { team: { value: 'media' } }],
    [
      'by an object that turns into a text',
      'claims.team == "media"',
      { team: { toString: 'media', valueOf: 'media' } },
    ],
    ['by an object that names its own constructor', 'claims.n > 1', { n: { constructor: 'Number' } }],
    ['by a NUL after the value', 'claims.team == "media"', { team: 'media\u0000' }],
    ['by a right-to-left mark in the value', 'claims.team == "media"', { team: 'media\u200f' }],
    ['by letters that look alike', 'claims.team == "media"', { team: 'm\u0435dia' }],
    ['by another case', 'claims.team == "media"', { team: 'MEDIA' }],
    ['by spaces', 'claims.team == "media"', { team: ' media' }],
    ['by a value that CEL would parse', 'claims.team == "media"', { team: '" || true || "' }],
    ['by a claim with a dot in its name', 'claims.realm.admin == true', { 'realm.admin': true }],
    ['by a claim in other case', 'claims.admin == true', { Admin: true }],
    ['by a text of 64 KB', 'claims.team.startsWith("media")', { team: `media${'x'.repeat(10_000)}` }],
    ['by leaving out the claim that excludes', 'claims.suspended != true', {}],
    ['by leaving out the claim that is negated', '!(claims.suspended == true)', {}],
    [
      'by hiding the claim that excludes behind its size',
      '!has(claims.suspended)',
      { suspended: 'x'.repeat(10_000) },
    ],
    ['by hiding it behind its depth', '!has(claims.suspended)', { suspended: [[[[[[[1]]]]]]] }],
    ['by hiding it behind a number that no reader keeps', '!has(claims.suspended)', { suspended: 1e300 }],
    ['by a claim named as a member of all objects', 'claims.constructor != "x"', {}],
    ['by a claim named as a method of maps', 'claims.get != "x" || claims.size != "x"', {}],
    ['by a list in place of a text', 'claims.team.startsWith("m")', { team: ['media'] }],
    [
      'by an object in place of a list',
      '"admin" in claims.roles && claims.roles[0] == "admin"',
      { roles: { admin: 1 } },
    ],
    ['by an error next to a false', 'claims.a == 1 && claims.b.c.d == 1', { a: 2 }],
    ['by nothing at all in a loop over all', 'claims.roles.all(r, r == "admin")', {}],
  ])('%s', async (_, when, claims) => {
    expect(await vendWith(when, withClaims(claims))).toEqual(REFUSED);
  });

  it('while the plain value satisfies it', async () => {
    expect(await vendWith('claims.team == "media"', withClaims({ team: 'media' }))).toEqual([200, 'granted']);
  });

  it('by a claim of an object’s prototype, which no token may hold', async () => {
    const text = JSON.stringify({ ...defaultClaims(), a: 1 }).replace('"a":1', '"__proto__":{"admin":true}');
    const [status] = await vendWith('claims.admin == true', token({ payload: text }));
    expect(status).toBe(401);
  });

  it('by naming a claim twice, which no token may', async () => {
    const text = JSON.stringify({ ...defaultClaims(), a: false }).replace('"a":false', '"a":false,"a":true');
    const [status] = await vendWith('claims.a == true', token({ payload: text }));
    expect(status).toBe(401);
  });
});

describe('a condition that cannot be read', () => {
  /**
   * @attack Grant whose condition cannot be read
   * @removed that such a grant cannot be read (made: it has no condition)
   * @failed 3 of 34: grants nothing to anyone: it is not CEL: `expected [ 200, undefined ] to deeply equal [
   *   403, 'no-grant' ]`
   * @note the other three are refused by the schema of the text
   */
  it.each([
    ['is not CEL', 'claims.a =='],
    ['uses what is not allowed', 'subject.matches("(a+)+$")'],
    ['is empty', ''],
    ['is too long', `subject == "${'x'.repeat(1_000)}" || true`],
    ['is a claim alone', 'claims.admin'],
    ['holds a mark of writing direction', 'true || "\u202e" == "a"'],
  ])('grants nothing to anyone: it %s', async (_, when) => {
    const app = startVend();
    const plain = grantTo({ kind: 'any' });
    const row = Object.fromEntries(
      Object.entries(plain.row).map(([column, json]) => [
        column,
        JSON.stringify({ ...JSON.parse(json), when }),
      ]),
    );
    app.store.grants = [{ ...plain, row }];
    const { status } = await app.vend({}, { token: withClaims({ admin: true }) });
    expect([status, app.auditLog.events[0]?.reason]).toEqual([403, 'no-grant']);
    expect(app.logger.lines).toContainEqual(expect.objectContaining({ event: 'grant-unreadable' }));
  });
});
