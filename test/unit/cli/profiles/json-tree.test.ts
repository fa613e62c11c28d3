// The reader of JSON with places agrees with JSON.parse about what is JSON, and the places are right.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type JsonNode, parseJsonTree } from '../../../../clients/cli/profiles/json-tree.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What the places of the tree say that the text holds. */
function rebuild(text: string, node: JsonNode): unknown {
  if (node.kind === 'array') return node.items.map((item) => rebuild(text, item));
  if (node.kind !== 'object') return JSON.parse(text.slice(node.start, node.end));
  return Object.fromEntries(node.members.map(({ name, value }) => [name, rebuild(text, value)]));
}

/** JSON, with a piece cut out and another one in its place. */
const nearlyJson = fc
  .tuple(
    fc.json(),
    fc.nat(),
    fc.nat(3),
    fc.constantFrom('', '"', ',', '}', ']', '\\', '\u0001', '0', '-', 'tru', ' '),
  )
  .map(([text, place, length, piece]) => {
    const at = place % (text.length + 1);
    return text.slice(0, at) + piece + text.slice(at + length);
  });

it('takes what JSON.parse takes, and nothing else', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), nearlyJson, fc.string()), (text) => {
      expect(parseJsonTree(text).ok).toBe(isJson(text));
    }),
  );
});

it('knows the place of each part', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(0, 2, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const tree = parseJsonTree(text);
      expect(tree.ok && rebuild(text, tree.value)).toEqual(JSON.parse(text));
    }),
  );
});

it.each([
  ['{"a": 1,}', 8],
  ['{"a" 1}', 5],
  ['{"a": 1} // why', 9],
  ['[1, "x\ny"]', 4],
  ['', 0],
])('names the place of the fault in %j', (text, offset) => {
  expect(parseJsonTree(text)).toEqual({ ok: false, error: offset });
});

it('refuses what nests so deep that a reader would run out of stack', () => {
  expect(parseJsonTree('['.repeat(100_000)).ok).toBe(false);
});
