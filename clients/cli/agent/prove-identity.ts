// With which proof the agent takes roles: a token from a file, which something else keeps fresh, or the person's sign-in. The
// proof is looked for again at each request, so that a renewed token or a new sign-in counts without a restart.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import { chooseDeployment, type DeploymentOptions } from '../base/deployment.ts';
import type { Terminal } from '../base/terminal.ts';
import type { ApiCaller } from '../credentials/call-api.ts';
import { useSession } from '../sign-in/use-session.ts';

export interface ProofOptions extends DeploymentOptions {
  /** The path of a file that holds one token. */
  readonly tokenFile?: string;
}

/** Gives the deployment and a token that it accepts now. */
export type FindProof = () => Promise<Result<ApiCaller, CommandFault>>;

/** RFC 6750 section 2.1: the characters of a bearer token. */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;
/** vend takes no longer token. */
const MAX_TOKEN_BYTES = 100_000;

function readToken(file: string): Result<Secret<string>, CommandFault> {
  try {
    const token = readFileSync(file, 'utf8').trim();
    return token.length <= MAX_TOKEN_BYTES && TOKEN.test(token)
      ? ok(new Secret(token))
      : wrongUsage(`${file} holds no token`);
  } catch {
    return wrongUsage(`${file} cannot be read: it must hold a token for the deployment`);
  }
}

/** Each call of the result reads the token file, or opens the sign-ins, anew. */
export const chooseProof = (options: ProofOptions, terminal: Terminal): FindProof =>
  options.tokenFile === undefined
    ? () => useSession(options, terminal)
    : proveByFile(resolve(terminal.folder, options.tokenFile), options, terminal);

const proveByFile =
  (file: string, options: DeploymentOptions, terminal: Terminal): FindProof =>
  async () => {
    const deployment = chooseDeployment(options, terminal, undefined);
    if (!deployment.ok) return deployment;
    const token = readToken(file);
    return token.ok ? ok({ url: deployment.value.url, tokens: { access: token.value } }) : token;
  };
