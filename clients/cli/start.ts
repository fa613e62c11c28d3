// The program's start: what changes the whole process, and then the command.
import { EXIT, type ExitCode } from './exit-code.ts';
import { main } from './main.ts';
import { useProxies } from './use-proxies.ts';

export async function start(argv: readonly string[]): Promise<ExitCode> {
  const used = await useProxies(process.env);
  if (used.ok) return main(argv);
  process.stderr.write(`${used.error}\n`);
  return EXIT.usage;
}
