// The SDK's message types after the build has put them off: built when they are used, without those that no function can reach.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { OPERATIONS, putOffMessages } from '../../../scripts/build/messages-on-demand.ts';

const require = createRequire(import.meta.url);
const ROOT = join(import.meta.dirname, '../../..');
const FILE = require.resolve('tablestore/lib/protocol/tablestore_compiled_proto.js');
const source = readFileSync(FILE, 'utf8');

/** Types whose functions were asked for; the marker tells when. */
const MARK = 'globalThis.builtMessages.push(1);';

interface MessageType {
  /** An enumeration has none. */
  readonly prototype?: object;
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

const namesIn = (namespaces: Namespaces) =>
  Object.entries(namespaces).flatMap(([name, { proto }]) =>
    Object.getOwnPropertyNames(proto).map((type) => `${name}.${type}`),
  );

function isLeftOut(build: () => unknown): boolean {
  try {
    build();
    return false;
  } catch {
    return true;
  }
}

/** The operations that the files of the functions call, as in `client.getRange(`. */
async function calledByFunctions(): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: ['vend', 'login', 'sweep'].map((name) => join(ROOT, 'functions', name, 'index.ts')),
    absWorkingDir: ROOT,
    outdir: 'unused',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    packages: 'external',
    jsx: 'automatic',
  });
  const calls = Object.keys(metafile.inputs)
    .filter((file) => file.startsWith('shared/adapters/tablestore/'))
    .flatMap((file) => [...readFileSync(join(ROOT, file), 'utf8').matchAll(/\bclient\.(\w)(\w*)\(/g)]);
  return [...new Set(calls.map(([, first = '', rest]) => `${first.toUpperCase()}${rest}`))].sort();
}

describe('putOffMessages', () => {
  it('knows the operations that the functions call, and no others', async () => {
    expect(await calledByFunctions()).toEqual([...OPERATIONS].sort());
  });

  it('keeps every name, in its order', () => {
    const names = namesIn(load(source));
    expect(names.length).toBeGreaterThan(200);
    expect(namesIn(load(putOffMessages(source)))).toEqual(names);
  });

  it('keeps every field of the types that it keeps, and how they are written and read', () => {
    const late = load(putOffMessages(source));
    const shapeOf = (type: MessageType | undefined) => [
      Object.keys(type?.prototype ?? {}).filter((name) => name !== 'toJSON'),
      ['create', 'encode', 'decode'].filter((name) => type && name in type),
    ];
    const kept = Object.entries(load(source)).flatMap(([name, { proto }]) =>
      Object.entries(proto).flatMap(([type, eager]) => {
        if (!eager.prototype || isLeftOut(() => late[name]?.proto[type])) return [];
        expect([type, shapeOf(late[name]?.proto[type])]).toEqual([type, shapeOf(eager)]);
        return [type];
      }),
    );
    expect(kept.length).toBeGreaterThan(20);
  });

  it('leaves out the types that no operation reaches, and says so', () => {
    const { main, search } = load(putOffMessages(source));
    expect(() => main?.proto['SQLQueryRequest']).toThrow('main.SQLQueryRequest is not in the bundle');
    expect(() => search?.proto['SearchRequest']).toThrow('search.SearchRequest is not in the bundle');
  });

  it('writes and reads the same bytes', () => {
    const message = {
      tables: [
        { tableName: 'access', primaryKey: [Uint8Array.of(1, 2)], token: [], columnsToGet: ['a', 'b'] },
      ],
    };
    const [eager, late] = [load(source), load(putOffMessages(source))].map(
      ({ main }) => main?.proto['BatchGetRowRequest'],
    );
    const bytes = eager?.encode?.(message).finish();
    expect(bytes).toBeDefined();
    expect(late?.encode?.(message).finish()).toEqual(bytes);
    expect(late?.decode?.(bytes ?? new Uint8Array())).toMatchObject({ tables: [{ tableName: 'access' }] });
  });

  it('builds a type when it is used, and once', () => {
    const marked = putOffMessages(source.replaceAll(/^ {8}proto\.\w+ = \(function\(\) \{$/gm, `$&\n${MARK}`));
    const built: number[] = [];
    Object.assign(globalThis, { builtMessages: built });
    const { main } = load(marked);
    expect(built).toEqual([]);
    expect(main?.proto['BatchGetRowRequest']).toBe(main?.proto['BatchGetRowRequest']);
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
