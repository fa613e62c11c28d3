// The program's start: what changes the whole process, and then the command.
import { ok } from '../../shared/kernel/result.ts';
import { EXIT, type ExitCode } from './base/exit-code.ts';
import { systemErrorCode } from './base/system-error.ts';
import { useProxies } from './base/use-proxies.ts';
import { type CommandName, main } from './main.ts';

/** The others use no proxy, so one that cannot be used is nothing to them. */
const ASK_A_DEPLOYMENT: ReadonlySet<string> = new Set<CommandName>([
  'login',
  'logout',
  'whoami',
  'roles',
  'credentials',
]);

/**
 * Whoever reads the output may stop, as `head` does, or the disk be full: the command ends then, as by SIGPIPE, and not
 * with the exit code of a wrong document. Without somewhere to say things, they are not said.
 */
function endWithoutOutput(): void {
  process.stdout.on('error', (error) => {
    if (systemErrorCode(error) !== 'EPIPE')
      process.stderr.write('standard output cannot be written: make room\n');
    process.exit(EXIT.service);
  });
  process.stderr.on('error', () => undefined);
}

export async function start(argv: readonly string[]): Promise<ExitCode> {
  endWithoutOutput();
  const used = ASK_A_DEPLOYMENT.has(argv[0] ?? '') ? await useProxies(process.env) : ok(undefined);
  if (used.ok) return main(argv);
  process.stderr.write(`${used.error}\n`);
  return EXIT.usage;
}
