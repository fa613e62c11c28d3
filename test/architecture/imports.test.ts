// The import direction of the design, read from the import statements of every file.
import { beforeAll, describe, expect, test } from 'vitest';
import { BROKEN } from './broken-imports.ts';
import { RULES, type RuleName } from './import-rules.ts';
import { type Layer, layerOf, SHARED_LAYERS } from './layers.ts';
import { type ModuleGraph, readModules } from './module-graph.ts';
import { readSources, SOURCE_FOLDERS } from './source-files.ts';

const names = Object.keys(RULES).filter((name): name is RuleName => name in RULES);
const modulesOf = (files: Readonly<Record<string, string>>) => readModules(new Map(Object.entries(files)));

describe('the project keeps the rule:', () => {
  let project: ModuleGraph;

  beforeAll(async () => {
    project = await readModules(readSources(SOURCE_FOLDERS));
  });

  test.each(names)('%s', (name) => {
    expect(RULES[name](project)).toEqual([]);
  });

  test('these tests see the project: its files, its imports, its types, its layers and its packages', () => {
    const imports = [...project.values()].flatMap((module) => module.imports);
    const importers = (specifier: string) =>
      [...project.values()].filter(({ imports: found }) => found.some(({ target }) => target === specifier));
    expect(project.size).toBeGreaterThan(90);
    expect(imports.length).toBeGreaterThan(350);
    expect(imports.filter(({ typeOnly }) => typeOnly).length).toBeGreaterThan(150);
    const present = new Set([...project.keys()].map(layerOf));
    expect([...present]).toEqual(expect.arrayContaining<Layer>([...SHARED_LAYERS, 'functions']));
    for (const specifier of ['hono', 'jose', 'tablestore', '@alicloud/sts20150401']) {
      expect(importers(specifier), specifier).not.toEqual([]);
    }
  });

  test('every import statement of the text is seen, and every own module that is imported exists', () => {
    for (const [path, text] of readSources(SOURCE_FOLDERS)) {
      const written = text.match(/^(?:import|export)\b[^;='"]*\bfrom '[^']+'|^import '[^']+'/gm) ?? [];
      const specifiers = new Set(written.map((statement) => statement.split("'").at(-2)));
      const seen = project.get(path)?.imports ?? [];
      expect(seen.length, path).toBeGreaterThanOrEqual(specifiers.size);
      const own = seen.filter(({ target }) => /^(?:functions|shared)\//.test(target));
      expect(
        own.filter(({ target }) => !project.has(target)),
        path,
      ).toEqual([]);
    }
  });
});

describe('a rule sees what breaks it:', () => {
  test.each(BROKEN)('%s: %s', async (name, _, files, found) => {
    expect(RULES[name](await modulesOf(files))).toEqual(found);
  });

  test('every rule is tried', () => {
    expect([...new Set(BROKEN.map(([name]) => name))].sort()).toEqual([...names].sort());
  });
});
