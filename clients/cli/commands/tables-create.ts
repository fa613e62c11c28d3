// `stint tables create`: makes the tables that are missing, and sets when rows end that shall; never deletes one.
import { createTables } from '../../../shared/adapters/tablestore/create-tables.ts';
import { TABLES } from '../../../shared/adapters/tablestore/tables.ts';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { readCloudSettings } from '../base/cloud-settings.ts';
import { EXIT, type ExitCode } from '../base/exit-code.ts';
import type { Terminal } from '../base/terminal.ts';
import { explainStoreFault } from '../documents/explain-apply-fault.ts';
import { type Cli, ENV_OPTION, helpWithSettings } from './command.ts';

async function makeTables(envFile: string | undefined, terminal: Terminal): Promise<ExitCode> {
  const settings = readCloudSettings(envFile, terminal);
  if (!settings.ok) {
    terminal.note(settings.error);
    return EXIT.usage;
  }
  const made = await createTables(openTablestore(settings.value));
  if (!made.ok) {
    terminal.note(explainStoreFault(made.error));
    return EXIT.service;
  }
  for (const { name } of TABLES)
    terminal.out(made.value.includes(name) ? `+ table ${name}` : `  table ${name}: there already`);
  return EXIT.ok;
}

export function addTablesCreate({ program, terminal, finish }: Cli): void {
  program
    .command('tables')
    .description('the Tablestore tables that Stint needs')
    .command('create')
    .description('make the tables that are missing, and set when rows end in those whose rows do')
    .option(...ENV_OPTION)
    .addHelpText('after', helpWithSettings('  stint tables create\n  stint tables create --env prod.env'))
    .action(async ({ env }: { readonly env?: string }) => finish(await makeTables(env, terminal)));
}
