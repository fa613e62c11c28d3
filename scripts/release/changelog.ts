// The changelog of a release, in the form of Keep a Changelog 1.1.0: the entries under Unreleased become the section of the
// version, and that section is the text of the release notes.
import { err, ok, type Result } from '../../shared/kernel/result.ts';

/** What the changelog says of one version. `date` is undefined while its entries stand under Unreleased. */
export interface ChangelogState {
  readonly date: string | undefined;
  /** The section without its heading, in Markdown. */
  readonly notes: string;
}

const UNRELEASED = '## [Unreleased]';
const LINK_DEFINITION = /^\[[^\]]+\]: /m;

const escaped = (text: string): string => text.replaceAll(/[.*+?^$()[\]{}|\\]/g, '\\$&');

/** The text from the end of a heading to the next heading of its level, or to the link definitions at the end. */
function bodyAfter(text: string, heading: RegExp): string | undefined {
  const found = heading.exec(text);
  if (found === null) return undefined;
  const rest = text.slice(found.index + found[0].length);
  const end = [/^## /m.exec(rest)?.index, LINK_DEFINITION.exec(rest)?.index].filter((at) => at !== undefined);
  return rest.slice(0, Math.min(rest.length, ...end)).trim();
}

/**
 * What is to be released as `version`. Fails with a sentence for the person who releases: nothing is written down, or it is
 * unclear which entries belong to the version.
 */
export function readChangelog(text: string, version: string): Result<ChangelogState, string> {
  const heading = new RegExp(`^## \\[${escaped(version)}\\] - (\\d{4}-\\d{2}-\\d{2})$`, 'm');
  const date = heading.exec(text)?.[1];
  const released = bodyAfter(text, heading);
  const unreleased = bodyAfter(text, /^## \[Unreleased\]$/m);
  if (unreleased === undefined) return err(`CHANGELOG.md has no section “${UNRELEASED}”`);
  if (date === undefined && text.includes(`\n## [${version}]`)) {
    return err(
      `CHANGELOG.md has a section for ${version} without a date: write “## [${version}] - YYYY-MM-DD”`,
    );
  }
  if (released === undefined) {
    return unreleased === ''
      ? err(`CHANGELOG.md says nothing of ${version}: there are no entries under Unreleased`)
      : ok({ date: undefined, notes: unreleased });
  }
  if (released === '') return err(`the section for ${version} in CHANGELOG.md is empty`);
  return ok({ date, notes: released });
}

/** Entries that came after the section of the version was closed. They belong to the next version. */
export const hasUnreleasedEntries = (text: string): boolean =>
  (bodyAfter(text, /^## \[Unreleased\]$/m) ?? '') !== '';

/** Closes Unreleased: its entries get the heading of the version, and an empty Unreleased stands above it. */
export const closeUnreleased = (text: string, version: string, date: string): string =>
  text.replace(/^## \[Unreleased\]$/m, `${UNRELEASED}\n\n## [${version}] - ${date}`);

/** The release notes as a file. */
export const renderNotes = (version: string, { notes }: ChangelogState, date: string): string =>
  `# Stint ${version}\n\nReleased on ${date}. How to verify the files: docs/releasing.md.\n\n${notes}\n`;
