// Documents that are too long to be composed at once: they must read as any YAML reader reads them.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseYaml, type YamlSource } from '../../../shared/rules/yaml/parse-yaml.ts';

const COUNT = 900;

const item = (i: number): string => `  # number ${i}
  - id: item-${i} # says ${i}
    text: |
      several
        lines of ${i}
    list: [${i}, { a: "x
      y", b: ~ }, ''] 
  -
    id: odd-${i}
    nested:
    - ${i}
    - - deeper
`;
const items = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => item(from + i)).join('');

const LONG = `%YAML 1.2
---
# a comment
first: &shared { a: 1, b: [x] }
short:
- only
long:
${items(0, COUNT)}
  - *shared
between: { x: &late 5 }
"also long":
${items(COUNT, COUNT)}  - again: *late
    same: *shared
last: done
`;

function read(text: string): YamlSource {
  const source = parseYaml(text);
  if (!source.ok) throw new Error(JSON.stringify(source.error.slice(0, 3)));
  return source.value;
}
const faultsOf = (text: string) => {
  const source = parseYaml(text);
  return source.ok ? [] : source.error.map(({ line, message }) => `${line} ${message}`);
};
const lineOf = (piece: string): number => LONG.slice(0, LONG.indexOf(piece)).split('\n').length;

describe('a document that is read in parts', () => {
  const source = read(LONG);

  it('has the value that it has as a whole', () => {
    expect(source.value).toEqual(parse(LONG));
  });

  it.each([
    ['a key of an item', ['long', 2 * 777, 'list'], lineOf('list: [777,')],
    ['a step inside a value in brackets', ['long', 2 * 777, 'list', 1, 'b'], lineOf('list: [777,') + 1],
    ['an item that begins after its dash', ['long', 2 * 777 + 1], lineOf('id: odd-777')],
    ['an item of a list in an item', ['long', 2 * 777 + 1, 'nested', 1], lineOf('id: odd-777') + 3],
    ['the first item', ['also long', 0, 'id'], lineOf(`id: item-${COUNT} `)],
    ['the last item', ['also long', 2 * COUNT, 'same'], lineOf('same: *shared')],
    ['a step through an alias', ['also long', 2 * COUNT, 'same', 'b'], 4],
    ['an item that is an alias', ['long', 2 * COUNT, 'b'], 4],
    ['a key that is missing: its item', ['long', 4, 'none'], lineOf('id: item-2 ')],
    ['an item that is missing: its list', ['long', 99_999], lineOf('long:')],
    ['a top key', ['last'], lineOf('last: done')],
    ['a missing top key: the first', ['none'], 4],
  ])('is located by %s', (_name, path, line) => {
    expect(source.locate(path).line).toBe(line);
  });

  it.each([
    [
      'a key twice in an item',
      'id: odd-1000\n',
      'id: odd-1000\n    id: again\n',
      'remove or rename one of the two',
    ],
    ['a top key twice', 'last: done', 'long: []', 'remove or rename one of the two keys long'],
    ['a tag far down', 'id: item-1500 ', 'id: !x item-1500 ', 'remove the tag'],
    ['an alias of an anchor that comes later', '# number 5\n', '# number 5\n  - *late\n', 'name an anchor'],
    ['an open quote', 'says 1600\n', 'says 2000\n    bad: "\n', 'correct the YAML'],
    ['%YAML 1.1', '%YAML 1.2', '%YAML 1.1', 'remove the %YAML directive'],
  ])('is refused for %s', (_name, from, to, says) => {
    expect(LONG).toContain(from);
    expect(faultsOf(LONG.replace(from, to))[0]).toContain(says);
  });

  it('counts the aliases of all parts together', () => {
    const many = LONG.replaceAll(/id: odd-\d*0\n/g, (id) => `${id}    alias: *shared\n`);
    expect(faultsOf(many)[0]).toContain('use at most 100 aliases');
  });

  it('lets an anchor mean something else further down', () => {
    expect(read('a: &x 1\nb: *x\nc: &x 2\nd: *x\n').value).toEqual({ a: 1, b: 1, c: 2, d: 2 });
  });

  it('is kept together under an anchor, so that an alias of it is the whole list', () => {
    const { value } = read(`all: &all\n${items(0, COUNT)}copy: *all\n`);
    expect(value).toMatchObject({ copy: { length: 2 * COUNT } });
  });

  it('is refused where one part of it would exhaust the memory', () => {
    expect(faultsOf(`a: [${'1,'.repeat(1_000_000)}]`)).toEqual([
      expect.stringContaining('divide the document into several files'),
    ]);
  });
});
