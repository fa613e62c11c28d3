// A layout changes neither the meaning nor the comments of a document, and does not change when it is laid out again.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { formatDocument } from '../../../shared/rules/review/format-document.ts';
import { accepted, edited, VALID } from './documents.ts';

function formatted(text: string): string {
  const result = formatDocument(text);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

const MESSY = `# yaml-language-server: $schema=x

# about grants
grants:
    -   role: media-uploader   # inside the role
        # who gets it
        to:   {group: 'staff', provider: app-users}
        id: staff
        sessionPolicy:
            document:
                Statement:
                - Resource: ["*"]
                  Action: [  'oss:PutObject',
                     oss:GetObject ]   # two actions
                  Effect: Allow
                Version: '1'
        constraints: {mfa: true, sourceIp: [ 203.0.113.0/24 ]}
    # about the other
    -   id: other
        when: |
            claims.a == 1 &&
              claims.b == "it's"
        to: {provider: app-users, anyone: true}
        role: media-uploader
        sessionPolicy: inherit
roles:
-   roleArn: acs:ram::1234567890123456:role/media-uploader
    externalId: 'say "x"=1'
    id: media-uploader
providers:
- {id: app-users, issuer: 'https://id.example.com', kind: oidc, groups: groups}
version: 1
# the end
`.replace(`    externalId: 'say "x"=1'\n`, '');

const TIDY = `# yaml-language-server: $schema=x

version: 1
providers:
  - { id: app-users, kind: oidc, issuer: "https://id.example.com", groups: groups }
roles:
  - id: media-uploader
    roleArn: acs:ram::1234567890123456:role/media-uploader
# about grants
grants:
  - id: staff
    # who gets it
    to: { provider: app-users, group: "staff" }
    role: media-uploader # inside the role
    sessionPolicy:
      document:
        Version: "1"
        Statement:
          - Effect: Allow
            Action: ["oss:PutObject", oss:GetObject] # two actions
            Resource: ["*"]
    constraints: { sourceIp: [203.0.113.0/24], mfa: true }
  # about the other
  - id: other
    to: { provider: app-users, anyone: true }
    when: |
      claims.a == 1 &&
        claims.b == "it's"
    role: media-uploader
    sessionPolicy: inherit

# the end
`;

describe('formatDocument', () => {
  it('sorts keys as the schema does, and settles indentation, quotes and brackets; comments stay', () => {
    expect(formatted(MESSY)).toBe(TIDY);
  });

  it('does not change what it means', () => {
    expect(accepted(formatted(MESSY))).toEqual(accepted(MESSY));
  });

  it.each([
    ['a tidy document', TIDY],
    ['a messy one', MESSY],
    ['the valid one', VALID],
    ['one with CR LF', VALID.replaceAll('\n', '\r\n')],
    ['one in brackets', JSON.stringify(parse(VALID))],
    [
      'one with anchors',
      edited(
        'group: staff }',
        'group: staff }\n    constraints: &c { mfa: true }',
        edited('constraints: { effectiveSeconds: 300 }', 'constraints: {}'),
      ),
    ],
    [
      'long text',
      edited(
        'sessionPolicy: inherit',
        `when: claims.a == "${'word '.repeat(60)}"\n    sessionPolicy: inherit`,
      ),
    ],
  ])('has nothing to do the second time: %s', (_name, text) => {
    const once = formatted(text);
    expect(formatted(once)).toBe(once);
    expect(accepted(once)).toEqual(accepted(text));
  });

  it('leaves keys where they are when sorting would put an alias above its anchor', () => {
    const text = `version: 1\ngrants: []\ntests: &t []\nroles: *t\nproviders: []\n`;
    expect(formatted(text)).toBe(text);
  });

  it('refuses what is not YAML, with the place', () => {
    expect(formatDocument('version: 1\nroles: [')).toMatchObject({ ok: false, error: [{ line: 2 }] });
  });

  it('keeps the value of any document, and is done after once', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 });
    const scalar = fc.oneof(
      text,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom('no', '1', '0x1', 'a: b', '# c', "it's", 'x\n y\n'),
    );
    const key = fc.constantFrom(
      'version',
      'grants',
      'id',
      'to',
      'role',
      'sessionPolicy',
      'document',
      'Action',
      'zz',
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        scalar,
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(key, tie('any'), { maxKeys: 5 }),
      ),
    })).any;
    const options = fc.record({
      indent: fc.constantFrom(1, 2, 4),
      indentSeq: fc.boolean(),
      lineWidth: fc.constantFrom(0, 40),
      collectionStyle: fc.constantFrom('any', 'flow', 'block'),
    } as const);
    fc.assert(
      fc.property(fc.dictionary(key, value, { minKeys: 1, maxKeys: 5 }), options, (document, style) => {
        const written = stringify(document, { ...style, aliasDuplicateObjects: false });
        const result = formatDocument(written);
        if (!result.ok) return; // refused by the reader, such as a number too long
        expect(parse(result.value)).toEqual(parse(written));
        expect(formatted(result.value)).toBe(result.value);
      }),
      { numRuns: 300 },
    );
  });
});
