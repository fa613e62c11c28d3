// The command line of npm run simulate.
import { parseArgs } from 'node:util';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { comparisonsOf } from './scenarios.ts';
import { MOST_CLIENTS, type Size } from './simulate.ts';

export interface Options {
  readonly size: Size;
  /** The comparisons to run, in this order. */
  readonly ids: readonly string[];
  readonly json: string | undefined;
  readonly page: boolean;
}

/** What the issue of this command asks for: the quota of one account ("FAQ about RAM roles and STS tokens"). */
export const FULL_SIZE: Size = { clients: 1_000_000, instances: 200, hours: 24, stsPerSecond: 100, seed: 1 };

const NUMBERS = {
  clients: { least: 1_000, most: MOST_CLIENTS, of: 'clients' },
  instances: { least: 1, most: 1_000, of: 'instances of vend' },
  hours: { least: 1, most: 168, of: 'hours of the day; other scenarios are shorter' },
  'sts-per-second': { least: 1, most: 100_000, of: 'calls of AssumeRole a second; 100 for each hub account' },
  seed: { least: 0, most: 2 ** 31, of: 'the seed: the same seed gives the same figures' },
} as const;
type NumberName = keyof typeof NUMBERS;

const IDS: readonly string[] = comparisonsOf(FULL_SIZE).map(({ id }) => id);
const DEFAULTS: Readonly<Record<NumberName, number>> = {
  clients: FULL_SIZE.clients,
  instances: FULL_SIZE.instances,
  hours: FULL_SIZE.hours,
  'sts-per-second': FULL_SIZE.stsPerSecond,
  seed: FULL_SIZE.seed,
};

export const HELP = `npm run simulate -- [PART…] [options]

Drives the code of vend that decides, reuses credentials and limits, on a clock of its own, with STS and Tablestore in memory.
Prints calls to STS, reuse, refusals, rows and cost. At full size it takes some minutes.

Parts: ${IDS.join(', ')}. Default: all.

${Object.entries(NUMBERS)
  .map(
    ([name, { of, least, most }]) =>
      `  ${`--${name} N`.padEnd(20)} ${of} (${least} to ${most}, default ${DEFAULTS[name as NumberName]})`,
  )
  .join('\n')}
  --json FILE          writes the figures to the file, too
  --page               writes docs/quota.md and its charts, too; all parts are needed
  --help               shows this text

Examples:
  npm run simulate -- --clients 50000 --instances 20 --hours 4
  npm run simulate -- jitter windows
  npm run simulate -- day --sts-per-second 300      three hub accounts
  npm run simulate -- --page
`;

function readNumber(name: NumberName, text: string | undefined): Result<number, string> {
  if (text === undefined) return ok(DEFAULTS[name]);
  const { least, most } = NUMBERS[name];
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most
    ? ok(value)
    : err(`--${name} takes a whole number from ${least} to ${most}, not ${text}`);
}

function readSize(values: Readonly<Partial<Record<NumberName, string>>>): Result<Size, string> {
  const read = (name: NumberName) => readNumber(name, values[name]);
  const [clients, instances, hours] = [read('clients'), read('instances'), read('hours')];
  const [stsPerSecond, seed] = [read('sts-per-second'), read('seed')];
  if (!clients.ok) return clients;
  if (!instances.ok) return instances;
  if (!hours.ok) return hours;
  if (!stsPerSecond.ok) return stsPerSecond;
  if (!seed.ok) return seed;
  return ok({
    ...{ clients: clients.value, instances: instances.value, hours: hours.value },
    ...{ stsPerSecond: stsPerSecond.value, seed: seed.value },
  });
}

const TEXT = { type: 'string' } as const;
const SWITCH = { type: 'boolean' } as const;
const OPTIONS = {
  ...{ clients: TEXT, instances: TEXT, hours: TEXT, 'sts-per-second': TEXT, seed: TEXT, json: TEXT },
  ...{ page: SWITCH, help: SWITCH },
} as const;
const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });

/** `help`: the text was asked for. Fails with one line that says what is wrong. */
export function readOptions(args: readonly string[]): Result<Options | 'help', string> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    // Its messages name the option that is wrong.
    return err(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help) return ok('help');
  const unknown = positionals.find((id) => !IDS.includes(id));
  if (unknown !== undefined) return err(`there is no part ${unknown}. The parts: ${IDS.join(', ')}`);
  if (values.page && positionals.length > 0) return err('--page needs all parts: name none');
  const size = readSize(values);
  if (!size.ok) return size;
  const ids = positionals.length > 0 ? IDS.filter((id) => positionals.includes(id)) : IDS;
  return ok({ size: size.value, ids, json: values.json, page: values.page ?? false });
}
