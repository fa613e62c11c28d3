// A caller by account has one subject, whichever API named it, and is trusted only by an entry for it or its account.
import { describe, expect, it } from 'vitest';
import {
  isTrusted,
  parseSubject,
  type RamMember,
  subjectOf,
  type Trust,
  trustsOverlap,
} from '../../../shared/rules/values/ram-member.ts';

const ROOT: RamMember = { kind: 'root', account: '1' };
const USER: RamMember = { kind: 'user', account: '1', name: 'ci' };
const ROLE: RamMember = { kind: 'role', account: '1', name: 'ci' };

describe('a subject', () => {
  it.each<[RamMember, string]>([
    [ROOT, '1:root'],
    [USER, '1:user/ci'],
    [ROLE, '1:role/ci'],
  ])('of %j is %s, and back', (member, subject) => {
    expect(subjectOf(member)).toBe(subject);
    expect(parseSubject(subject)).toEqual(member);
  });

  it.each([
    'acs:ram::1:user/ci',
    '1:assumed-role/ci/build-7',
    '1:role/ci/build-7',
    '1:root/ci',
    '1:group/ci',
    '1:user/',
    ':root',
    '1:root\n',
    '1:user/c*',
    '1',
  ])('is not %j', (text) => {
    expect(parseSubject(text)).toBeUndefined();
  });
});

describe('trust', () => {
  it.each<[string, Trust, readonly RamMember[]]>([
    ['an account', { account: '1' }, [ROOT, USER, ROLE]],
    ['a user', { account: '1', user: 'ci' }, [USER]],
    ['a role', { account: '1', role: 'ci' }, [ROLE]],
    ['a user in other case', { account: '1', user: 'CI' }, []],
    ['another role', { account: '1', role: 'c' }, []],
    ['another account', { account: '11' }, []],
    ['a role of another account', { account: '11', role: 'ci' }, []],
  ])('in %s covers it and nobody else', (_, trust, trusted) => {
    expect([ROOT, USER, ROLE].filter((member) => isTrusted(member, trust))).toEqual(trusted);
  });

  it.each<[Trust, Trust, boolean]>([
    [{ account: '1' }, { account: '1' }, true],
    [{ account: '1' }, { account: '1', role: 'ci' }, true],
    [{ account: '1', user: 'ci' }, { account: '1' }, true],
    [{ account: '1', role: 'ci' }, { account: '1', role: 'ci' }, true],
    [{ account: '1', role: 'ci' }, { account: '1', role: 'cd' }, false],
    [{ account: '1', role: 'ci' }, { account: '1', user: 'ci' }, false],
    [{ account: '1', role: 'ci' }, { account: '2', role: 'ci' }, false],
    [{ account: '1' }, { account: '2' }, false],
  ])('of %j and of %j overlaps: %j', (one, other, overlaps) => {
    expect(trustsOverlap(one, other)).toBe(overlaps);
  });
});
