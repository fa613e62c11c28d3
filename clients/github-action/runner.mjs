// How a step speaks to the GitHub Actions runner: commands are lines on standard output, and variables and outputs are appended
// to files.
//
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';

/** Longer text is no message. */
const MAX_SHOWN = 2_000;

/** The runner undoes this; without it, a line break would begin a command of another party's choice. */
const escapeData = (text) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

/** Control and invisible characters, and line breaks of every kind. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** One line of text that shows what it is, without `##[`, which the runner reads as a command anywhere in a line. */
const shown = (text) => String(text).slice(0, MAX_SHOWN).replaceAll(UNSEEN, '?').replaceAll('##[', '#?[');

/** `command`: the name, with its properties if it has any. Nothing masked is in the text of an error. */
export const writeCommand = (command, text) => console.log(`::${command}::${escapeData(shown(text))}`);

export const note = (text) => console.log(`Stint: ${shown(text)}`);

/** Before anything else that holds the value: from now on the runner replaces it, and each of its lines, in the log. */
export const mask = (secret) => console.log(`::add-mask::${escapeData(secret)}`);

function appendTo(file, name, value) {
  const path = process.env[file];
  if (path === undefined || path === '') throw new Error(`${file} is not set`);
  // A server cannot end a value that it sends before its end, because it cannot know this.
  const delimiter = `stint_${randomUUID()}`;
  appendFileSync(path, `${name}<<${delimiter}\n${value}\n${delimiter}\n`);
}

/** For the later steps of the job. */
export const setVariable = (name, value) => appendTo('GITHUB_ENV', name, value);

/** Never a secret: outputs are shown, and other jobs get them. */
export const setOutput = (name, value) => appendTo('GITHUB_OUTPUT', name, value);
