// How the SDKs that manage an account are called: which client, a deadline for each call, faults as values. For the command
// line alone: neither function loads any of this.
import { setTimeout as pause } from 'node:timers/promises';
import type { Unseen } from '../../checks/cloud-reader.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { withinDeadline } from '../../kernel/within-deadline.ts';
import { type CloudCredentials, credentialSource } from './cloud-credentials.ts';
import { type CloudAction, type CloudFault, cloudFault } from './cloud-fault.ts';
import { endLateRequestsTo } from './end-late-requests.ts';
import { StsAnswerError } from './sts-fault.ts';

export interface ManagementOptions {
  readonly endpoint: string;
  readonly credentials: () => CloudCredentials;
}

/** Who calls, and where: for the resources that RAM policies name. */
export interface AccountPlace {
  readonly accountId: string;
  readonly region: string;
}

/** Creating an instance takes seconds. */
const DEADLINE_MS = 20_000;
const READ_TRIES = 3;
const FIRST_PAUSE_MS = 300;

const deadlineError = () => new StsAnswerError({ kind: 'unavailable', cause: 'deadline' });

/** The configuration of a generated client. Its own types ask for its credential class; it uses only getCredential(). */
export function clientConfig<T>({ endpoint, credentials }: ManagementOptions): T {
  endLateRequestsTo(endpoint, DEADLINE_MS);
  const { host, protocol } = new URL(endpoint);
  return {
    endpoint: host,
    protocol: protocol.replace(':', ''),
    credential: credentialSource(credentials),
  } as T;
}

/**
 * The class of a generated client. Node.js gives all that a CommonJS module exports as its default; tsx, which runs the
 * command, the default in it.
 */
export const clientClass = <T>(module: { readonly default: T }): T =>
  'default' in module ? module.default : (module as T);

/** Makes the value with the first call, and gives that one to every call: an SDK is loaded where it is used. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** One call that changes something. It is not repeated: after a fault `unavailable` look whether it happened. */
export async function change<T>(what: CloudAction, call: () => Promise<T>): Promise<Result<T, CloudFault>> {
  try {
    return ok(await withinDeadline(DEADLINE_MS, call, deadlineError));
  } catch (error) {
    return err(cloudFault(error, what));
  }
}

/** One call that reads, repeated where the service is busy. Gives undefined for what does not exist. */
export async function look<T>(
  what: CloudAction,
  call: () => Promise<T>,
): Promise<Result<T | undefined, CloudFault>> {
  for (let tried = 1; ; tried += 1) {
    const answer = await change(what, call);
    if (answer.ok) return answer;
    const { kind } = answer.error;
    if (kind === 'not-found') return ok(undefined);
    if (tried === READ_TRIES || (kind !== 'throttled' && kind !== 'unavailable')) return answer;
    await pause(FIRST_PAUSE_MS * tried);
  }
}

/** A change whose answer says no more than that it was made. */
export const nothing = <T>(made: Result<T, CloudFault>): Result<void, CloudFault> =>
  made.ok ? ok(undefined) : made;

/** For what is removed: a thing that is gone already is as it should be. */
export const unlessGone = <Fault extends { readonly kind: string }>(
  removed: Result<unknown, Fault>,
): Result<void, Fault> => (removed.ok || removed.error.kind === 'not-found' ? ok(undefined) : removed);

/** A look that failed, as the checks take it. */
export const unseen = ({ action, resource, kind, code }: CloudFault): Result<never, Unseen> =>
  err({ action, resource, isDenied: kind === 'denied', code });
