// Which names a file exports and which it takes from others, types included. Relies on the formatter's layout: a
// statement starts its line.
import { posix } from 'node:path';
import type { Sources } from './source-files.ts';

const DECLARATION =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|let|class|interface|type) (\w+)/gm;
const LIST = /^export (?:type )?\{([^}]*)\}/gm;
const STATEMENT = /^(?:import|export)\b([^;'"]*)\bfrom\s*['"](\.[^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"](\.[^'"]+)['"]\s*\)/g;
const BARE = /^import ['"](\.[^'"]+)['"]/gm;
const WHOLE_MODULE = /\bimport\(\s*['"](\.[^'"]+)['"]\s*\)|^import ['"](\.[^'"]+)['"]/gm;

const all = (pattern: RegExp, text: string): readonly string[] =>
  [...text.matchAll(pattern)].map(([, first = '', second = '']) => first || second);

const namesIn = (list: string): readonly (readonly [string, string])[] =>
  list
    .split(',')
    .map((item) => item.trim().replace(/^type /, ''))
    .filter((item) => item !== '')
    .map((item) => {
      const [name = '', alias = name] = item.split(' as ');
      return [name, alias];
    });

export function exportedNames(text: string): readonly string[] {
  const listed = all(LIST, text).flatMap((list) => namesIn(list).map(([, alias]) => alias));
  const byDefault = /^export default\b/m.test(text) ? ['default'] : [];
  return [...new Set([...all(DECLARATION, text), ...listed, ...byDefault])];
}

function takenIn(clause: string): readonly string[] {
  if (clause.includes('*')) return ['*'];
  const list = /\{([^}]*)\}/.exec(clause)?.[1] ?? '';
  const byDefault = /^\s*(?:type )?\w/.test(clause.replace(/^\s*type\s*(?=\{)/, '')) ? ['default'] : [];
  return [...namesIn(list).map(([name]) => name), ...byDefault];
}

/** The files that a file's import and export statements name, once for each statement; dynamic imports are not among them. */
export const staticImports = (path: string, text: string): readonly string[] =>
  [...text.matchAll(STATEMENT), ...text.matchAll(BARE)].map(([, first = '', second = first]) =>
    posix.join(posix.dirname(path), second),
  );

/** The files that a file loads lazily. */
export const dynamicImports = (path: string, text: string): readonly string[] =>
  all(DYNAMIC, text).map((specifier) => posix.join(posix.dirname(path), specifier));

/** Each as `path name`; `path *` when the whole module is taken. */
export function importedNames(path: string, text: string): readonly string[] {
  const from = (specifier: string) => posix.join(posix.dirname(path), specifier);
  const statements = [...text.matchAll(STATEMENT)].flatMap(([, clause = '', specifier = '']) =>
    takenIn(clause).map((name) => `${from(specifier)} ${name}`),
  );
  return [...statements, ...all(WHOLE_MODULE, text).map((specifier) => `${from(specifier)} *`)];
}

/** Exports of `sources` that no file of `sources` or `others` imports; each as `path name`. */
export function deadExports(sources: Sources, others: Sources): readonly string[] {
  const imported = new Set([...sources, ...others].flatMap(([path, text]) => importedNames(path, text)));
  return [...sources].flatMap(([path, text]) =>
    imported.has(`${path} *`)
      ? []
      : exportedNames(text)
          .map((name) => `${path} ${name}`)
          .filter((name) => !imported.has(name)),
  );
}
