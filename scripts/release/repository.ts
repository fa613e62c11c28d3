// The state of the repository, and whether a release can be made of it. Everything that is wrong is told at once.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { type ChangelogState, hasUnreleasedEntries, readChangelog } from './changelog.ts';

/** Every file that states the version of the project, and the version that it states. */
type StatedVersions = Readonly<Record<string, string>>;

export interface Repository {
  readonly branch: string | undefined;
  readonly commit: string;
  /** When the commit was made, in seconds since 1970: the time of every released file. */
  readonly commitSeconds: number;
  readonly isClean: boolean;
  readonly versions: StatedVersions;
  readonly version: string;
  /** The commit that the tag of the version names, where the tag exists. */
  readonly taggedCommit: string | undefined;
  readonly changelog: string;
}

export interface Plan {
  readonly tag: string;
  readonly changelog: ChangelogState;
  readonly isTagged: boolean;
}

/** What stands in the way. `always` stops a dry run as well: files could not be made, or would not be those of a commit. */
export interface Problems {
  readonly always: readonly string[];
  readonly toTag: readonly string[];
}

const MAIN = 'main';
const SEMANTIC_VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
const SHOWN_HASH_CHARACTERS = 12;

const Package = z.object({ version: z.string() });
const Lockfile = z.object({
  version: z.string(),
  packages: z.object({ '': Package, 'clients/cli': Package }),
});
const Openapi = z.object({ info: Package });

export const git = (root: string, ...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

function gitOrUndefined(root: string, ...args: readonly string[]): string | undefined {
  try {
    return git(root, ...args);
  } catch {
    return undefined;
  }
}

const tagOf = (version: string): string => `v${version}`;

function readVersions(read: (path: string) => string): StatedVersions {
  const lockfile = Lockfile.parse(JSON.parse(read('package-lock.json')));
  return {
    'package.json': Package.parse(JSON.parse(read('package.json'))).version,
    'package-lock.json': lockfile.version,
    'package-lock.json, packages[""]': lockfile.packages[''].version,
    'package-lock.json, packages["clients/cli"]': lockfile.packages['clients/cli'].version,
    'clients/cli/package.json': Package.parse(JSON.parse(read('clients/cli/package.json'))).version,
    'openapi.yaml': Openapi.parse(parse(read('openapi.yaml'))).info.version,
  };
}

export function readRepository(root: string): Repository {
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const versions = readVersions(read);
  const version = versions['package.json'] ?? '';
  return {
    branch: gitOrUndefined(root, 'symbolic-ref', '--short', 'HEAD'),
    commit: git(root, 'rev-parse', 'HEAD'),
    commitSeconds: Number(git(root, 'show', '--no-patch', '--format=%ct', 'HEAD')),
    isClean: git(root, 'status', '--porcelain') === '',
    versions,
    version,
    taggedCommit: gitOrUndefined(
      root,
      'rev-parse',
      '--verify',
      '--quiet',
      `refs/tags/${tagOf(version)}^{commit}`,
    ),
    changelog: read('CHANGELOG.md'),
  };
}

function versionProblems({ version, versions }: Repository): readonly string[] {
  if (!SEMANTIC_VERSION.test(version)) return [`package.json: “${version}” is no semantic version`];
  return Object.entries(versions)
    .filter(([, stated]) => stated !== version)
    .map(([file, stated]) => `${file} says ${stated}, package.json says ${version}`);
}

function tagProblems({ version, commit, taggedCommit, branch, changelog }: Repository): readonly string[] {
  if (taggedCommit === commit) return [];
  const tag = tagOf(version);
  const at = taggedCommit?.slice(0, SHOWN_HASH_CHARACTERS);
  const state = readChangelog(changelog, version);
  const isClosed = state.ok && state.value.date !== undefined;
  return [
    ...(at === undefined ? [] : [`the tag ${tag} exists at ${at}: raise the version (docs/releasing.md)`]),
    ...(branch === MAIN ? [] : [`releases are made on ${MAIN}; this is ${branch ?? 'no branch'}`]),
    ...(isClosed && hasUnreleasedEntries(changelog)
      ? [
          `CHANGELOG.md has a section for ${version} and entries under Unreleased: move them, or raise the version`,
        ]
      : []),
  ];
}

/** What a release of this state does, if it has no problems. */
export function planRelease(repository: Repository): { readonly plan?: Plan; readonly problems: Problems } {
  const { version, commit, taggedCommit, isClean } = repository;
  const changelog = readChangelog(repository.changelog, version);
  const always = [
    ...(isClean ? [] : ['there are changes that are not committed: commit or remove them (git status)']),
    ...versionProblems(repository),
    ...(changelog.ok ? [] : [changelog.error]),
  ];
  const problems = { always, toTag: tagProblems(repository) };
  if (!changelog.ok) return { problems };
  return {
    problems,
    plan: { tag: tagOf(version), changelog: changelog.value, isTagged: taggedCommit === commit },
  };
}
