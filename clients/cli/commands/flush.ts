// `stint flush`: whatever instances keep from before counts for nothing any more.
import { writeFlush } from '../../../shared/adapters/tablestore/flush-row.ts';
import { openRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { readCloudSettings } from '../base/cloud-settings.ts';
import { EXIT, type ExitCode } from '../base/exit-code.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatAuthor } from '../base/who-does-this.ts';
import { explainStoreFault } from '../documents/explain-apply-fault.ts';
import { type Cli, ENV_OPTION, helpWithSettings } from './command.ts';

interface Options {
  readonly env?: string;
  readonly keepSignIns?: boolean;
}

const CACHES =
  'Within 5 seconds no instance hands out credentials that it has issued before; policies are composed, tokens verified and key sets fetched anew.';
const SIGN_INS =
  'By then every session, command line and session token of the portal has ended, and passkeys wait for a sign-in at the company.';
/** What no one but the cloud can take back. */
const OUTSIDE = 'Credentials that were handed out already work until they expire.';

async function flush({ env: file, keepSignIns = false }: Options, terminal: Terminal): Promise<ExitCode> {
  const { note, out } = terminal;
  const settings = readCloudSettings(file, terminal);
  if (!settings.ok) {
    note(settings.error);
    return EXIT.usage;
  }
  const flushed = await writeFlush(openRows(openTablestore(settings.value)), {
    signIns: !keepSignIns,
    flushedBy: formatAuthor(terminal, settings.value),
    now: new Date(),
  });
  if (!flushed.ok) {
    note(explainStoreFault(flushed.error));
    return EXIT.service;
  }
  for (const line of keepSignIns ? [CACHES, OUTSIDE] : [CACHES, SIGN_INS, OUTSIDE]) out(line);
  return EXIT.ok;
}

export function addFlush({ program, terminal, finish }: Cli): void {
  program
    .command('flush')
    .description(
      'void, everywhere within 5 seconds, what instances keep: credentials, tokens, keys, sign-ins',
    )
    .option('--keep-sign-ins', 'people stay signed in; only what vend keeps is voided')
    .option(...ENV_OPTION)
    .addHelpText('after', helpWithSettings('  stint flush\n  stint flush --keep-sign-ins --env prod.env'))
    .action(async (options: Options) => finish(await flush(options, terminal)));
}
