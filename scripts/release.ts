// npm run release: the files of a release in dist/release/, and the annotated tag that names their checksums.
//   npm run release                all of it
//   npm run release -- --dry-run   the plan and the files; changes neither the changelog nor the tags
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { err, ok, type Result } from '../shared/kernel/result.ts';
import { buildFunctions, cliOfThisBuild } from './build.ts';
import { makeArtifacts } from './release/artifacts.ts';
import { closeUnreleased, readChangelog, renderNotes } from './release/changelog.ts';
import { git, type Plan, planRelease, type Repository, readRepository } from './release/repository.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const OUT = join(ROOT, 'dist', 'release');
const EXIT_REFUSED = 1;
const EXIT_USAGE = 2;
const ISO_DATE_CHARACTERS = 10;

const USAGE = `npm run release [-- --dry-run]

Releases the version that package.json names, from a clean main:
  1. checks that package.json, package-lock.json, clients/cli, openapi.yaml and CHANGELOG.md agree
  2. runs npm test
  3. gives the entries under Unreleased in CHANGELOG.md the version and the date, and commits that
  4. builds the functions and the command line, and makes archives, release notes, SBOM and checksums in dist/release/
  5. makes the annotated tag v<version>, which holds the checksums
It pushes nothing. After a failure it can be run again: what is done already is not done twice.

  --dry-run   shows the plan and does step 4 alone; needs neither main nor a version without a tag
  --help      shows this text

docs/releasing.md says how to raise the version, and how to verify a release.
`;

interface Options {
  readonly isDryRun: boolean;
  readonly isHelp: boolean;
}

function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Result<Options, string> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { 'dry-run': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    // npm keeps an option that stands before “--” for itself. It must not turn a dry run into a release.
    const isDryRun = values['dry-run'] === true || env['npm_config_dry_run'] === 'true';
    return ok({ isDryRun, isHelp: values.help === true });
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const dateOf = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().slice(0, ISO_DATE_CHARACTERS);

function showPlan(
  { tag, changelog, isTagged }: Plan,
  { commit, branch }: Repository,
  isDryRun: boolean,
): void {
  say(`Stint ${tag}, from ${commit} (${branch ?? 'no branch'})`);
  const steps = [
    ...(isTagged ? [] : ['run npm test']),
    ...(isTagged || changelog.date !== undefined
      ? []
      : [`close Unreleased in CHANGELOG.md as ${tag} and commit it`]),
    'build the functions, and make the files in dist/release/',
    isTagged
      ? `compare the checksums with those in the tag ${tag}, which exists`
      : `make the annotated tag ${tag}`,
  ];
  for (const step of steps) say(`  - ${step}`);
  if (isDryRun) say('Dry run: the files alone are made.');
}

function runTests(): boolean {
  const { status } = spawnSync('npm', ['test'], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  return status === 0;
}

function commitChangelog({ changelog, version }: Repository, tag: string): void {
  writeFileSync(join(ROOT, 'CHANGELOG.md'), closeUnreleased(changelog, version, dateOf(Date.now())));
  git(ROOT, 'commit', '--quiet', '--message', `chore(release): ${tag}`, '--', 'CHANGELOG.md');
}

async function makeFiles({ version, commitSeconds, changelog }: Repository): Promise<Result<string, string>> {
  const state = readChangelog(changelog, version);
  if (!state.ok) return state;
  const functions = await buildFunctions();
  const cli = await cliOfThisBuild();
  const notes = renderNotes(version, state.value, state.value.date ?? dateOf(commitSeconds * 1000));
  const checksums = makeArtifacts({
    root: ROOT,
    out: OUT,
    functions,
    cli,
    version,
    notes,
    epochSeconds: commitSeconds,
  });
  say(`\n${relative(process.cwd(), OUT)}/`);
  say(checksums.trimEnd());
  return ok(checksums);
}

function compareWithTag(tag: string, checksums: string): Result<void, string> {
  const message = git(ROOT, 'tag', '--list', '--format=%(contents:body)', tag);
  if (!message.includes(checksums.trimEnd())) return err(`the tag ${tag} names other checksums:\n${message}`);
  say(`\nThese are the checksums that the tag ${tag} names.`);
  return ok(undefined);
}

function makeTag(tag: string, version: string, checksums: string): void {
  // Verbatim: git would take lines that begin with # for comments.
  git(ROOT, 'tag', '--annotate', '--cleanup=verbatim', '--message', `Stint ${version}\n\n${checksums}`, tag);
  say(`\n${tag} is made. Publish it: git push origin main ${tag}, and the files of dist/release/ with it.`);
}

/** Everything that has to be true before a tag, and the commit that the tag will name. */
function testAndCloseChangelog(before: Repository, { tag, changelog }: Plan): Result<void, string> {
  if (!runTests()) return err('npm test failed; nothing was changed');
  const { commit, isClean } = readRepository(ROOT);
  if (commit !== before.commit || !isClean)
    return err('the repository changed while npm test ran: run it again');
  if (changelog.date === undefined) commitChangelog(before, tag);
  return ok(undefined);
}

async function release(isDryRun: boolean): Promise<Result<void, readonly string[]>> {
  const before = readRepository(ROOT);
  const { plan, problems } = planRelease(before);
  const stopping = isDryRun ? problems.always : [...problems.always, ...problems.toTag];
  if (plan === undefined || stopping.length > 0) return err(stopping);
  showPlan(plan, before, isDryRun);
  for (const problem of problems.toTag) say(`A release would be refused: ${problem}`);
  if (!isDryRun && !plan.isTagged) {
    const ready = testAndCloseChangelog(before, plan);
    if (!ready.ok) return err([ready.error]);
  }
  const checksums = await makeFiles(readRepository(ROOT));
  if (!checksums.ok) return err([checksums.error]);
  if (plan.isTagged) {
    const compared = compareWithTag(plan.tag, checksums.value);
    return compared.ok ? compared : err([compared.error]);
  }
  if (!isDryRun) makeTag(plan.tag, before.version, checksums.value);
  return ok(undefined);
}

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args, process.env);
  if (!options.ok) {
    process.stderr.write(`release: ${options.error}\n\n${USAGE}`);
    return EXIT_USAGE;
  }
  if (options.value.isHelp) {
    process.stdout.write(USAGE);
    return 0;
  }
  const released = await release(options.value.isDryRun);
  for (const problem of released.ok ? [] : released.error) process.stderr.write(`release: ${problem}\n`);
  return released.ok ? 0 : EXIT_REFUSED;
}

process.exitCode = await main(process.argv.slice(2));
