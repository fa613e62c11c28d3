// Rules of house style that a compiler does not know, each a function from the files to what breaks it.
import { basename, posix } from 'node:path';
import { deadExports, dynamicImports, exportedNames, importedNames, staticImports } from './exports.ts';
import type { Sources } from './source-files.ts';

export interface House {
  readonly sources: Sources;
  readonly tests: Sources;
  /** Text that names the files which people and platforms start: package.json and the like. */
  readonly starters: string;
}

type HouseRule = (house: House) => readonly string[];

/** A file holds one idea whole; what needs more lines is two ideas. */
const MAX_LINES = 400;

/** A file below this that only one file in its folder imports is a part of that file's idea. */
const MIN_LINES = 30;

const GRAB_BAG = /(?:^|\/)(?:utils?|helpers?|common|misc|lib)(?:\/|\.\w+$)/i;
const IS_ENTRY = /^functions\/[^/]+\/index\.ts$/;
const RE_EXPORT = /^export\b[^;'"]*\bfrom ['"]/m;
/** Folders whose code runs in one program or speaks of one domain. The local cloud and the scripts stand apart. */
const IS_PRODUCT = /^(?:functions|shared|clients)\//;
/** In brackets, so that this file does not hold the words. */
const UNFINISHED = /\b(?:TO[D]O|FIX[M]E|X[X]X)\b/;

const where = (sources: Sources, breaks: (path: string, text: string) => boolean): readonly string[] =>
  [...sources].filter(([path, text]) => breaks(path, text)).map(([path]) => path);

/** What a file imports, and what it names in a string: some files are bundled or spawned by name. */
function reachedFrom(path: string, sources: Sources): readonly string[] {
  const text = sources.get(path) ?? '';
  const imported = new Set(importedNames(path, text).map((name) => name.split(' ')[0]));
  const isNamed = (other: string) =>
    [`'${other}'`, `'${basename(other)}'`, `/${basename(other)}'`].some((quoted) => text.includes(quoted));
  return where(sources, (other) => other !== path && (imported.has(other) || isNamed(other)));
}

function reachedFiles({ sources, starters }: House): ReadonlySet<string> {
  const reached = new Set<string>();
  const reach = (found: readonly string[]): void => {
    const fresh = found.filter((path) => !reached.has(path));
    for (const path of fresh) reached.add(path);
    for (const path of fresh) reach(reachedFrom(path, sources));
  };
  reach(where(sources, (path) => IS_ENTRY.test(path) || starters.includes(path)));
  return reached;
}

function unusedTypesAndValues({ sources, tests }: House): readonly string[] {
  // A type that its own file uses is part of what another export takes or gives.
  return deadExports(sources, tests).filter((dead) => {
    const [path = '', name = ''] = dead.split(' ');
    const text = sources.get(path) ?? '';
    const isType = new RegExp(`^export (?:type|interface) ${name}\\b`, 'm').test(text);
    const uses = text.match(new RegExp(`\\b${name}\\b`, 'g')) ?? [];
    return !(isType && uses.length > 1);
  });
}

const lineCount = (text: string): number => text.split('\n').length - 1;

/** Whether a file is loaded lazily, or named in a string: bundled as an entry, or spawned. */
const isStartedByName = (path: string, sources: Sources): boolean =>
  [...sources].some(
    ([other, text]) =>
      dynamicImports(other, text).includes(path) ||
      text.includes(`'${path}'`) ||
      text.includes(`'${basename(path)}'`),
  );

/** A port, or other types alone: it stays a file, so that both of its sides can import it. */
const holdsTypesOnly = (text: string): boolean =>
  exportedNames(text).length > 0 && !/^export (?!type\b|interface\b|declare\b)/m.test(text);

function partsOfTheirImporter({ sources }: House): readonly string[] {
  const importers = new Map<string, string[]>();
  for (const [path, text] of sources) {
    for (const target of new Set(staticImports(path, text))) {
      importers.set(target, [...(importers.get(target) ?? []), path]);
    }
  }
  return [...sources].flatMap(([path, text]) => {
    const [importer = '', ...others] = importers.get(path) ?? [];
    const isPart = others.length === 0 && posix.dirname(importer) === posix.dirname(path);
    const isExempt = lineCount(text) >= MIN_LINES || holdsTypesOnly(text);
    return isPart && !isExempt && !isStartedByName(path, sources) ? [`${path} belongs in ${importer}`] : [];
  });
}

function namesDeclaredTwice({ sources }: House): readonly string[] {
  const declared = new Map<string, string[]>();
  for (const [path, text] of [...sources].filter(([own]) => IS_PRODUCT.test(own))) {
    for (const name of exportedNames(text).filter((own) => own !== 'default')) {
      declared.set(name, [...(declared.get(name) ?? []), path]);
    }
  }
  return [...declared]
    .filter(([, paths]) => paths.length > 1)
    .map(([name, paths]) => [name, ...paths].join(' '));
}

export const HOUSE_RULES = {
  'no source file is longer than 400 lines': ({ sources }) =>
    where(sources, (_, text) => lineCount(text) > MAX_LINES),
  'a file under 30 lines with one importer, in its own folder, is part of that importer':
    partsOfTheirImporter,
  'no two files of functions, shared and clients export the same name': namesDeclaredTwice,
  'no file or folder is a grab bag': ({ sources }) => where(sources, (path) => GRAB_BAG.test(path)),
  'index.ts is the entry point of a function and nothing else': ({ sources, tests }) =>
    [sources, tests].flatMap((files) =>
      where(files, (path) => /\/index\.m?[jt]s$/.test(path) && !IS_ENTRY.test(path)),
    ),
  'a name is imported from the file that defines it: there are no re-exports': ({ sources }) =>
    where(sources, (_, text) => RE_EXPORT.test(text)),
  'nothing is marked as unfinished': ({ sources, tests }) =>
    [sources, tests].flatMap((files) => where(files, (_, text) => UNFINISHED.test(text))),
  'every export is imported somewhere': unusedTypesAndValues,
  'every source file is reached from something that is started': (house) => {
    const reached = reachedFiles(house);
    return where(house.sources, (path) => !path.endsWith('.d.ts') && !reached.has(path));
  },
} as const satisfies Readonly<Record<string, HouseRule>>;
