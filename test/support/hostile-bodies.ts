// Bodies of nearly 64 KB, each made to cost as much as it can of its reader.

const MAX_BYTES = 65_500;

type Unit = string | ((index: number) => string);

/** As many of the unit as fit, or as many as said. */
function fill(unit: Unit, open: string, close: string, most = Number.POSITIVE_INFINITY): string {
  const units: string[] = [];
  for (let size = open.length + close.length; units.length < most; ) {
    const next = typeof unit === 'string' ? unit : unit(units.length);
    size += next.length + 1;
    if (size > MAX_BYTES) break;
    units.push(next);
  }
  return open + units.join(',') + close;
}

/** Just fewer values than a body may hold. */
const FEW = 2_000;

const POLICY = ['{"role":"media-uploader","policy":{"a":[', ']}}'] as const;
const CLAIMS = [
  '{"role":"media-uploader","as":{"provider":"p","subject":"s","claims":{"a":[',
  ']}}}',
] as const;
const GROUPS = ['{"role":"media-uploader","as":{"provider":"p","subject":"s","groups":[', ']}}'] as const;
const MEMBERS = ['{"role":"media-uploader",', '}'] as const;
const POLICY_MEMBERS = ['{"role":"media-uploader","policy":{', '}}'] as const;
const nested = (inner: string, depth = 28) => '['.repeat(depth) + inner + ']'.repeat(depth);
const text = (unit: string) => `{"role":"${unit.repeat(Math.floor(65_000 / unit.length))}"}`;

export const HOSTILE_BODIES: Readonly<Record<string, string>> = {
  'lists of infinity in a policy': fill(nested('1e999'), ...POLICY),
  'lists of infinity in claims': fill(nested('1e999', 27), ...CLAIMS),
  'lists in a policy': fill(nested(''), ...POLICY),
  'lists in claims': fill(nested('', 27), ...CLAIMS),
  'empty lists': fill('[]', ...POLICY),
  'empty objects': fill('{}', ...POLICY),
  numbers: fill('1', ...POLICY),
  'numbers with exponents': fill('1e9', ...POLICY),
  texts: fill('""', ...POLICY),
  'groups that are no text': fill('1', ...GROUPS),
  'unknown members': fill((i) => `"k${i.toString(36)}":1`, ...MEMBERS),
  'unknown members in escapes': fill((i) => `"\\u006b${i.toString(36)}":1`, ...MEMBERS),
  // V8 hashes the name of an index by its value: these meet in one place of a table.
  'members that are indexes': fill((i) => `"${i * 16_384}":1`, ...MEMBERS),
  'as many members as may be, in escapes': fill((i) => `"\\u006b${i}${'k'.repeat(18)}":1`, ...MEMBERS, FEW),
  'as many members of a policy': fill((i) => `"k${i}${'k'.repeat(20)}":1`, ...POLICY_MEMBERS, FEW),
  'as many lists of infinity': fill(nested('1e999', 29), ...POLICY, FEW / 31),
  'as many lists': fill(nested('', 29), ...POLICY, FEW / 31),
  'as many groups that are no text': fill('1', ...GROUPS, FEW),
  'members of a policy': fill((i) => `"k${i.toString(36)}":1`, ...POLICY_MEMBERS),
  'one name with many dots': `{"role":"media-uploader","${'a.'.repeat(32_000)}":1}`,
  'nesting without an end': '['.repeat(MAX_BYTES),
  nesting: nested('', MAX_BYTES / 2),
  'a long role': text('a'),
  escapes: text('\\u0061'),
  'escaped quotes': text('\\"'),
  backslashes: text('\\\\'),
  digits: `{"role":"media-uploader","durationSeconds":${'9'.repeat(65_000)}}`,
  decimals: `{"role":"media-uploader","durationSeconds":0.${'0'.repeat(65_000)}1}`,
  quotes: '"'.repeat(MAX_BYTES),
  commas: ','.repeat(MAX_BYTES),
  signs: '-'.repeat(MAX_BYTES),
  spaces: `{"role":1${' '.repeat(65_000)}}`,
};
