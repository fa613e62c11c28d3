// A deployment of Stint: the URL of its API, and the issuer of its session tokens. Two URLs that differ in one character
// are two deployments.
import { parseEndpointUrl } from '../../../shared/kernel/endpoint-url.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, wrongUsage } from './command-fault.ts';
import type { TerminalContext } from './terminal.ts';

export interface StintDeployment {
  /** Without a slash at its end. */
  readonly url: string;
  readonly issuer: string;
}

export interface DeploymentOptions {
  readonly url?: string;
}

export const deploymentAt = (url: string): StintDeployment => ({ url, issuer: `${url}/login` });

function parse(text: string, from: string): Result<StintDeployment, CommandFault> {
  const url = parseEndpointUrl(text);
  if (url?.search !== '')
    return wrongUsage(
      `${from} must be the https URL of a Stint deployment (http only for this machine), such as https://stint.example.com`,
    );
  return ok(deploymentAt(url.href.replace(/\/$/, '')));
}

/** From `--url`, STINT_URL, or `remembered`, the URL of the last sign-in. Fails without any, or with a malformed one. */
export function chooseDeployment(
  { url }: DeploymentOptions,
  { env }: TerminalContext,
  remembered: string | undefined,
): Result<StintDeployment, CommandFault> {
  if (url !== undefined) return parse(url, '--url');
  const variable = env['STINT_URL'];
  if (variable !== undefined && variable !== '') return parse(variable, 'STINT_URL');
  if (remembered !== undefined) return ok(deploymentAt(remembered));
  return wrongUsage(
    'which deployment? Run stint login --url https://stint.example.com, with the URL of yours',
  );
}
