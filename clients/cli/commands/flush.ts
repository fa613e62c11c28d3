// `stint flush`: voids what the instances of vend and login keep from before now.
import { writeFlush } from '../../../shared/adapters/tablestore/flush-row.ts';
import { openRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { formatAuthor, readCloudSettings } from '../base/cloud-settings.ts';
import type { CommandFault } from '../base/command-fault.ts';
import { storeFailed } from '../base/explain-cloud-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { type Cli, ENV_OPTION, type EnvOptions, finishWith, formatExamplesWithSettings } from './command.ts';

interface FlushOptions extends EnvOptions {
  readonly keepSignIns?: boolean;
}

const CACHES =
  'Within 5 seconds no instance hands out credentials that it has issued before; policies are composed, tokens verified and key sets fetched anew.';
const SIGN_INS =
  'By then every session, command line and session token of the portal has ended, and passkeys wait for a sign-in at the company.';
/** Only the cloud can take these back. */
const OUTSIDE = 'Credentials that were handed out already work until they expire.';

async function flush(
  { env: file, keepSignIns = false }: FlushOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const settings = readCloudSettings(file, terminal);
  if (!settings.ok) return settings;
  const flushed = await writeFlush(openRows(openTablestore(settings.value)), {
    signIns: !keepSignIns,
    flushedBy: formatAuthor(terminal, settings.value),
    now: new Date(),
  });
  if (!flushed.ok) return storeFailed(flushed.error);
  for (const line of keepSignIns ? [CACHES, OUTSIDE] : [CACHES, SIGN_INS, OUTSIDE]) terminal.out(line);
  return ok(undefined);
}

export function addFlush(cli: Cli): void {
  cli.program
    .command('flush')
    .description(
      'void the credentials, tokens, keys and sign-ins that instances keep, everywhere within 5 seconds',
    )
    .option('--keep-sign-ins', 'void only what vend keeps; people stay signed in')
    .option(...ENV_OPTION)
    .addHelpText(
      'after',
      formatExamplesWithSettings('stint flush', 'stint flush --keep-sign-ins --env prod.env'),
    )
    .action((options: FlushOptions) => finishWith(cli, flush(options, cli.terminal)));
}
