// What a shell offers at one place of a command line of `stint`. It is read from the commands themselves, so it names what this
// version has. Nothing of the command line is run.
import type { Argument, Command, Option } from 'commander';

/** `files`: the shell offers names of files. */
export type Completion = 'files' | readonly Candidate[];

export interface Candidate {
  readonly word: string;
  readonly description?: string;
}

interface Place {
  readonly command: Command;
  /** How many arguments of the command stand before. */
  readonly position: number;
  /** The option whose value stands here. */
  readonly option: Option | undefined;
  /** Behind `--`, options are arguments. */
  readonly isBehindSeparator: boolean;
}

const SEPARATOR = '--';
/** bash makes a word of its own of it (COMP_WORDBREAKS). */
const EQUALS = '=';
/** The names of arguments and values that are paths. */
const PATH_NAME = /^(?:file|folder|path)s?$/;
const ROLE_NAME = 'role';

const takesValue = (option: Option | undefined): option is Option =>
  option !== undefined && (option.required || option.optional);

const findOption = (command: Command, word: string): Option | undefined =>
  command.options.find(({ long, short }) => word === long || word === short);

const isOption = (word: string, { isBehindSeparator }: Place): boolean =>
  !isBehindSeparator && word.startsWith('-') && word !== '-';

function passWord(place: Place, word: string): Place {
  const { command, position, option } = place;
  if (option !== undefined) return word === EQUALS ? place : { ...place, option: undefined };
  if (word === SEPARATOR && !place.isBehindSeparator) return { ...place, isBehindSeparator: true };
  if (isOption(word, place)) {
    const found = findOption(command, word);
    return takesValue(found) ? { ...place, option: found } : place;
  }
  const next = position === 0 ? command.commands.find((one) => one.name() === word) : undefined;
  return next === undefined ? { ...place, position: position + 1 } : { ...place, command: next };
}

const valuesOf = (
  name: string,
  choices: readonly string[] | undefined,
  roles: readonly string[],
): Completion => {
  if (choices !== undefined) return choices.map((word) => ({ word }));
  if (name === ROLE_NAME) return roles.map((word) => ({ word }));
  return PATH_NAME.test(name) ? 'files' : [];
};

/** `--env <file>`: `file`. */
const nameOfValue = ({ flags }: Option): string => /[<[]([a-z-]+)/.exec(flags)?.[1] ?? '';

const valuesOfOption = (option: Option): Completion => valuesOf(nameOfValue(option), option.argChoices, []);

function argumentAt({ command, position }: Place): Argument | undefined {
  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  return registeredArguments[position] ?? (last?.variadic ? last : undefined);
}

const describe = (word: string | undefined, description: string): readonly Candidate[] =>
  word === undefined ? [] : [{ word, description }];

const optionsOf = (command: Command): readonly Candidate[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, short, description }) => describe(long ?? short, description));

function argumentsAt(place: Place, roles: readonly string[]): Completion {
  const { command, position, isBehindSeparator } = place;
  const subcommands =
    position === 0 && !isBehindSeparator ? command.createHelp().visibleCommands(command) : [];
  const named = subcommands.flatMap((one) => describe(one.name(), one.description()));
  const argument = argumentAt(place);
  if (argument === undefined) return named;
  // The program of `stint exec`, and what it takes.
  if (isBehindSeparator && argument.variadic && argument.name() === 'program') return 'files';
  const values = valuesOf(argument.name(), argument.argChoices, roles);
  return values === 'files' ? values : [...named, ...values];
}

function candidatesAt(place: Place, word: string, roles: readonly string[]): Completion {
  if (place.option !== undefined) return valuesOfOption(place.option);
  if (!isOption(word, place)) return argumentsAt(place, roles);
  const [name = '', value] = word.split(EQUALS, 2);
  if (value === undefined) return optionsOf(place.command);
  const option = findOption(place.command, name);
  const values = takesValue(option) ? valuesOfOption(option) : [];
  return values === 'files' ? values : values.map((one) => ({ word: `${name}${EQUALS}${one.word}` }));
}

/**
 * `program`: the command with the subcommands that the words need. `words`: those after `stint`, the last of which is completed
 * and may be empty. `roles`: the names to offer where a role is named.
 */
export function completeWords(
  program: Command,
  words: readonly string[],
  roles: readonly string[],
): Completion {
  const start: Place = { command: program, position: 0, option: undefined, isBehindSeparator: false };
  const place = words.slice(0, -1).reduce(passWord, start);
  const last = words.at(-1) ?? '';
  const word = place.option !== undefined && last === EQUALS ? '' : last;
  const found = candidatesAt(place, word, roles);
  return found === 'files' ? found : found.filter((one) => one.word.startsWith(word));
}
