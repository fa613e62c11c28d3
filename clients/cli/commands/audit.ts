// `stint audit`: what was asked of Stint, by whom, and what came of it.
import { InvalidArgumentError, Option } from 'commander';
import * as z from 'zod';
import { type AuditOptions, showAudit } from '../audit/show-audit.ts';
import { type Cli, ENV_OPTION, finishWith, formatAuditorExamples, readDuration } from './command.ts';

const EXAMPLES = formatAuditorExamples(
  'stint audit --since 2h',
  'stint audit --since 1d --who corporate:alice --outcome refused',
  'stint audit --since 2026-03-02T09:00:00Z --until 2026-03-02T10:00:00Z --role media-uploader --json',
  'stint audit --since 5m --follow',
);

const MILLISECONDS = 1_000;
const TIME = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

/** A time, or how long ago: gives milliseconds since 1970. */
function parsePastTime(text: string): number {
  const ago = readDuration(text);
  if (ago !== undefined) return Date.now() - ago * MILLISECONDS;
  const time = TIME.safeParse(text);
  if (time.success) return Date.parse(time.data);
  throw new InvalidArgumentError('Give how long ago, such as 2h, or a time such as 2026-03-02T09:30:00Z.');
}

const SINCE = new Option('--since <time>', 'from then on: how long ago, as 2h or 3d, or a time')
  .argParser(parsePastTime)
  .default(parsePastTime('1h'), '1h');

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a number above zero.');
  return Number(text);
}

export function addAudit(cli: Cli): void {
  cli.program
    .command('audit')
    .description('show the audit trail: each request, who sent it, and what was given or why it was refused')
    .addOption(SINCE)
    .option('--until <time>', 'up to then (default: now)', parsePastTime)
    .option('--who <name>', 'requests of this subject, as alice, demo:alice or corporate:alice')
    .option('--role <role>', 'requests for this role: its name or RoleArn')
    .option('--grant <id>', 'requests that this grant decided')
    .addOption(new Option('--outcome <outcome>', 'requests that ended so').choices(['granted', 'refused']))
    .option('--limit <rows>', 'show so many rows and stop', parseCount)
    .option('--follow', 'go on with new rows until you press Ctrl-C')
    .option('--json', 'print one JSON object a line')
    .option(...ENV_OPTION)
    .addHelpText('after', EXAMPLES)
    .action((options: AuditOptions) => finishWith(cli, showAudit(options, cli.terminal)));
}
