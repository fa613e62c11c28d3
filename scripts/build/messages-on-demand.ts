// An esbuild plugin that builds each of Tablestore's message types when it is first used, and leaves out those that the functions'
// operations cannot reach. The SDK builds some 250 when it starts. The functions can reach some 30, a vend needs fewer.
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const MESSAGES = /[/\\]tablestore[/\\]lib[/\\]protocol[/\\]tablestore_compiled_proto\.js$/;

/** What the functions ask of Tablestore, by the names of its messages: shared/adapters/tablestore/tablestore-rows.ts. */
export const OPERATIONS = [
  'BatchGetRow',
  'BatchWriteRow',
  'DeleteRow',
  'GetRange',
  'PutRow',
  'UpdateRow',
] as const;

/** Where a namespace of the file begins, as in `$root.main = (function() {`. */
const NAMESPACE = /^\$root\.(\w+) = \(function\(\) \{$/gm;
/** As protobufjs writes a type into its namespace: `        proto.Name = (function() {` … `        })();`. */
const TYPE = /^ {8}proto\.(\w+) = \(function\(\) \{\n([\s\S]*?)^ {8}\}\)\(\);$/gm;
/** The SDK creates, encodes and decodes. It neither checks a message nor turns it into a plain object or JSON. */
const UNUSED_METHODS =
  /^( *)\w+(?:\.\w+)?\.(?:encodeDelimited|decodeDelimited|verify|fromObject|toObject|toJSON) = function [\s\S]*?^\1\};\n/gm;
const REFERENCE = /\$root\.(\w+)\.proto\.(\w+)/g;
/** A list of numbers and their names. The SDK reads these when it starts, and they are small. */
const IS_ENUM = /^\s*var valuesById\b/;

const HELPERS = `
function onDemand(namespace, name, build) {
  Object.defineProperty(namespace, name, {
    configurable: true,
    enumerable: true,
    get() {
      const value = build();
      Object.defineProperty(namespace, name, { value });
      return value;
    },
  });
}
function leftOut(name) {
  throw new Error('the message type ' + name + ' is not in the bundle');
}
`;

interface MessageType {
  /** Of the namespace, too: `main.Error`. */
  readonly id: string;
  readonly body: string;
}

/** @throws when a type in the text has another form: the SDK has changed, and this plugin must follow. */
function readTypes(source: string): readonly MessageType[] {
  const starts = [...source.matchAll(NAMESPACE)];
  const types = [...source.matchAll(TYPE)].map(({ 1: name, 2: body = '', index }) => ({
    id: `${starts.findLast((start) => start.index < index)?.[1]}.${name}`,
    body: body.replace(UNUSED_METHODS, ''),
  }));
  const written = source.match(/^ {8}\S+ = \(function/gm)?.length ?? 0;
  if (types.length === 0 || types.length !== written)
    throw new Error(
      `of ${written} message types, ${types.length} are written as expected: see ${import.meta.url}`,
    );
  return types;
}

/** The types of the operations, of errors and of filters, with all that their code names. */
function reachableTypes(types: readonly MessageType[]): ReadonlySet<string> {
  const bodies = new Map(types.map(({ id, body }) => [id, body]));
  const reached = new Set<string>();
  const reach = (id: string): void => {
    const body = bodies.get(id);
    if (body === undefined || reached.has(id)) return;
    reached.add(id);
    for (const [, namespace, name] of body.matchAll(REFERENCE)) reach(`${namespace}.${name}`);
  };
  for (const operation of OPERATIONS)
    for (const end of ['Request', 'Response']) reach(`main.${operation}${end}`);
  reach('main.Error');
  for (const { id, body } of types) if (id.startsWith('filter.') || IS_ENUM.test(body)) reach(id);
  return reached;
}

/** @throws when the text is not as expected, see readTypes. */
export function putOffMessages(source: string): string {
  const types = readTypes(source);
  const reachable = reachableTypes(types);
  let next = 0;
  const put = source.replace(TYPE, (_, name: string) => {
    const { id, body } = types[next++] ?? { id: '', body: '' };
    const build = reachable.has(id) ? body : `            leftOut(${JSON.stringify(id)});\n`;
    return `        onDemand(proto, ${JSON.stringify(name)}, function() {\n${build}        });`;
  });
  return HELPERS + put;
}

export const messagesOnDemand: Plugin = {
  name: 'messages-on-demand',
  setup(build) {
    build.onLoad({ filter: MESSAGES }, async ({ path }) => ({
      contents: putOffMessages(await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
};
