// A condition holds only for a result of true; a fault tells the author what to write and repeats nothing of the text.
import { describe, expect, it } from 'vitest';
import {
  MAX_CLAIM_CHARACTERS,
  MAX_CLAIM_DEPTH,
  MAX_CLAIM_VALUES,
} from '../../../shared/rules/conditions/claim-values.ts';
import { MAX_CONDITION_CHARACTERS } from '../../../shared/rules/values/grant-condition.ts';
import { facts, holds, holdsFor, refusal } from './condition-facts.ts';

const nested = (depth: number): unknown => (depth === 0 ? 'end' : { in: nested(depth - 1) });

describe('a condition holds', () => {
  it.each([
    ['for a claim of the same value', 'claims.admin == true', { admin: true }],
    ['for a claim with odd characters in its name', 'claims["a-b/c"] == 1', { 'a-b/c': 1 }],
    ['for a JSON integer', 'claims.level == 3', { level: 3 }],
    ['for a JSON integer against a fraction', 'claims.level == 3.0', { level: 3 }],
    ['for a fraction', 'claims.level > 2.4 && claims.level < 3', { level: 2.5 }],
    ['for the largest exact integer', 'claims.n == 9007199254740991', { n: Number.MAX_SAFE_INTEGER }],
    ['for a member of a group', '"on-call" in groups', {}],
    ['for one of a list', 'claims.d in ["media", "design"]', { d: 'design' }],
    ['for a member of a list in a claim', '"b" in claims.roles', { roles: ['a', 'b'] }],
    ['for the name of a claim that is there', '"d" in claims', { d: null }],
    ['for a nested claim', 'claims.realm.roles[0] == "x"', { realm: { roles: ['x'] } }],
    ['for a claim that is null', 'claims.x == null', { x: null }],
    ['for the provider and the subject', 'provider == "app-users" && subject == "alice"', {}],
    [
      'for the role and the duration',
      'request.role == "media-uploader" && request.durationSeconds <= 900',
      {},
    ],
    ['for the address', 'request.sourceIp.startsWith("203.0.113.")', {}],
    ['for the time', 'request.time > timestamp("2026-03-02T11:59:59Z")', {}],
    ['for a time a while ago', 'request.time - duration("1h") < timestamp("2026-03-02T11:00:01Z")', {}],
    ['where one side of || is missing and the other true', 'claims.x == 1 || claims.y == 1', { y: 1 }],
    ['where a missing claim is asked for', '!has(claims.x)', {}],
    ['for some of a list', 'claims.e.exists(e, e.name == "up")', { e: [{ name: 'down' }, { name: 'up' }] }],
    ['for all of a list', 'groups.all(g, size(g) > 4)', {}],
    ['for a group with a prefix', 'groups.exists(g, g.startsWith("on-") || g.endsWith("-lead"))', {}],
    ['for a text within a claim', 'claims.l.exists(x, x.contains("dmi"))', { l: ['a', 'admin'] }],
    ['for the caller among a claim’s texts', 'claims.l.exists(x, x == subject)', { l: ['bob', 'alice'] }],
    ['for a group that a claim names', 'groups.exists(g, g == claims.team)', { team: 'staff' }],
    [
      'for a few texts in a loop over a claim',
      '["a", "b"].all(q, claims.l.exists(x, x == q))',
      { l: ['b', 'a'] },
    ],
    ['over several lines', 'claims.a == 1 &&\n\tclaims.b == 2 // both', { a: 1, b: 2 }],
  ])('%s: %s', (_, text, claims) => {
    expect(holds(text, claims)).toBe(true);
  });
});

describe('a condition does not hold', () => {
  it.each([
    ['when the claim is missing', 'claims.x == "a"', {}],
    ['when the claim that must differ is missing', 'claims.x != "a"', {}],
    ['when the claim under a negation is missing', '!(claims.admin == true)', {}],
    ['when the claim under a plain negation is missing', '!claims.suspended', {}],
    ['when both sides of || are missing', 'claims.x == 1 || claims.y == 1', {}],
    ['when a member of a claim is missing', 'claims.a.b == 1', { a: {} }],
    ['when a member on the way is missing, even to has', '!has(claims.a.b.c)', { a: {} }],
    ['when a list is too short', 'claims.a[1] == 1', { a: [1] }],
    ['when a list is a text', 'claims.a.exists(x, true)', { a: 'abc' }],
    ['when the duration was not asked for', 'request.durationSeconds > 0', undefined],
    ['when types cannot be ordered', 'claims.a > 1', { a: '2' }],
    ['when what is negated is no boolean', '!claims.a', { a: 0 }],
    ['when what is to be true is 1', 'claims.a == true', { a: 1 }],
    ['when what is to be true is "true"', 'claims.a == true', { a: 'true' }],
    ['when what is to be 1 is "1"', 'claims.a == 1', { a: '1' }],
    ['when what is to be 1 is true', 'claims.a == 1', { a: true }],
    ['when what is to be "1" is 1', 'claims.a == "1"', { a: 1 }],
    ['when what is to be one of a list is of another type', 'claims.a in [1, 2]', { a: '1' }],
    ['when what is to be a text is a list of it', 'claims.a == "x"', { a: ['x'] }],
    ['when a text differs in case', 'claims.a == "x"', { a: 'X' }],
    ['when a text differs in normal form', 'claims.a == "\\u00e9"', { a: 'e\u0301' }],
    ['when a whole number may have been rounded', 'claims.n == 9007199254740992', { n: 2 ** 53 }],
    ['when it divides by zero', '1 / claims.a == 1 || false', { a: 0 }],
  ])('%s: %s', (_, text, claims) => {
    const { request, ...rest } = facts(claims);
    const given = claims === undefined ? { ...request, durationSeconds: undefined } : request;
    expect(holdsFor(text, { ...rest, request: given })).toBe(false);
  });
});

describe('a claim beyond the limits', () => {
  it.each([
    ['nested too deep', nested(MAX_CLAIM_DEPTH), nested(MAX_CLAIM_DEPTH + 1)],
    ['of too many values', Array(MAX_CLAIM_VALUES - 1).fill(1), Array(MAX_CLAIM_VALUES).fill(1)],
    ['of too long a text', 'x'.repeat(MAX_CLAIM_CHARACTERS), 'x'.repeat(MAX_CLAIM_CHARACTERS + 1)],
    ['with too long a name inside', { a: 1 }, { ['x'.repeat(MAX_CLAIM_CHARACTERS + 1)]: 1 }],
    ['of a number that JSON cannot hold', 1.5, Number.POSITIVE_INFINITY],
  ])('is not taken for a missing one: %s', (_, within, beyond) => {
    expect(holds('has(claims.x)', { x: within })).toBe(true);
    expect(holds('has(claims.x)', { x: beyond })).toBe(false);
    expect(holds('!has(claims.x)', { x: beyond })).toBe(false);
    expect(holds('claims.x != "a" || true', { x: beyond })).toBe(false);
  });

  it('does not matter to a condition that does not name it', () => {
    expect(holds('claims.y == 1', { x: 'x'.repeat(65_536), y: 1 })).toBe(true);
  });
});

describe('a condition is refused', () => {
  it.each([
    ['an empty one', '', 'character 1'],
    ['what is not CEL', 'claims.a ==', 'character 12'],
    ['half of a text', 'claims.a == "x', 'unterminated string'],
    ['an unknown variable', 'user.name == "x"', 'use the variables claims, groups'],
    ['the library’s own constants', 'google.protobuf.Timestamp == int', 'use the variables claims'],
    ['a type as a value', 'type(claims.a) == int', 'use has, size'],
    ['an unknown field of the request', 'request.ip == "x"', 'no such key'],
    ['a comparison of what never is alike', 'subject == 1', 'no such overload'],
    ['a claim alone, which may be no boolean', 'claims.admin', 'make the condition a comparison'],
    ['a text', '"true"', 'make the condition a comparison'],
    ['regular expressions', 'subject.matches("a*")', 'use has, size, timestamp'],
    ['bindings', 'cel.bind(x, subject, x == "a")', 'use has, size'],
    ['conversion to a number', 'int(claims.a) == 1', 'use has, size'],
    ['conversion to a text', 'string(claims.a) == "1"', 'use has, size'],
    ['conversion to dyn', 'dyn(subject) == 1', 'use has, size'],
    ['folding of case', 'subject.lowerAscii() == "a"', 'use has, size'],
    ['lists made from lists', 'groups.map(g, g) == ["a"]', 'use has, size'],
    ['lists made from texts', 'subject.split("") == ["a"]', 'use has, size'],
    ['parsing of JSON', 'b"{}".json() == claims.a', 'use has, size'],
    ['bytes', 'claims.a == b"x"', 'use texts, numbers'],
    ['map literals', 'claims.a == {"b": 1}', 'write no {maps}'],
    ['all claims at once', 'claims == claims', 'name the claim'],
    ['a loop over all claims', 'claims.exists(c, c == "a")', 'name the claim'],
    ['a claim by a computed name', 'claims[subject] == 1', 'name the claim'],
    ['a computed name among the claims', 'subject in claims', 'name the claim'],
    ['the clock’s hours, which timeWindows has', 'request.time.getHours() > 8', 'use has, size'],
    ['a time that is not one', 'request.time < timestamp("tomorrow")', 'not a time or duration'],
    ['a time from a claim', 'request.time < timestamp(claims.t)', 'give a text in quotes'],
    ['a variable that hides another', 'groups.exists(claims, claims == "a")', 'use another name'],
    [
      'a variable that hides that of an outer loop',
      '["a"].all(x, ["b"].all(x, x == "b"))',
      'use another name',
    ],
    ['a loop over claims in a loop over claims', 'groups.all(a, claims.l.all(b, a == b))', 'make it cheaper'],
    ['whole claims in a loop over a claim', 'claims.l.all(x, x == claims.y)', 'make it cheaper'],
    [
      'whole claims in a loop over claims',
      `[${Array(60).fill('claims.a')}].all(x, x == claims.y)`,
      'make it cheaper',
    ],
    ['a claim among claims in a loop', 'groups.exists(g, g in claims.l)', 'make it cheaper'],
    ['lists of claims in a loop', 'groups.all(g, claims.a in [claims.b])', 'make it cheaper'],
    ['loops of names in loops over a claim', 'claims.l.all(x, claims.m.all(y, y == 1))', 'make it cheaper'],
    [
      'a search for claims in a loop over claims',
      'claims.l.exists(x, x.contains(claims.y))',
      'make it cheaper',
    ],
    ['reserved words', 'claims.a == while', 'reserved identifier'],
  ])('%s: %s', (_, text, says) => {
    expect(refusal(text)).toContain(says);
  });

  it('by length, nodes and depth, whatever it says', () => {
    expect(refusal(`subject == "${'x'.repeat(MAX_CONDITION_CHARACTERS - 13)}"`)).toBeUndefined();
    expect(refusal(`subject == "${'x'.repeat(MAX_CONDITION_CHARACTERS - 12)}"`)).toContain('shorten');
    expect(refusal(Array(130).fill('1==1').join('&&'))).toContain('limit exceeded');
    expect(refusal(`${'('.repeat(400)}true${')'.repeat(400)}`)).toContain('limit exceeded');
    expect(refusal(`${'!'.repeat(900)}true`)).toContain('limit exceeded');
    expect(refusal(`subject in [${Array(101).fill('"a"')}]`)).toContain('limit exceeded');
  });

  it('without a word of its text', () => {
    const secret = 'hunter2hunter2';
    for (const text of [
      `${secret}`,
      `claims.a == ${secret}(1)`,
      `"${secret}" + 1 == 2`,
      `request.${secret} == 1`,
    ]) {
      expect(refusal(text)).toMatch(/^(correct|make) the condition/);
      expect(refusal(text)).not.toContain(secret);
    }
  });
});
