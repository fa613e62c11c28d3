// `stint console`: opens the portal's page that leads to the Alibaba Cloud console as a role. The person's own click there opens
// the console; this command takes no credentials, and the address holds no secret.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import { chooseDeployment, type DeploymentOptions } from '../base/deployment.ts';
import type { Terminal } from '../base/terminal.ts';
import { pickRole } from '../credentials/pick-role.ts';
import { withSessions } from '../sessions/session-book.ts';
import { openInBrowser, whyNoBrowser } from '../sign-in/open-in-browser.ts';
import { useSession } from '../sign-in/use-session.ts';
import { type Cli, finishWith, formatExamples, ROLE_ARGUMENT, URL_OPTION } from './command.ts';

interface ConsoleOptions extends DeploymentOptions {
  readonly to?: string;
  readonly printUrl?: boolean;
}

/** The portal's page, of functions/login/paths/page-paths.ts. */
const CONSOLE_PAGE = '/portal/console';

const HELP = `
The page asks before it opens the console. It signs you in first, if the browser is not signed in. --to is any page of the
console; the deployment refuses other addresses.
${formatExamples(
  'stint console media-uploader',
  'stint console media-uploader --to https://oss.console.aliyun.com/',
  'stint console media-uploader --print-url',
)}`;

interface Choice {
  readonly url: string;
  readonly role: string;
}

/** A role that is named needs no sign-in on this machine, since the browser has one of its own. */
async function atDeployment(
  role: string,
  options: ConsoleOptions,
  terminal: Terminal,
): Promise<Result<Choice, CommandFault>> {
  const named = chooseDeployment(options, terminal, undefined);
  if (named.ok) return ok({ url: named.value.url, role });
  return withSessions(terminal, async (book) => {
    const deployment = chooseDeployment(options, terminal, book.current);
    return deployment.ok ? ok({ url: deployment.value.url, role }) : deployment;
  });
}

async function choose(options: ConsoleOptions, terminal: Terminal): Promise<Result<Choice, CommandFault>> {
  const session = await useSession(options, terminal);
  if (!session.ok) return session;
  const role = await pickRole(undefined, session.value, terminal);
  return role.ok ? ok({ url: session.value.url, role: role.value }) : role;
}

const pageFor = ({ url, role }: Choice, to: string | undefined): string =>
  `${url}${CONSOLE_PAGE}?${new URLSearchParams({ role, ...(to !== undefined && { to }) })}`;

async function openConsole(
  named: string | undefined,
  options: ConsoleOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const { to, printUrl } = options;
  if (to !== undefined && !URL.canParse(to))
    return wrongUsage('--to must be the address of a page, such as https://oss.console.aliyun.com/');
  const choice = await (named === undefined
    ? choose(options, terminal)
    : atDeployment(named, options, terminal));
  if (!choice.ok) return choice;
  const page = pageFor(choice.value, to);
  const { env, note, out } = terminal;
  const hindrance = whyNoBrowser(env);
  if (!printUrl && hindrance === undefined) {
    note(`Your browser opens the portal now. If it does not, open this address:\n\n  ${page}`);
    openInBrowser(new URL(page), env, () => note('No browser opened: open the address yourself.'));
    return ok(undefined);
  }
  if (!printUrl) note(`No browser opens here: ${hindrance}. Open this address in yours:`);
  out(page);
  return ok(undefined);
}

export function addConsole(cli: Cli): void {
  cli.program
    .command('console')
    .description('open the Alibaba Cloud console as a role, in the browser')
    .argument(...ROLE_ARGUMENT)
    .option('--to <url>', 'the page of the console to arrive at (default: its start page)')
    .option('--print-url', 'print the address of the page, and open nothing')
    .option(...URL_OPTION)
    .addHelpText('after', HELP)
    .action((role: string | undefined, options: ConsoleOptions) =>
      finishWith(cli, openConsole(role, options, cli.terminal)),
    );
}
