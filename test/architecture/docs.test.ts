// What documents say of the code is so: the paths, links, stages, tables, commands, options, settings and reasons that
// they name exist. Comments are held to the paths that they name.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../../clients/cli/base/command-fault.ts';
import { COMMANDS } from '../../clients/cli/main.ts';
import { chooseSteps } from '../../scripts/test/steps.ts';
import { TABLES } from '../../shared/adapters/tablestore/tables.ts';
import { STAGES } from '../../shared/pipeline/stages.ts';
import { anchorsOf, codeOf, columnOf, inlineCodeOf, linksOf, wordsOf } from './markdown.ts';
import { settingsIn } from './settings-in.ts';
import { ROOT, readSources, SOURCE_FOLDERS } from './source-files.ts';

const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** A record of earlier versions. */
const NOT_CHECKED = new Set(['CHANGELOG.md']);
const pagesIn = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => normalize(join(folder, name)));
const documents = new Map(
  [...pagesIn('.'), ...pagesIn('docs'), ...pagesIn('docs/providers'), 'test/attack/README.md']
    .filter((name) => !NOT_CHECKED.has(name))
    .map((name) => [name, textOf(name)]),
);
const each = [...documents].map(([name, text]) => ({ name, text }));
const allText = [...documents.values()].join('\n');

describe('every path exists that is named', () => {
  const PATH = /(?<![\w./*-])(?:functions|shared|clients|local|test|scripts|docs)\/[\w./-]*[\w/]/g;
  /** A document may name a file without its ending. */
  const ENDINGS = ['', '.ts', '.tsx', '.test.ts'];
  const pathsIn = (text: string): readonly string[] => [...new Set(text.match(PATH) ?? [])];
  const isThere = (path: string): boolean => ENDINGS.some((ending) => existsSync(join(ROOT, path + ending)));
  const missingIn = (text: string): readonly string[] => pathsIn(text).filter((path) => !isThere(path));
  const commentsOf = (text: string): string =>
    (text.match(/\/\/.*|\/\*[\s\S]*?\*\//g) ?? []).filter((comment) => !comment.includes('://')).join('\n');

  test.each(each)('in $name', ({ text }) => {
    expect(missingIn(text)).toEqual([]);
  });

  test('in comments', () => {
    const missing = [...readSources([...SOURCE_FOLDERS])].flatMap(([path, text]) =>
      missingIn(commentsOf(text)).map((named) => `${path} names ${named}`),
    );
    expect(missing).toEqual([]);
  });

  test('and these tests see paths', () => {
    expect(pathsIn(allText).length).toBeGreaterThan(50);
    expect(missingIn('`shared/kernel/nothing-of-this-name.ts` and `shared/kernel/result.ts`')).toEqual([
      'shared/kernel/nothing-of-this-name.ts',
    ]);
  });
});

describe('links', () => {
  const isInternal = (target: string): boolean => !/^[a-z]+:/.test(target);

  function brokenIn(name: string, text: string): readonly string[] {
    return linksOf(text)
      .filter(isInternal)
      .filter((target) => {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? name : normalize(join(dirname(name), path));
        if (!existsSync(join(ROOT, file))) return true;
        return anchor !== undefined && !anchorsOf(textOf(file)).has(anchor);
      });
  }

  test.each(each)('lead to a file and a heading that exist: $name', ({ name, text }) => {
    expect(brokenIn(name, text)).toEqual([]);
  });

  test('lead from README to every document', () => {
    const reached = new Set(['README.md']);
    for (const name of reached)
      for (const target of linksOf(documents.get(name) ?? '').filter(isInternal)) {
        const file = normalize(join(dirname(name), target.replace(/#.*/, '')));
        if (documents.has(file)) reached.add(file);
      }
    expect([...documents.keys()].filter((name) => !reached.has(name))).toEqual([]);
  });

  test('are seen, and so are broken ones', () => {
    expect(linksOf(allText).length).toBeGreaterThan(200);
    const text = '# A `b`, c\n[x](#a-b-c) [y](#a-b) `[z](none.md)` [w](none.md)';
    expect(brokenIn('README.md', text).length).toBe(3);
    expect([...anchorsOf(`${text}\n## A\n## A\n`)]).toEqual(['a-b-c', 'a', 'a-1']);
  });
});

describe('README', () => {
  test('has fewer than 700 words', () => {
    expect(wordsOf(textOf('README.md'))).toBeLessThan(700);
  });

  test('leads each reader to a page of their own, and to every such page', () => {
    const pages = [...documents.keys()].filter((name) => name.startsWith('docs/for-'));
    const led = columnOf(textOf('README.md'), 'read').flatMap((cell) => linksOf(cell));
    expect(led.length).toBeGreaterThan(8);
    expect(pages.filter((name) => !led.includes(name))).toEqual([]);
    expect(new Set(led).size).toBe(led.length);
  });

  test.each(each.filter(({ name }) => name.startsWith('docs/for-')))(
    'leads to a short page with an example, faults and where to read on: $name',
    ({ text }) => {
      expect(text).toContain('\n```\n');
      expect([...anchorsOf(text)]).toEqual(
        expect.arrayContaining(['what-goes-wrong-and-what-to-do', 'read-on']),
      );
      expect(wordsOf(text)).toBeLessThan(900);
    },
  );
});

describe('stages', () => {
  const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

  test('are as many as documents say', () => {
    const told = [...allText.matchAll(/\b(\w+) stages\b/gi)].map(([, word = '']) => NUMBERS.indexOf(word));
    const numbers = told.filter((number) => number >= 0);
    expect(numbers.length).toBeGreaterThan(0);
    expect(new Set(numbers)).toEqual(new Set([STAGES.length]));
  });

  test('are known where a table names them', () => {
    const named = columnOf(allText, 'stage').flatMap(inlineCodeOf);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !STAGES.some((stage) => stage === name))).toEqual([]);
  });
});

describe('Tablestore tables', () => {
  const names = TABLES.map(({ name }) => name);

  test('are known where documents name them', () => {
    const named = [...allText.matchAll(/\btables? ((?:`\w+`(?:, | and )?)+)/g)].flatMap(([, list = '']) =>
      inlineCodeOf(list),
    );
    expect(named.length).toBeGreaterThan(20);
    expect([...new Set(named)].filter((name) => !names.includes(name))).toEqual([]);
  });

  test('are listed with their keys', () => {
    const [, section = ''] = textOf('docs/how-it-works.md').split('\n## The tables\n');
    const keys = columnOf(section, 'key');
    const told = columnOf(section, 'table').map((cell, row) => [cell, keys[row]]);
    expect(told.toSorted()).toEqual(
      TABLES.map(({ name, key }) => [`\`${name}\``, key.join(', ')]).toSorted(),
    );
  });
});

describe('the command line', async () => {
  const program = new Command('stint');
  const terminal = { ...(await import('../../clients/cli/base/terminal.ts')).processTerminal() };
  for (const load of Object.values(COMMANDS))
    (await load())({
      program,
      terminal,
      argv: [],
      loadCommands: async () => program,
      finish: () => EXIT.ok,
    });

  /** `keys approve` → its options. */
  const options = new Map<string, readonly string[]>();
  function add(command: Command, before: string): void {
    const name = `${before}${command.name()}`;
    options.set(name, ['--help', ...command.options.flatMap(({ long }) => long ?? [])]);
    for (const child of command.commands) add(child, `${name} `);
  }
  for (const command of program.commands) add(command, '');

  const commandsBelow = (name: string): readonly string[] =>
    [...options.keys()].filter((other) => other === name || other.startsWith(`${name} `));

  /** A command as it is written, `stint keys approve --all`; `help` is commander's own. */
  const USE = /(?<![\w/.-])stint ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?(?: ([a-z][a-z-]*))?([^;|&#→]*)/g;
  function unknownIn(code: string): readonly string[] {
    return [...code.matchAll(USE)].flatMap(([, first = '', second = '', third = '', rest = '']) => {
      const [two, three] = [`${first} ${second}`.trim(), `${first} ${second} ${third}`];
      const words = options.has(three) ? three : two;
      if (!options.has(first)) return [first];
      // Of a group of commands, one of them may be the one that is meant when none is named.
      const names = options.has(words) ? [words] : commandsBelow(first);
      const known = names.flatMap((name) => options.get(name) ?? []);
      const given = rest.match(/(?<= )--[a-z-]+/g) ?? [];
      return given.filter((option) => !known.includes(option)).map((option) => `${words} ${option}`);
    });
  }

  test.each(each)('has every command and option that is named in $name', ({ text }) => {
    expect(codeOf(text).flatMap(unknownIn)).toEqual([]);
  });

  test('is told whole in docs/command-line.md', () => {
    const told = columnOf(textOf('docs/command-line.md'), 'command').flatMap((cell) =>
      [...cell.matchAll(USE)].flatMap(([, first = '', second = '', third = '']) => [
        first,
        `${first} ${second}`,
        `${first} ${second} ${third}`,
      ]),
    );
    const names = [...options.keys()].filter((name) => commandsBelow(name).length === 1);
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter((name) => !told.includes(name))).toEqual([]);
  });

  test('is looked for: an unknown command and an unknown option are seen', () => {
    expect(
      codeOf('`stint give`, `npx stint fmt --none a.yaml` and `eval "$(stint roles --none)"`').flatMap(
        unknownIn,
      ),
    ).toEqual(['give', 'fmt --none', 'roles --none']);
    expect(codeOf(allText).flatMap((code) => [...code.matchAll(USE)]).length).toBeGreaterThan(80);
  });
});

describe('npm', () => {
  test('has every script that documents name', () => {
    const { scripts } = JSON.parse(textOf('package.json'));
    const named = [...allText.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(5);
    expect([...new Set(named)].filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  test('test has every step that documents name', () => {
    const named = [...allText.matchAll(/npm test -- --only ([\w-]+)/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(1);
    for (const name of named) expect(chooseSteps(['--only', name], '/reports').ok).toBe(true);
  });
});

/** Variables of other programs, which docs/stock-clients.md names, and of the jobs of clients/gitlab/stint.yml. */
const OF_CLIENTS: ReadonlySet<string> = new Set([
  'ALIBABA_CLOUD_STS_ENDPOINT',
  'ALIBABA_CLOUD_STS_REGION',
  'ALIBABA_CLOUD_ROLE_SESSION_NAME',
  'STINT_ROLE',
]);

describe('settings', () => {
  test('are in docs/settings.md wherever they are named', () => {
    const known = settingsIn(textOf('docs/settings.md'));
    const named = new Set(allText.match(/\b(?:STINT|ALIBABA_CLOUD)_[A-Z0-9_]*[A-Z0-9]\b/g));
    expect(named.size).toBeGreaterThan(20);
    expect([...named].filter((name) => !known.has(name) && !OF_CLIENTS.has(name))).toEqual([]);
  });
});

describe('codes, reasons, causes and log events', () => {
  const source = [...readSources(['functions', 'shared', 'clients']).values()].join('\n');
  const isInCode = (name: string): boolean => source.includes(`'${name}'`) || source.includes(`${name}:`);

  test('are in the code wherever documents name them', () => {
    const columns = ['code', 'reason', 'cause', 'log event'].flatMap((heading) => columnOf(allText, heading));
    const told = allText.match(/\b(?:reasons?|log says|causes?) `[^`]+`/g) ?? [];
    // Others are those of Alibaba Cloud, or settings.
    const named = [...columns, ...told]
      .flatMap(inlineCodeOf)
      .filter((name) => /^[a-z]+(?:[-_][a-z]+)+$/.test(name));
    expect(named.length).toBeGreaterThan(80);
    expect([...new Set(named)].filter((name) => !isInCode(name))).toEqual([]);
  });
});
