// With which proof a command asks the deployment: a token that it is told of, one that the platform gives to a job or a pod,
// or the person's sign-in. The first source that is present counts, in the order of docs/command-line.md. One that is present
// and does not work is an error that names it: the next source could be another identity.
import { lstatSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { Secret } from '../../../shared/kernel/secret.ts';
import { type CommandFault, EXIT, wrongUsage } from '../base/command-fault.ts';
import { chooseDeployment, type DeploymentOptions, type StintDeployment } from '../base/deployment.ts';
import { systemErrorCode } from '../base/system-error.ts';
import type { Terminal, TerminalContext } from '../base/terminal.ts';
import type { ApiCaller } from '../credentials/call-api.ts';
import { GITHUB_VARIABLES, parseToken } from './parse-token.ts';

export interface ProofOptions extends DeploymentOptions {
  /** The path of a file that holds one token. */
  readonly tokenFile?: string;
}

/** Gives the deployment and a token that it accepts now. */
export type FindProof = () => Promise<Result<ApiCaller, CommandFault>>;

interface ProofSource {
  /** For messages; it names the option, the variable or the file, and holds no token. */
  readonly name: string;
  token(deployment: StintDeployment): Promise<Result<Secret<string>, CommandFault>>;
}

type FindSource = (context: TerminalContext, options: ProofOptions) => ProofSource | undefined;

/** Where docs/for-kubernetes-owners.md mounts the token. The pod's own token is for the API server, and is never sent. */
const MOUNTED_TOKEN = '/var/run/secrets/stint/token';

const RRSA_VARIABLE = 'ALIBABA_CLOUD_OIDC_TOKEN_FILE';

/** The variables by which a program could prove the identity of this one. */
export const PROOF_VARIABLES: readonly string[] = [
  'STINT_TOKEN',
  'STINT_ID_TOKEN',
  ...Object.values(GITHUB_VARIABLES),
  RRSA_VARIABLE,
];

function tokenIn(text: string, name: string): Result<Secret<string>, CommandFault> {
  const token = parseToken(text);
  return token === undefined ? wrongUsage(`${name} holds no token`) : ok(token);
}

function readTokenFile(file: string, name: string): Result<Secret<string>, CommandFault> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return wrongUsage(`${name} cannot be read: it must hold a token for the deployment`);
  }
  return tokenIn(text, name);
}

const fromFile = (file: string, name: string): ProofSource => ({
  name,
  token: async () => readTokenFile(file, name),
});

/** An empty variable counts as unset. */
const fromVariable =
  (name: 'STINT_TOKEN' | 'STINT_ID_TOKEN'): FindSource =>
  ({ env }) => {
    const text = env[name] ?? '';
    if (text === '') return undefined;
    return { name, token: async () => tokenIn(text, name) };
  };

/** Read for each request, since something else renews it. */
const fromOption: FindSource = ({ folder }, { tokenFile }) =>
  tokenFile === undefined ? undefined : fromFile(resolve(folder, tokenFile), tokenFile);

const fromGithub: FindSource = ({ env }) =>
  Object.values(GITHUB_VARIABLES).some((name) => (env[name] ?? '') !== '')
    ? {
        name: 'the id token of the GitHub Actions job',
        async token({ url }) {
          const { requestGithubToken } = await import('./github-token.ts');
          return requestGithubToken(env, env['STINT_AUDIENCE'] || url);
        },
      }
    : undefined;

/** A file that this process may not look at is present. */
function isPresent(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return systemErrorCode(error) !== 'ENOTDIR';
  }
}

const fromMount =
  (file: string): FindSource =>
  () =>
    isPresent(file) ? fromFile(file, file) : undefined;

const fromRrsa: FindSource = ({ env, folder }) => {
  const file = env[RRSA_VARIABLE] ?? '';
  return file === '' ? undefined : fromFile(resolve(folder, file), `${RRSA_VARIABLE} (${file})`);
};

/** Explicit before implicit, and the platform's before the sign-in: a job acts as itself on every machine. */
const inOrder = (mounted: string): readonly FindSource[] => [
  fromOption,
  fromVariable('STINT_TOKEN'),
  fromGithub,
  fromVariable('STINT_ID_TOKEN'),
  fromMount(mounted),
  fromRrsa,
];

/** The deployment of the last sign-in does not count: no token goes to a deployment that it was not made for. */
async function proveBy(
  source: ProofSource,
  options: ProofOptions,
  terminal: Terminal,
): Promise<Result<ApiCaller, CommandFault>> {
  if (options.url === undefined && !terminal.env['STINT_URL'])
    return wrongUsage(`which deployment is ${source.name} for? Give --url, or set STINT_URL`);
  const deployment = chooseDeployment(options, terminal, undefined);
  if (!deployment.ok) return deployment;
  const token = await source.token(deployment.value);
  if (!token.ok) return token;
  return ok({ url: deployment.value.url, tokens: { access: token.value }, proof: source.name });
}

async function proveBySignIn(
  options: ProofOptions,
  terminal: Terminal,
): Promise<Result<ApiCaller, CommandFault>> {
  const { useSession } = await import('../sign-in/use-session.ts');
  const session = await useSession(options, terminal);
  if (session.ok || session.error.exitCode !== EXIT.refused || terminal.env['GITHUB_ACTIONS'] !== 'true')
    return session;
  const hint = 'in a GitHub Actions job, write “permissions: id-token: write”';
  return { ok: false, error: { ...session.error, message: `${session.error.message}; ${hint}` } };
}

function findSource(
  options: ProofOptions,
  context: TerminalContext,
  mounted: string,
): ProofSource | undefined {
  for (const find of inOrder(mounted)) {
    const source = find(context, options);
    if (source !== undefined) return source;
  }
  return undefined;
}

/** Whether no other source is present, so that `chooseProof` takes the person's sign-in. */
export const isProvedBySignIn = (options: ProofOptions, context: TerminalContext): boolean =>
  findSource(options, context, MOUNTED_TOKEN) === undefined;

/**
 * Chooses the source once, so that a token that disappears later is an error and no change of identity. Each call of the
 * result gets a fresh token from it. `mounted`: the path of the pod's token.
 */
export function chooseProof(
  options: ProofOptions,
  terminal: Terminal,
  mounted: string = MOUNTED_TOKEN,
): FindProof {
  const source = findSource(options, terminal, mounted);
  return source === undefined
    ? () => proveBySignIn(options, terminal)
    : () => proveBy(source, options, terminal);
}
