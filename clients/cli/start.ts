// The program's start: what changes the whole process, and then the command.
import { ok } from '../../shared/kernel/result.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { main } from './main.ts';
import { useProxies } from './use-proxies.ts';

/** The others use no proxy, so one that cannot be used is nothing to them. */
const ASK_A_DEPLOYMENT: ReadonlySet<string> = new Set(['login', 'logout', 'whoami', 'roles', 'credentials']);

export async function start(argv: readonly string[]): Promise<ExitCode> {
  const used = ASK_A_DEPLOYMENT.has(argv[0] ?? '') ? await useProxies(process.env) : ok(undefined);
  if (used.ok) return main(argv);
  process.stderr.write(`${used.error}\n`);
  return EXIT.usage;
}
