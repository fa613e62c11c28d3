// The tokens of a session in the system's keychain, under the name of their issuer.
import { readJson } from '../../../shared/kernel/read-json.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import { deploymentAt } from '../base/deployment.ts';
import type { Terminal } from '../base/terminal.ts';
import {
  type DeploymentSession,
  fromStored,
  StoredTokens,
  type Tokens,
  toStored,
} from './deployment-session.ts';

/** CRED_MAX_CREDENTIAL_BLOB_SIZE of Windows: Credential Manager has the lowest limit of all. */
const MAX_BYTES = 2_560;

const UNUSABLE =
  'the keychain of this system cannot be used: unlock it, or run stint login --store file to keep the sign-in in a file';

const accountOf = (url: string): string => deploymentAt(url).issuer;

/** A refresh gives another access token; the refresh token cannot be had again. */
const withoutAccess = (tokens: Tokens): Tokens => ({
  ...tokens,
  access: new Secret(''),
  accessEndsAt: new Date(0),
});

/** JSON of at most `MAX_BYTES`; without the access token where that would be too long. */
export function toKeychainText(tokens: Tokens): string {
  const text = JSON.stringify(toStored(tokens));
  return Buffer.byteLength(text) <= MAX_BYTES ? text : JSON.stringify(toStored(withoutAccess(tokens)));
}

export async function keepInKeychain(
  { url, tokens }: DeploymentSession,
  { openKeychain }: Terminal,
): Promise<Result<void, CommandFault>> {
  const keychain = await openKeychain();
  const written = await keychain?.write(accountOf(url), toKeychainText(tokens));
  return written?.ok ? ok(undefined) : wrongUsage(UNUSABLE);
}

/** Undefined when the keychain no longer holds it. Fails when there is no keychain, or it stays locked. */
export async function findInKeychain(
  url: string,
  { openKeychain }: Terminal,
): Promise<Result<DeploymentSession | undefined, CommandFault>> {
  const keychain = await openKeychain();
  const text = await keychain?.read(accountOf(url));
  if (!text?.ok) return wrongUsage(UNUSABLE);
  if (text.value === undefined) return ok(undefined);
  const stored = readJson(StoredTokens, text.value);
  return ok(stored && { url, tokens: fromStored(stored) });
}

export async function removeFromKeychain(
  url: string,
  { openKeychain }: Terminal,
): Promise<Result<void, CommandFault>> {
  const keychain = await openKeychain();
  const removed = await keychain?.remove(accountOf(url));
  return removed?.ok ? ok(undefined) : wrongUsage(UNUSABLE);
}
