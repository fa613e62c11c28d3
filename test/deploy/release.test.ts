// Guarantees: the notes of a release are what the changelog says of its version; a release is refused where versions disagree
// or the state of the repository leaves doubt; the same commit gives the same files; every bundled package is in the SBOM.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { makeArtifacts } from '../../scripts/release/artifacts.ts';
import {
  closeUnreleased,
  hasUnreleasedEntries,
  readChangelog,
  renderNotes,
} from '../../scripts/release/changelog.ts';
import { planRelease, type Repository, readRepository } from '../../scripts/release/repository.ts';
import { makeSbom } from '../../scripts/release/sbom.ts';

const ROOT = join(import.meta.dirname, '../..');
const EPOCH_SECONDS = 1_764_500_000; // 2025-11-30T10:53:20Z
const temporary = mkdtempSync(join(tmpdir(), 'stint-release-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- What is new.

## [0.1.0] - 2026-10-01

### Added

- The first version.

[0.1.0]: https://example.com/0.1.0
`;

describe('the changelog', () => {
  test('gives what stands under Unreleased as the notes of a version that it does not have', () => {
    expect(readChangelog(CHANGELOG, '0.2.0')).toEqual({
      ok: true,
      value: { date: undefined, notes: '### Added\n\n- What is new.' },
    });
  });

  test('gives the section of a version, without headings beside it and without link definitions', () => {
    expect(readChangelog(CHANGELOG, '0.1.0')).toEqual({
      ok: true,
      value: { date: '2026-10-01', notes: '### Added\n\n- The first version.' },
    });
  });

  test('does not take 0.1.0 for 0x1y0', () => {
    expect(readChangelog(CHANGELOG.replace('[0.1.0] -', '[0x1y0] -'), '0.1.0')).toMatchObject({
      value: { date: undefined },
    });
  });

  test('is closed: the entries get the version and the date, and nothing else changes', () => {
    const closed = closeUnreleased(CHANGELOG, '0.2.0', '2026-11-30');
    expect(closed.replace('\n\n## [0.2.0] - 2026-11-30', '')).toBe(CHANGELOG);
    expect(readChangelog(closed, '0.2.0')).toEqual({
      ok: true,
      value: { date: '2026-11-30', notes: '### Added\n\n- What is new.' },
    });
    expect(hasUnreleasedEntries(CHANGELOG)).toBe(true);
    expect(hasUnreleasedEntries(closed)).toBe(false);
  });

  test.each([
    ['no Unreleased', '# Changelog\n\n## [0.1.0] - 2026-10-01\n', 'no section'],
    [
      'nothing to release',
      '# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-10-01\n\n- A.\n',
      'says nothing',
    ],
    ['an empty section', '# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-10-01\n', 'is empty'],
    ['a section without a date', '# Changelog\n\n## [Unreleased]\n\n## [0.2.0]\n\n- A.\n', 'without a date'],
  ])('is refused with %s', (_, text, message) => {
    expect(readChangelog(text, '0.2.0')).toEqual({ ok: false, error: expect.stringContaining(message) });
  });

  test('of this project can be released', () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
    const state = readChangelog(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), version);
    expect(state).toMatchObject({ ok: true });
    expect(state.ok && renderNotes(version, state.value, '2026-11-30')).toContain(`# Stint ${version}\n`);
  });
});

const READY: Repository = {
  branch: 'main',
  commit: 'a'.repeat(40),
  commitSeconds: EPOCH_SECONDS,
  isClean: true,
  versions: { 'package.json': '0.2.0', 'openapi.yaml': '0.2.0' },
  version: '0.2.0',
  taggedCommit: undefined,
  changelog: CHANGELOG,
};
const CLOSED = closeUnreleased(CHANGELOG, '0.2.0', '2026-11-30');
const LATER = CLOSED.replace('## [Unreleased]\n', '## [Unreleased]\n\n- Later.\n');

describe('a release', () => {
  test('of a clean main whose versions agree has no problems', () => {
    expect(planRelease(READY)).toMatchObject({
      plan: { tag: 'v0.2.0', isTagged: false },
      problems: { always: [], toTag: [] },
    });
  });

  test.each([
    ['changes that are not committed', { isClean: false }, 'not committed'],
    [
      'an openapi.yaml of another version',
      { versions: { 'package.json': '0.2.0', 'openapi.yaml': '0.1.0' } },
      'openapi.yaml says 0.1.0',
    ],
    ['a version that is none', { version: '2', versions: { 'package.json': '2' } }, 'no semantic version'],
    ['a changelog that does not name it', { changelog: '# Changelog\n\n## [Unreleased]\n' }, 'says nothing'],
  ])('with %s makes no files either', (_, change, message) => {
    expect(planRelease({ ...READY, ...change }).problems.always).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    ['on another branch', { branch: 'topic' }, 'this is topic'],
    ['on no branch', { branch: undefined }, 'no branch'],
    [
      'of a version that has a tag elsewhere',
      { taggedCommit: 'b'.repeat(40) },
      'v0.2.0 exists at bbbbbbbbbbbb',
    ],
    ['of a closed version with later entries', { changelog: LATER }, 'entries under Unreleased'],
  ])('%s makes no tag, and a dry run says so', (_, change, message) => {
    const { plan, problems } = planRelease({ ...READY, ...change });
    expect(plan).toBeDefined();
    expect(problems).toEqual({ always: [], toTag: [expect.stringContaining(message)] });
  });

  test('of a commit that has the tag already compares the files with it, on any branch and later', () => {
    const tagged = { ...READY, branch: undefined, changelog: LATER, taggedCommit: READY.commit };
    expect(planRelease(tagged)).toMatchObject({
      plan: { isTagged: true },
      problems: { always: [], toTag: [] },
    });
  });

  test('reads the repository: its versions agree, and its tag and changes are seen', () => {
    const clone = join(temporary, 'repository');
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: clone });
    for (const file of [
      'package.json',
      'package-lock.json',
      'openapi.yaml',
      'CHANGELOG.md',
      'clients/cli/package.json',
    ]) {
      cpSync(join(ROOT, file), join(clone, file));
    }
    git('init', '--quiet', '--initial-branch=main');
    git('add', '.');
    git('commit', '--quiet', '--message', 'all');
    const before = readRepository(clone);
    expect(before).toMatchObject({ branch: 'main', isClean: true, taggedCommit: undefined });
    expect(new Set(Object.values(before.versions))).toEqual(new Set([before.version]));
    git('tag', '--annotate', '--message', 'first', `v${before.version}`);
    writeFileSync(join(clone, 'new-file'), '');
    expect(readRepository(clone)).toMatchObject({ isClean: false, taggedCommit: before.commit });
  });
});

const Bom = z.object({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.literal('1.5'),
  serialNumber: z.string().regex(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/),
  version: z.literal(1),
  metadata: z.object({
    timestamp: z.string(),
    component: z.object({ type: z.string(), name: z.string(), version: z.string() }),
  }),
  components: z.array(
    z.object({
      'bom-ref': z.string(),
      type: z.literal('library'),
      name: z.string(),
      version: z.string(),
      purl: z.string().startsWith('pkg:npm/'),
      hashes: z.array(z.object({ alg: z.literal('SHA-512'), content: z.string().length(128) })).length(1),
      licenses: z.array(z.object({ license: z.object({ id: z.string() }) })).length(1),
      externalReferences: z.array(
        z.object({ type: z.enum(['vcs', 'website', 'issue-tracker']), url: z.url() }),
      ),
      properties: z.array(z.object({ name: z.literal('stint:function'), value: z.string() })).min(1),
    }),
  ),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

describe('the files of a release', () => {
  const packages = ['node_modules/flatbuffers', 'node_modules/tablestore', 'node_modules/zod'];
  const built = (name: string, of: readonly string[]) => ({
    name,
    folder: join(temporary, name),
    packages: of,
  });
  const functions = [built('vend', packages), built('login', ['node_modules/zod'])];
  const make = (name: string) => {
    const out = join(temporary, name);
    makeArtifacts({
      root: ROOT,
      out,
      functions,
      cli: { packages: ['node_modules/commander'], bytes: Buffer.from('the command line') },
      version: '0.2.0',
      notes: '# Stint 0.2.0\n',
      epochSeconds: EPOCH_SECONDS,
    });
    return new Map(readdirSync(out).map((file) => [file, readFileSync(join(out, file))]));
  };
  let files: ReadonlyMap<string, Buffer>;
  const bytesOf = (name: string): Buffer => files.get(name) ?? Buffer.alloc(0);

  beforeAll(() => {
    for (const { folder } of functions) {
      mkdirSync(folder);
      writeFileSync(join(folder, 'index.cjs'), 'start();');
      writeFileSync(join(folder, 'bundle.js'), 'x'.repeat(10_000));
      writeFileSync(join(folder, 'bundle-v8-1-x64.cache'), 'differs in every build');
    }
    files = make('first');
  });

  test('are the archives, the command line, the notes, the SBOM and the checksums', () => {
    expect([...files.keys()].sort()).toEqual([
      'SHA256SUMS',
      'release-notes.md',
      'sbom.cdx.json',
      'stint-0.2.0.tgz',
      'stint-login-0.2.0.zip',
      'stint-vend-0.2.0.zip',
    ]);
    expect(bytesOf('stint-0.2.0.tgz').toString()).toBe('the command line');
  });

  test('have the same bytes when they are made again, in another time zone and from files of another day', () => {
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Pacific/Kiritimati';
    try {
      for (const { folder } of functions) utimesSync(join(folder, 'bundle.js'), 1, 1);
      expect([...make('second')]).toEqual([...files]);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  test('have an archive of what is deployed, with the licences and without the code cache', () => {
    const entries = unzipSync(bytesOf('stint-vend-0.2.0.zip'));
    expect(Object.keys(entries)).toEqual(['LICENSE', 'THIRD-PARTY-LICENSES.txt', 'bundle.js', 'index.cjs']);
    expect(strFromU8(entries['bundle.js'] ?? new Uint8Array())).toBe('x'.repeat(10_000));
    const texts = strFromU8(entries['THIRD-PARTY-LICENSES.txt'] ?? new Uint8Array());
    expect(texts).toMatch(/^flatbuffers\n=+\n\n\s*Apache License/m);
    expect(texts).toMatch(/^zod\n=+\n\nMIT License/m);
  });

  test('have checksums of every other file that are right, in the form that sha256sum checks', () => {
    const lines = bytesOf('SHA256SUMS').toString('utf8').trimEnd().split('\n');
    const expected = [...files.keys()].filter((name) => name !== 'SHA256SUMS').sort();
    const sum = (name: string) => createHash('sha256').update(bytesOf(name)).digest('hex');
    expect(lines).toEqual(expected.map((name) => `${sum(name)}  ${name}`));
  });

  test('have an SBOM of the bundled packages alone, each with address, hash, licence and function', () => {
    const bom = Bom.parse(JSON.parse(bytesOf('sbom.cdx.json').toString('utf8')));
    expect(bom.metadata).toMatchObject({
      timestamp: '2025-11-30T10:53:20.000Z',
      component: { type: 'application', name: 'stint' },
    });
    expect(
      bom.components.map(({ name, licenses, properties }) => [
        name,
        licenses[0]?.license.id,
        properties.map(({ value }) => value),
      ]),
    ).toEqual([
      ['commander', 'MIT', ['cli']],
      ['flatbuffers', 'Apache-2.0', ['vend']],
      ['tablestore', 'Apache-2.0', ['vend']],
      ['zod', 'MIT', ['vend', 'login']],
    ]);
    const refs = bom.dependencies.map(({ ref }) => ref);
    expect(new Set(refs)).toEqual(
      new Set([`stint@${bom.metadata.component.version}`, ...bom.components.map((one) => one['bom-ref'])]),
    );
    expect(
      bom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.includes(ref)),
    ).toEqual([]);
  });

  test('are not made of a bundle with a package that is for development only', () => {
    const bundles = [{ name: 'vend', packages: ['node_modules/vitest'] }];
    expect(() => makeSbom({ root: ROOT, bundles, epochSeconds: EPOCH_SECONDS })).toThrow(
      /package\.json: vitest@/,
    );
  });
});
