// A test of an access document passes exactly when the pipeline would do as it says, and a failure names its place.
import { describe, expect, it } from 'vitest';
import { runPolicyTests } from '../../../shared/policy-tests/run-policy-tests.ts';
import { acceptedDocument, edited, faultsOf } from '../rules/documents.ts';

/** Lines of tests start at 63. */
const RULES = `version: 1
providers:
  - id: demo
    kind: oidc
    issuer: https://id.example.com
    groups: teams
roles:
  - id: uploader
    roleArn: acs:ram::1234567890123456:role/uploader
  - id: reader
    roleArn: acs:ram::1234567890123456:role/reader
    maxDurationSeconds: 1800
grants:
  - id: own-prefix
    to: { provider: demo, anyone: true }
    when: claims.email_verified == true
    role: uploader
    sessionPolicy:
      variables: { user: { claim: sub, pattern: "[a-z]{1,20}" } }
      document:
        Version: "1"
        Statement:
          - Effect: Allow
            Action: [oss:PutObject, oss:GetObject]
            Resource: "acs:oss:*:*:media/users/\${user}/*"
          - Effect: Deny
            Action: oss:*
            Resource: "acs:oss:*:*:media/users/\${user}/locked/*"
          - Effect: Allow
            Action: oss:GetObject
            Resource: "acs:oss:oss-cn-hangzhou:*:public/*"
  - id: office
    to: { provider: demo, group: staff }
    role: reader
    sessionPolicy:
      document:
        Version: "1"
        Statement: [{ Effect: Allow, Action: "arms:Get*", Resource: "*" }]
    constraints:
      sourceIp: [203.0.113.0/24]
      timeWindows: [{ timeZone: Asia/Shanghai, days: [mon], from: "09:00", to: "17:00" }]
      dpop: true
      mfa: true
      maxAuthAgeSeconds: 600
      withinToken: true
      resourceGroup: rg-abc
      tags: { team: media }
  - id: all-of-it
    to: { provider: demo, subject: root }
    role: reader
    sessionPolicy: inherit
tests:
`;
const AS = 'provider: demo, subject: alice';
const VERIFIED = `${AS}, claims: { email_verified: true }`;
const MONDAY = 'at: "2026-03-02T10:00:00+08:00"';
const STAFF = `${AS}, groups: [staff], sourceIp: 203.0.113.9, mfa: true, authAgeSeconds: 60, dpop: true, ${MONDAY}`;

const test = (as: string, role: string, expected: string, more = ''): string =>
  `  - name: it holds\n    as: { ${as} }\n    role: ${role}\n    expect: ${expected}\n${more.replaceAll(/^(?=.)/gm, '    ')}`;

async function run(...tests: readonly string[]) {
  const { passed, failures } = await runPolicyTests(
    acceptedDocument(RULES + tests.join('')),
    new Date('2026-03-02T02:00:00Z'),
  );
  return { passed, messages: failures.map(({ line, message }) => `${line} ${message}`) };
}
const FIRST = RULES.split('\n').length;

describe('a test of the document passes', () => {
  it.each([
    ['a grant to anyone, its condition met', test(VERIFIED, 'uploader', 'allow')],
    ['its condition not met', test(AS, 'uploader', 'deny', 'reason: condition-false\n')],
    ['a claim that is text, not true', test(`${AS}, claims: { email_verified: "true" }`, 'uploader', 'deny')],
    ['no grant', test(AS, 'reader', 'deny', 'reason: no-grant\n')],
    [
      'a subject that the pattern refuses',
      test(VERIFIED.replace('alice', 'Alice'), 'uploader', 'deny', 'reason: claim-unusable\n'),
    ],
    [
      'a subject that the claims contradict: the subject counts',
      test(
        `${AS}, claims: { email_verified: true, sub: bob }`,
        'uploader',
        'allow',
        'may: [oss:PutObject acs:oss:*:*:media/users/alice/a]\n',
      ),
    ],
    [
      'what the session policy allows',
      test(VERIFIED, 'uploader', 'allow', 'may: [oss:PutObject acs:oss:*:*:media/users/alice/a.png]\n'),
    ],
    [
      'what it does not',
      test(
        VERIFIED,
        'uploader',
        'allow',
        'mayNot: [oss:PutObject acs:oss:*:*:media/users/bob/a.png, oss:DeleteObject acs:oss:*:*:media/users/alice/a.png]\n',
      ),
    ],
    [
      'what it denies',
      test(VERIFIED, 'uploader', 'allow', 'mayNot: [oss:PutObject acs:oss:*:*:media/users/alice/locked/a]\n'),
    ],
    [
      'what it allows in one region',
      test(
        VERIFIED,
        'uploader',
        'allow',
        'may: [oss:GetObject acs:oss:oss-cn-hangzhou:1:public/a]\nmayNot: [oss:GetObject acs:oss:oss-cn-beijing:1:public/a]\n',
      ),
    ],
    [
      'all that the constraints ask for',
      test(STAFF, 'reader', 'allow', 'may: [arms:GetTrace acs:arms:*:*:x]\n'),
    ],
    [
      'no address',
      test(STAFF.replace('sourceIp: 203.0.113.9, ', ''), 'reader', 'deny', 'reason: source-ip\n'),
    ],
    [
      'another address',
      test(STAFF.replace('203.0.113.9', '198.51.100.1'), 'reader', 'deny', 'reason: source-ip\n'),
    ],
    ['another hour', test(STAFF.replace('T10:', 'T08:'), 'reader', 'deny', 'reason: outside-time-window\n')],
    ['no key', test(STAFF.replace('dpop: true, ', ''), 'reader', 'deny', 'reason: dpop-missing\n')],
    ['no second factor', test(STAFF.replace('mfa: true, ', ''), 'reader', 'deny', 'reason: mfa-missing\n')],
    [
      'a sign-in that the token does not speak of',
      test(STAFF.replace('authAgeSeconds: 60, ', ''), 'reader', 'deny', 'reason: auth-time-missing\n'),
    ],
    [
      'a sign-in of longer ago',
      test(
        STAFF.replace('authAgeSeconds: 60', 'authAgeSeconds: 601'),
        'reader',
        'deny',
        'reason: auth-too-old\n',
      ),
    ],
    [
      'a sign-in of long ago',
      test(`${STAFF}, claims: { auth_time: 1 }`, 'reader', 'deny', 'reason: auth-too-old\n'),
    ],
    [
      'a token that ends',
      test(`${STAFF}, claims: { exp: 1772416810 }`, 'reader', 'deny', 'reason: token-ends-too-soon\n'),
    ],
    ['no such group', test(STAFF.replace('[staff]', '[guests]'), 'reader', 'deny', 'reason: no-grant\n')],
    [
      'too long a duration',
      test(
        'provider: demo, subject: root',
        'reader',
        'deny',
        'durationSeconds: 3600\nreason: duration-over-grant\n',
      ),
    ],
    [
      'inherit, which allows everything',
      test(
        'provider: demo, subject: root',
        'reader',
        'allow',
        'may: [ecs:RunInstances acs:ecs:cn-hangzhou:1:instance/i-1]\n',
      ),
    ],
  ])('for %s', async (_name, text) => {
    expect(await run(text)).toEqual({ passed: 1, messages: [] });
  });
});

describe('a test of the document fails, and says what was expected, what came and why,', () => {
  const at = (row: number, message: string) => ({ passed: 0, messages: [`${FIRST + row} ${message}`] });

  it.each([
    [
      'allow, where no grant fits',
      test(AS, 'reader', 'allow'),
      at(3, 'expected allow, came denied: no-grant'),
    ],
    [
      'allow, where a condition is false',
      test(AS, 'uploader', 'allow'),
      at(3, 'expected allow, came denied: condition-false (grant own-prefix, its when)'),
    ],
    [
      'allow, where a claim cannot be used',
      test(VERIFIED.replace('alice', 'A'), 'uploader', 'allow'),
      at(3, 'expected allow, came denied: claim-unusable (grant own-prefix)'),
    ],
    [
      'deny, where a grant gives it',
      test(VERIFIED, 'uploader', 'deny'),
      at(3, 'expected deny, came allow: grant own-prefix gives it'),
    ],
    [
      'another reason',
      test(AS, 'uploader', 'deny', 'reason: no-grant\n'),
      at(4, 'expected denied: no-grant, came denied: condition-false (grant own-prefix, its when)'),
    ],
    [
      'may, where nothing allows it',
      test(
        VERIFIED,
        'uploader',
        'allow',
        'may:\n  - oss:GetObject acs:oss:*:*:media/users/alice/a\n  - oss:GetObject acs:oss:*:*:media/users/bob/a\n',
      ),
      at(6, 'expected allowed, but under grant own-prefix no statement of the session policy allows it'),
    ],
    [
      'may, where a statement denies it',
      test(VERIFIED, 'uploader', 'allow', 'may: [oss:GetObject acs:oss:*:*:media/users/alice/locked/a]\n'),
      at(4, 'expected allowed, but under grant own-prefix Statement[1] of the session policy denies it'),
    ],
    [
      'mayNot, where a statement allows it',
      test(VERIFIED, 'uploader', 'allow', 'mayNot: [oss:GetObject acs:oss:*:*:media/users/alice/a]\n'),
      at(4, 'expected not allowed, but under grant own-prefix Statement[0] of the session policy allows it'),
    ],
    [
      'may in any region, where one is allowed',
      test(VERIFIED, 'uploader', 'allow', 'may: [oss:GetObject acs:oss:*:*:public/a]\n'),
      at(4, 'expected allowed, but under grant own-prefix no statement of the session policy allows it'),
    ],
    [
      'mayNot in any region, where one is allowed',
      test(VERIFIED, 'uploader', 'allow', 'mayNot: [oss:GetObject acs:oss:*:*:public/a]\n'),
      at(4, 'expected not allowed, but under grant own-prefix Statement[2] of the session policy allows it'),
    ],
  ])('for %s', async (_name, text, outcome) => {
    expect(await run(text)).toEqual(outcome);
  });

  it('while others pass', async () => {
    const { passed, messages } = await run(test(VERIFIED, 'uploader', 'allow'), test(AS, 'reader', 'allow'));
    expect([passed, messages.length]).toEqual([1, 1]);
  });
});

describe('a test of the document is refused', () => {
  const good = RULES + test(VERIFIED, 'uploader', 'allow', 'may: [oss:GetObject acs:oss:*:*:media/a]\n');

  it.each([
    [
      'that names no provider of the document',
      edited('as: { provider: demo', 'as: { provider: other', good),
      1,
      'name an entry of providers',
    ],
    [
      'that names no role of the document',
      edited('    role: uploader\n    expect', '    role: uplaoder\n    expect', good),
      2,
      'name an entry of roles',
    ],
    [
      'with a wildcard in the action',
      edited('oss:GetObject acs:oss:*:*:media/a', 'oss:Get* acs:oss:*:*:media/a', good),
      4,
      'write one action and one resource',
    ],
    [
      'with a wildcard in the resource',
      edited('media/a]', 'media/*]', good),
      4,
      'write one action and one resource',
    ],
    [
      'that tries requests of a denied caller',
      edited('expect: allow', 'expect: deny', good),
      3,
      'write allow, or remove may and mayNot',
    ],
    [
      'that gives a reason for allow',
      `${good}    reason: no-grant\n`,
      5,
      'remove the reason, or expect: deny',
    ],
    ['with an unknown key', `${good}    mustNot: []\n`, 5, 'unknown key mustNot'],
    [
      'at a time without a zone',
      edited('subject: alice', 'subject: alice, at: "2026-03-02T10:00:00"', good),
      1,
      'write a time such as',
    ],
  ])('%s', (_name, text, row, says) => {
    expect(faultsOf(text)).toEqual([expect.stringContaining(says)]);
    expect(faultsOf(text)[0]).toMatch(new RegExp(`^${FIRST + row} tests\\[0\\]`));
  });
});
