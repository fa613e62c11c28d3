// Whatever a file holds, reading it ends in a document or in faults that somebody can find: never in an exception.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDocuments } from '../../../shared/rules/compile/read-documents.ts';
import { VALID } from './documents.ts';

const NAME = 'access.yaml';

function expectLocated(text: string): boolean {
  const read = readDocuments([{ name: NAME, text }]);
  if (read.ok) return false;
  const lines = text.split('\n').length;
  expect(read.error.length).toBeGreaterThan(0);
  for (const { file, line, column, message } of read.error) {
    expect(file).toBe(NAME);
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(Math.max(lines, 1));
    expect(column).toBeGreaterThanOrEqual(1);
    expect(message).not.toBe('');
    expect(message).not.toMatch(/undefined|\[object/);
  }
  return true;
}

/** What YAML gives a meaning to, and what people write of documents. */
const PIECES = [
  ...[
    '\n',
    '\n\n',
    '  ',
    '\t',
    ' ',
    '- ',
    ': ',
    ':',
    '?',
    '? ',
    '*',
    '*a',
    '&a ',
    '!',
    '!!str ',
    '|',
    '>',
    '>-\n',
    '%',
  ],
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    "'",
    '#',
    ' # ',
    '---\n',
    '...\n',
    '\\',
    '~',
    'null',
    '<<: ',
    '\r\n',
    '\u2028',
    '\ufeff',
  ],
  ...[
    '\u0000',
    '\ud800',
    '@',
    '`',
    '1e999',
    '0x1',
    '.nan',
    '12345678901234567890',
    'yes',
    '__proto__',
    'constructor',
  ],
  ...[
    'version: 1\n',
    'providers:\n',
    'roles:\n',
    'grants:\n',
    'tests:\n',
    'policies:\n',
    'signOn:\n',
    'sessionPolicy: ',
  ],
  ...['to: ', 'when: ', 'role: ', 'kind: oidc\n', 'inherit\n', 'Condition: {}\n', 'a', '1', 'true'],
];
const yamlText = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join(''));

/** A document that was right, with a slip of the hand or a lost line. */
const slip = fc
  .record({
    at: fc.nat(VALID.length),
    cut: fc.nat(12),
    put: fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 4 })),
  })
  .map((edit) => [edit]);
const slips = fc.oneof(
  slip,
  fc.array(
    slip.map(([edit]) => edit),
    { minLength: 2, maxLength: 4 },
  ),
);
const slipped = slips.map((edits) =>
  edits.reduce((text, edit) => {
    const { at = 0, cut = 0, put = '' } = edit ?? {};
    return text.slice(0, at) + put + text.slice(at + cut);
  }, VALID),
);

const LINES = VALID.split('\n');
const relaid = fc
  .array(fc.record({ line: fc.nat(LINES.length - 1), indent: fc.integer({ min: -6, max: 6 }) }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((moves) => {
    const lines = [...LINES];
    for (const { line, indent } of moves) {
      const text = lines[line] ?? '';
      lines[line] = indent < 0 ? text.replace(new RegExp(`^ {0,${-indent}}`), '') : ' '.repeat(indent) + text;
    }
    return lines.join('\n');
  });

/** Of the right keys, with values of any kind: JSON is YAML. */
const tree = fc
  .record(
    {
      version: fc.constantFrom(1, '1', null),
      providers: fc.jsonValue(),
      roles: fc.jsonValue(),
      grants: fc.oneof(
        fc.jsonValue(),
        fc.array(
          fc.record(
            {
              id: fc.jsonValue(),
              to: fc.jsonValue(),
              role: fc.jsonValue(),
              sessionPolicy: fc.jsonValue(),
              when: fc.string(),
            },
            { requiredKeys: [] },
          ),
        ),
      ),
      policies: fc.jsonValue(),
      signOn: fc.jsonValue(),
      tests: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  .map((document) => JSON.stringify(document));

describe('any text is a document, or has faults with a line', { timeout: 120_000 }, () => {
  it.each([
    ['text', fc.string({ unit: 'binary', maxLength: 400 }), 300],
    ['YAML', yamlText, 1000],
    ['JSON', tree, 500],
  ] as const)('%s', (_, text, numRuns) => {
    fc.assert(
      fc.property(text, (text) => {
        expectLocated(text);
      }),
      { numRuns },
    );
  });

  it.each([
    ['slips of the hand', slipped, 600],
    ['other indentation', relaid, 400],
  ] as const)('a good document with %s', (_, text, numRuns) => {
    let refused = 0;
    fc.assert(
      fc.property(text, (text) => {
        if (expectLocated(text)) refused += 1;
      }),
      { numRuns },
    );
    expect(refused).toBeGreaterThan(numRuns / 3);
  });
});
