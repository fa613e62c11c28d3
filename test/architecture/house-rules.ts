// Rules of house style that a compiler does not know, each a function from the files to what breaks it.
import { basename } from 'node:path';
import { deadExports, importedNames } from './exports.ts';
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

const GRAB_BAG = /(?:^|\/)(?:utils?|helpers?|common|misc|lib)(?:\/|\.\w+$)/i;
const IS_ENTRY = /^functions\/[^/]+\/index\.ts$/;
const RE_EXPORT = /^export\b[^;'"]*\bfrom ['"]/m;
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

export const HOUSE_RULES = {
  'no source file is longer than 400 lines': ({ sources }) =>
    where(sources, (_, text) => text.split('\n').length - 1 > MAX_LINES),
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
