// Against a caller whose names resemble those of others: subjects and groups are compared byte for byte, and a
// principal of one kind or provider never counts as one of another.
import { describe, expect, it } from 'vitest';
import { grantTo, provider } from '../support/builders.ts';
import { token } from '../support/issuer.ts';
import { startVend } from '../support/vend-app.ts';

function world() {
  const app = startVend();
  app.store.grants = [grantTo({ kind: 'sub', name: 'alice' }), grantTo({ kind: 'group', name: 'staff' })];
  return app;
}

async function outcome(claims: Readonly<Record<string, unknown>>) {
  const app = world();
  const { status } = await app.vend({}, { token: token({ claims }) });
  return [status, app.auditLog.events[0]?.reason];
}

const NO_GRANT = [403, 'no-grant'];
const SUBJECT = [401, 'subject-unusable'];
const GROUPS = [401, 'groups-unusable'];

/** What a careless comparison would take for `name`. */
const lookalikes = (name: string): readonly (readonly [string, string])[] => [
  ['in upper case', name.toUpperCase()],
  ['with a Kelvin sign or long s', name.replace('s', 'ſ').replace('i', 'ı')],
  ['in full width', name.replace('a', 'ａ')],
  ['with a Cyrillic letter', name.replace('a', 'а')],
  ['with a combining accent', `${name}\u0301`],
  ['with a zero-width space', `${name}\u200b`],
  ['with a zero-width joiner inside', `${name.slice(0, 1)}\u200d${name.slice(1)}`],
  ['with a soft hyphen', `${name}\u00ad`],
  ['with a byte order mark', `\ufeff${name}`],
  ['with a space before', ` ${name}`],
  ['with a no-break space after', `${name}\u00a0`],
  ['with a separator of keys', `|${name}`],
];

const UNPRINTABLE = [
  ['a NUL', 'alice\u0000'],
  ['a line break', 'alice\n'],
  ['a carriage return', '\ralice'],
  ['a delete', 'alice\u007f'],
  ['a C1 control', 'alice\u0085'],
  ['a right-to-left override', '\u202eecila'],
  ['a right-to-left isolate', '\u2067alice'],
  ['an Arabic letter mark', '\u061calice'],
  ['a lone high surrogate', 'alice\ud800'],
  ['a lone low surrogate', '\udc00alice'],
] as const;

describe('a subject is compared byte for byte', () => {
  /**
   * @attack Case, look-alikes, spaces in subject and groups
   * @removed byte-for-byte comparison (made folding)
   * @failed 11 of 70: in upper case is somebody else: `expected [ 200, undefined ] to deeply equal [ 403,
   *   'no-grant' ]`
   */
  it.each(lookalikes('alice'))('%s is somebody else', async (_, sub) => {
    expect(await outcome({ sub })).toEqual(NO_GRANT);
  });

  /**
   * @attack Control, bidirectional and lone surrogate characters in names
   * @removed the check for characters
   * @failed 20 of 70: with a NUL it is refused: `expected [ 403, 'no-grant' ] to deeply equal [ 401,
   *   'subject-unusable' ]`
   */
  it.each(UNPRINTABLE)('with %s it is refused', async (_, sub) => {
    expect(await outcome({ sub })).toEqual(SUBJECT);
  });

  /**
   * @attack Claim type juggling in the subject
   * @removed the type check of the subject (made `String()`)
   * @failed 5 of 70: a number is refused: `expected [ 403, 'no-grant' ] to deeply equal [ 401,
   *   'subject-unusable' ]`
   */
  it.each([
    ['a number', 7],
    ['a boolean', true],
    ['null', null],
    ['a list with the name', ['alice']],
    ['an object', { toString: 'alice' }],
    ['an empty text', ''],
    ['513 bytes', 'a'.repeat(513)],
    ['512 bytes in fewer characters, and one more', 'é'.repeat(257)],
  ])('%s is refused', async (_, sub) => {
    expect(await outcome({ sub })).toEqual(SUBJECT);
  });
});

describe('a group is compared byte for byte', () => {
  it('as a member of the list', async () => {
    expect(await outcome({ sub: 'bob', groups: ['other', 'staff'] })).toEqual([200, undefined]);
  });

  it.each([98, 99, 200, 201, 1_000])('of %i in one token', async (count) => {
    const groups = [...Array.from({ length: count - 1 }, (_, i) => `g${i}`), 'staff'];
    expect(await outcome({ sub: 'bob', groups })).toEqual([200, undefined]);
  });

  it('of more than a proof may list, and the operator is told how many', async () => {
    const app = startVend();
    const proof = token({ claims: { groups: Array.from({ length: 1_001 }, (_, i) => `g${i}`) } });
    expect((await app.vend({}, { token: proof })).status).toBe(401);
    const cause = '1001 groups, of at most 1000';
    expect(app.auditLog.events[0]).toMatchObject({ reason: 'groups-too-many', cause });
    expect(app.logger.lines).toContainEqual(
      expect.objectContaining({ fields: expect.objectContaining({ reason: 'groups-too-many', cause }) }),
    );
  });

  it.each(['staff', ['staff']])('one, as text or as a list of one: %j', async (groups) => {
    expect(await outcome({ sub: 'bob', groups })).toEqual([200, undefined]);
  });

  it.each(['Domain Users', 'CN=staff,OU=groups,DC=example', '/staff', 'urn:staff'])(
    'one that is another: %s',
    async (groups) => {
      expect(await outcome({ sub: 'bob', groups })).toEqual(NO_GRANT);
    },
  );

  it.each(lookalikes('staff'))('%s is another group', async (_, group) => {
    expect(await outcome({ sub: 'bob', groups: [group] })).toEqual(NO_GRANT);
  });

  /**
   * @attack Groups in text, too many groups
   * @removed the checks of the group list
   * @failed 18 of 70: with a NUL the token is refused: `expected [ 200, undefined ] to deeply equal [ 401,
   *   'groups-unusable' ]`
   */
  it.each(UNPRINTABLE)('with %s the token is refused', async (_, group) => {
    expect(await outcome({ sub: 'bob', groups: ['staff', group] })).toEqual(GROUPS);
  });

  /**
   * @attack Several groups joined in one text
   * @removed the look for separators
   * @failed 6 of 138: text with commas is no list of groups: `expected [ 403, 'no-grant' ] to deeply equal [
   *   401, 'groups-unusable' ]`
   * @also test/attack/sign-in-claims.test.ts
   */
  it.each([
    ['text with commas', 'other,staff'],
    ['text with semicolons', 'other;staff'],
    ['text with bars', 'other|staff'],
    ['a list as text', '["staff"]'],
    ['empty text', ''],
    ['true', true],
    ['a number', 7],
    ['an object', { staff: true }],
    ['null', null],
    ['a list in a list', [['staff']]],
    ['a list with a number', ['staff', 7]],
    ['a list with an empty name', ['staff', '']],
  ])('%s is no list of groups', async (_, groups) => {
    expect(await outcome({ sub: 'bob', groups })).toEqual(GROUPS);
  });

  it('98 groups are read in one read of 100 rows', async () => {
    const app = world();
    const groups = Array.from({ length: 98 }, (_, i) => `g${i}`);
    await app.vend({}, { token: token({ claims: { sub: 'bob', groups } }) });
    expect(app.store.asked.map((keys) => keys.length)).toEqual([100]);
  });

  it('a claim that is not configured makes no groups', async () => {
    const app = world();
    app.store.providers = [provider({ groups: undefined })];
    const proof = token({ claims: { sub: 'bob', groups: ['staff'] } });
    expect((await app.vend({}, { token: proof })).status).toBe(403);
  });

  /**
   * @attack Prototype keys as claim names
   * @removed own members only
   * @failed 4 of 189: a claim named __proto__ makes no groups: `expected 401 to be 403`
   * @note a value of the prototype is no text, so most cases are refused by type; groups named `constructor`
   *   are not
   * @also test/attack/token-claims.test.ts
   * @also test/attack/required-claims.test.ts
   */
  it.each(['__proto__', 'constructor', 'toString'])('a claim named %s makes no groups', async (groups) => {
    const app = world();
    app.store.providers = [provider({ groups })];
    expect((await app.vend({}, { token: token({ claims: { sub: 'bob' } }) })).status).toBe(403);
  });
});

describe('the kinds of principal do not mix', () => {
  /**
   * @attack A subject that passes for a group
   * @removed the kind in the principal key
   * @failed 1 of 70: a subject named as a group: `expected [ 200, undefined ] to deeply equal [ 403,
   *   'no-grant' ]`
   */
  it.each([
    ['a subject named as a group is keyed', { sub: 'group|staff' }],
    ['a subject named as a group', { sub: 'staff' }],
    ['a group named as a subject is keyed', { sub: 'bob', groups: ['sub|alice'] }],
    ['a group named any', { sub: 'bob', groups: ['any'] }],
  ])('%s', async (_, claims) => {
    expect(await outcome(claims)).toEqual(NO_GRANT);
  });
});
