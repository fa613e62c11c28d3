// `stint tables create`: creates the tables that are missing, and sets how long rows live where rows expire. It never
// deletes a table.
import { createTables } from '../../../shared/adapters/tablestore/create-tables.ts';
import { TABLES } from '../../../shared/adapters/tablestore/tables.ts';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { readCloudSettings } from '../base/cloud-settings.ts';
import type { CommandFault } from '../base/command-fault.ts';
import { storeFailed } from '../base/explain-cloud-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { type Cli, ENV_OPTION, type EnvOptions, finishWith, formatExamplesWithSettings } from './command.ts';

const HELP = formatExamplesWithSettings('stint tables create', 'stint tables create --env prod.env');

async function createMissingTables(
  envFile: string | undefined,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const settings = readCloudSettings(envFile, terminal);
  if (!settings.ok) return settings;
  const created = await createTables(openTablestore(settings.value));
  if (!created.ok) return storeFailed(created.error);
  for (const { name } of TABLES)
    terminal.out(created.value.includes(name) ? `+ table ${name}` : `  table ${name}: there already`);
  return ok(undefined);
}

export function addTablesCreate(cli: Cli): void {
  cli.program
    .command('tables')
    .description('create the Tablestore tables that Stint needs')
    .addHelpText('after', HELP)
    .command('create')
    .description('create the tables that are missing, and set how long rows live where rows expire')
    .option(...ENV_OPTION)
    .addHelpText('after', HELP)
    .action(({ env }: EnvOptions) => finishWith(cli, createMissingTables(env, cli.terminal)));
}
