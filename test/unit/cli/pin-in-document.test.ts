// A pin changes its policy in a document and nothing else, or the document stays as it was.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { pinInDocument, renderPin } from '../../../clients/cli/documents/fetch-policy.ts';
import type { PinnedPolicy } from '../../../shared/rules/document/pinned-policy.ts';
import { must } from '../../contract/must.ts';
import { edited, faultsOf, VALID } from '../rules/documents.ts';

const SHA_OF_OSS = '3383b030847446228d0ea52f7cc19843d624793c7398642d8fab90609f9092ed';
const pin = (more: Partial<PinnedPolicy> = {}): PinnedPolicy => ({
  name: 'AliyunOSSReadOnlyAccess',
  type: 'System',
  version: 'v1',
  sha256: SHA_OF_OSS,
  document: {
    Version: '1',
    Statement: [{ Effect: 'Allow', Action: ['oss:Get*', 'oss:List*'], Resource: '*' }],
  },
  ...more,
});

const COMMENTED = `# Rules of the shop
version: 1
providers: [   ] # none   yet

# About policies
policies: # copies
  # The old one
  - name: AliyunOSSReadOnlyAccess # of Alibaba Cloud
    type: System
    version: v0 # long ago

    sha256: "0000000000000000000000000000000000000000000000000000000000000000"
    document: { Version: "1" } # short
  - name: Other
    type: Custom
    version: v7
    sha256: "1111111111111111111111111111111111111111111111111111111111111111"
    document: {}
  # That was all

# Who may take what
roles:   []
grants: []   # nobody
`;
const comments = (text: string): readonly string[] =>
  (text.match(/#.*$/gm) ?? []).map((found) => found.trim());
const outside = (text: string): string =>
  text.replace(/^policies:(?:\n| #).*?(?=\n {2}# That was all)/ms, '');

describe('pinning a policy in a document', () => {
  it('adds the list when there is none, and changes nothing else', () => {
    const { text, change } = must(pinInDocument(VALID, pin()));
    expect(change).toBe('added');
    expect(text.startsWith(VALID)).toBe(true);
    expect(parse(text).policies).toEqual([pin()]);
    expect(faultsOf(text)).toEqual([]);
  });

  it('updates the entry of that name, with every comment and all other bytes in place', () => {
    const { text, change } = must(pinInDocument(COMMENTED, pin()));
    expect(change).toBe('updated');
    expect(parse(text).policies).toEqual([pin(), parse(COMMENTED).policies[1]]);
    expect([...comments(text)].sort()).toEqual([...comments(COMMENTED)].sort());
    expect(outside(text)).toBe(outside(COMMENTED));
    expect(outside(text)).toContain('providers: [   ] # none   yet');
  });

  it('adds a second entry after the others', () => {
    const { text, change } = must(pinInDocument(COMMENTED, pin({ name: 'New' })));
    expect(change).toBe('added');
    expect(parse(text).policies.map(({ name }: PinnedPolicy) => name)).toEqual([
      'AliyunOSSReadOnlyAccess',
      'Other',
      'New',
    ]);
    expect([...comments(text)].sort()).toEqual([...comments(COMMENTED)].sort());
    expect(outside(text)).toBe(outside(COMMENTED));
  });

  it.each([
    ['an empty list', edited('grants:', 'policies: []\ngrants:')],
    [
      'a list in brackets',
      edited('grants:', `policies: [${JSON.stringify(pin({ name: 'A' }))}] # so\ngrants:`),
    ],
    ['no line end at the end', VALID.trimEnd()],
    ['Windows line ends', VALID.replaceAll('\n', '\r\n')],
    ['an anchor elsewhere', edited('constraints: {', 'constraints: &c {')],
    ['the list at the end', `${VALID}policies:\n  - ${JSON.stringify(pin({ name: 'A' }))}`],
  ])('finds its way with %s', (_, text) => {
    const result = must(pinInDocument(text, pin()));
    expect(parse(result.text)).toEqual({
      ...parse(text),
      policies: [...(parse(text).policies ?? []), pin()],
    });
  });

  it('leaves the text as it is when the policy is there already', () => {
    const { text } = must(pinInDocument(COMMENTED, pin()));
    expect(pinInDocument(text, pin())).toEqual({ ok: true, value: { text, change: 'unchanged' } });
  });

  it.each([
    ['a list of something else', edited('grants:', 'policies: yes\ngrants:'), 'policies is not a list'],
    ['an alias in the list', edited('grants:', 'x: &x []\npolicies: [*x]\ngrants:'), 'policies has an alias'],
    ['a document in braces', '{ version: 1 }', 'not a mapping of one key a line'],
    ['an end of document', `${VALID}...\n`, 'cannot be edited safely'],
    ['a bomb', edited('grants:', `a: &a [${'*a,'.repeat(200)}]\ngrants:`), 'correct the document first'],
    ['two documents', `${VALID}---\n${VALID}`, 'correct the document first'],
    ['nothing', '', 'not a mapping of one key a line'],
  ])('refuses %s', (_, text, says) => {
    expect(pinInDocument(text, pin())).toEqual({ ok: false, error: expect.stringContaining(says) });
  });

  it('renders an entry that can be pasted', () => {
    expect(renderPin(pin())).toMatch(/^- name: AliyunOSSReadOnlyAccess\n {2}type: System\n {2}version: v1\n/);
    expect(parse(renderPin(pin()))).toEqual([pin()]);
  });
});
