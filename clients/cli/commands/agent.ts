// `stint agent`: serves a role's credentials to programs of this machine that can be told a URL but no token, and renews them
// until it is stopped.
import { isIPv4 } from 'node:net';
import { InvalidArgumentError } from 'commander';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import { environmentLines, formatAgent, type RunningAgent } from '../agent/describe-agent.ts';
import { METADATA_ADDRESS } from '../agent/metadata-wire.ts';
import { type AgentOptions, type MetadataAddress, runAgent } from '../agent/run-agent.ts';
import { startInBackground } from '../agent/start-in-background.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import {
  type Cli,
  DURATION_OPTION,
  finishWith,
  formatExamples,
  JSON_OPTION,
  parseNumber,
  parsePortFrom,
  TOKEN_FILE_OPTION,
  URL_OPTION,
} from './command.ts';

interface AgentCommandOptions extends Omit<AgentOptions, 'metadata'> {
  readonly json?: boolean;
  readonly export?: boolean;
  /** True: at the address of ECS. */
  readonly metadata?: MetadataAddress | true;
}

const EXPORT = '--export';
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const HELP = `
The agent runs until it is stopped. It prints the lines that a program's shell needs, and a line for each renewal beside.
${formatExamples(
  'stint agent media-uploader',
  'eval "$(stint agent media-uploader --export)"',
  'stint agent media-uploader arms-reader --port 9911 --secret-file ~/.stint-agent',
  'stint agent exporter --url https://stint.example.com --token-file /var/run/secrets/stint/token',
)}`;

const parsePort = parsePortFrom(0);
const parseUser = parseNumber(0, 2 ** 32 - 2, 'Give the number of a user, as id -u prints it.');

const ECS_METADATA: MetadataAddress = { address: METADATA_ADDRESS, port: 80 };

function parseMetadataAddress(text: string): MetadataAddress {
  const [address = '', port = '80', ...more] = text.split(':');
  if (!isIPv4(address) || more.length > 0)
    throw new InvalidArgumentError('Give an IPv4 address of this machine, such as 127.0.0.1:8080.');
  return { address, port: parsePort(port) };
}

const lastLineOf = (pid: number): string => `# To end the agent: kill ${pid}`;

function* describeLines(agent: RunningAgent, env: Terminal['env']): Iterable<string> {
  const [first = '', ...others] = agent.roles.map(showable);
  yield `# Serving ${first} until the agent ends. In the shell of the program:`;
  yield* environmentLines(agent, env);
  if (others.length > 0) yield `# For another role, end the URI with its name: ${others.join(', ')}`;
  yield lastLineOf(agent.pid);
}

/** In the background. Each line ends with a semicolon and none is a comment: `eval $(…)` without quotes joins them. */
async function exportAgent(
  { json }: AgentCommandOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  if (json) return wrongUsage('give --export, for a shell, or --json, for programs: not both');
  const started = await startInBackground(EXPORT, lastLineOf, terminal);
  if (!started.ok) return started;
  const { pid, lines } = started.value;
  const statements = [...lines.filter((line) => !line.startsWith('#')), `export STINT_AGENT_PID=${pid}`];
  for (const statement of statements) terminal.out(`${statement};`);
  return ok(undefined);
}

function printAgent({ json }: AgentCommandOptions, agent: RunningAgent, terminal: Terminal): void {
  if (json) terminal.out(formatAgent(agent));
  else for (const line of describeLines(agent, terminal.env)) terminal.out(line);
}

/** Resolves at the first signal. A second one ends the process at once. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      for (const signal of STOP_SIGNALS) process.off(signal, stop);
      resolve();
    };
    for (const signal of STOP_SIGNALS) process.once(signal, stop);
  });
}

const readOptions = ({ metadata, ...options }: AgentCommandOptions): AgentOptions => ({
  ...options,
  ...(metadata === undefined ? {} : { metadata: metadata === true ? ECS_METADATA : metadata }),
});

export function addAgent(cli: Cli): void {
  const { terminal } = cli;
  cli.program
    .command('agent')
    .description('serve credentials to programs of this machine that take no token')
    .argument('[role...]', 'the roles’ names, as stint roles shows them, or their RoleArns')
    .option('--all', 'every role that you may take now')
    .option(...DURATION_OPTION)
    .option(...TOKEN_FILE_OPTION)
    .option('--port <port>', 'the port on 127.0.0.1 (default: one that is free)', parsePort, 0)
    .option(
      '--secret-file <file>',
      'keep the secret of the URI in this file, for the next start (default: a new one)',
    )
    .option('--aws', 'serve the container protocol of the AWS SDKs, too')
    .option(
      '--metadata [address]',
      `serve the metadata service of ECS, too (default: at ${METADATA_ADDRESS}:80)`,
      parseMetadataAddress,
    )
    .option('--metadata-v1', 'let programs ask the metadata service without a token')
    .option(
      '--allow-user <id>',
      'serve programs of this user, too; may be repeated',
      (text: string, before: readonly number[]) => [...before, parseUser(text)],
      [],
    )
    .option(EXPORT, 'start in the background, and print the lines for eval')
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', HELP)
    .action((roles: readonly string[], options: AgentCommandOptions) =>
      finishWith(
        cli,
        options.export
          ? exportAgent(options, terminal)
          : runAgent(roles, readOptions(options), terminal, (agent) => {
              const stopped = untilStopped();
              printAgent(options, agent, terminal);
              return stopped;
            }),
      ),
    );
}
