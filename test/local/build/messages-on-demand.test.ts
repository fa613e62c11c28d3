// The SDK's message types after the build has put them off: the same types, built when they are used.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { putOffMessages } from '../../../scripts/build/messages-on-demand.ts';

const require = createRequire(import.meta.url);
const FILE = require.resolve('tablestore/lib/protocol/tablestore_compiled_proto.js');
const source = readFileSync(FILE, 'utf8');

/** Types whose functions were asked for; the marker tells when. */
const MARK = 'globalThis.builtMessages.push(1);';

interface MessageType {
  readonly encode?: (message: object) => { finish(): Uint8Array };
  readonly decode?: (bytes: Uint8Array) => object;
}
type Namespaces = Readonly<Record<string, { readonly proto: Readonly<Record<string, MessageType>> }>>;

function load(text: string): Namespaces {
  const module = { exports: {} };
  // protobufjs keeps one root for a process; each text gets its own.
  const own = (name: string) =>
    name === 'protobufjs/minimal' ? { ...createRequire(FILE)(name), roots: {} } : createRequire(FILE)(name);
  new Function('require', 'module', text)(own, module);
  return module.exports as Namespaces; // the SDK's file has no types
}

const shapeOf = (namespaces: Namespaces) =>
  Object.entries(namespaces).flatMap(([name, { proto }]) =>
    Object.entries(proto).map(([type, members]) => [name, type, Object.keys(members)]),
  );

describe('putOffMessages', () => {
  it('keeps every type, in its order, with all its members', () => {
    const shape = shapeOf(load(source));
    expect(shape.length).toBeGreaterThan(200);
    expect(shapeOf(load(putOffMessages(source)))).toEqual(shape);
  });

  it('writes and reads the same bytes', () => {
    const message = {
      tableName: 'access',
      primaryKey: Uint8Array.of(1, 2),
      columnsToGet: ['a', 'b'],
      maxVersions: 1,
    };
    const [eager, late] = [load(source), load(putOffMessages(source))].map(
      ({ main }) => main?.proto['GetRowRequest'],
    );
    const bytes = eager?.encode?.(message).finish();
    expect(bytes).toBeDefined();
    expect(late?.encode?.(message).finish()).toEqual(bytes);
    expect(late?.decode?.(bytes ?? new Uint8Array())).toMatchObject({ tableName: 'access', maxVersions: 1 });
  });

  it('builds a type when it is used, and once', () => {
    const marked = putOffMessages(source.replaceAll(/^ {8}proto\.\w+ = \(function\(\) \{$/gm, `$&\n${MARK}`));
    const built: number[] = [];
    Object.assign(globalThis, { builtMessages: built });
    const { main } = load(marked);
    expect(built).toEqual([]);
    expect(main?.proto['GetRowRequest']).toBe(main?.proto['GetRowRequest']);
    expect(built).toEqual([1]);
  });

  it('refuses types that are written in another way, rather than lose one', () => {
    const other = source.replace(
      '        proto.Error = (function() {',
      '        proto.Error = (function(a) {',
    );
    expect(() => putOffMessages(other)).toThrow('written as expected');
  });
});
