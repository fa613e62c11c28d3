// An esbuild plugin that builds each of Tablestore's message types when it is first used. The SDK builds some 250 when it
// starts, and a vend needs fewer than 30. None is left out.
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const MESSAGES = /[/\\]tablestore[/\\]lib[/\\]protocol[/\\]tablestore_compiled_proto\.js$/;

/** As protobufjs writes a type into its namespace: `        proto.Name = (function() {` … `        })();`. */
const TYPE = /^ {8}proto\.(\w+) = \(function\(\) \{\n([\s\S]*?)^ {8}\}\)\(\);$/gm;

const ON_DEMAND = `
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
`;

/** @throws when a type in the text has another form: the SDK has changed, and this plugin must follow. */
export function putOffMessages(source: string): string {
  const written = source.match(/^ {8}\S+ = \(function/gm)?.length ?? 0;
  let found = 0;
  const put = source.replace(TYPE, (_, name: string, body: string) => {
    found += 1;
    return `        onDemand(proto, ${JSON.stringify(name)}, function() {\n${body}        });`;
  });
  if (found === 0 || found !== written)
    throw new Error(`of ${written} message types, ${found} are written as expected: see ${import.meta.url}`);
  return ON_DEMAND + put;
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
