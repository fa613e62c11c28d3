// Is this request signed by whom it names, freshly and for the first time? Says nothing about what they may do.
import { createHash, timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { IdentityLookup } from '../iam/find-caller.ts';
import type { Identity } from '../iam/identity.ts';
import { isTokenShaped } from '../iam/random-id.ts';
import { createOnceMemory, type OnceMemory } from './once-memory.ts';
import { type ClaimedCredentials, readCredentials } from './read-credentials.ts';
import type { GatewayErrorCode, RpcError } from './rpc-error.ts';
import type { RpcRequest } from './rpc-request.ts';

/** V3 page, x-acs-date: at most 15 minutes before. No source gives V2's window or one for dates ahead; taken as the same. */
const MAX_SKEW_MILLIS = 15 * 60 * 1000;

export interface Authentication {
  readonly find: (accessKeyId: string, securityToken: string | undefined) => IdentityLookup;
  readonly nonces: OnceMemory;
  readonly now: () => Date;
}

/** A date may lie as far ahead as behind, so a nonce can come back for twice the window. */
export const openAuthentication = (
  find: Authentication['find'],
  now: Authentication['now'],
): Authentication => ({ find, nonces: createOnceMemory(2 * MAX_SKEW_MILLIS), now });

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

function checkTimestamp(timestamp: string, now: Date): GatewayErrorCode | undefined {
  const millis = TIMESTAMP.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  if (Number.isNaN(millis)) return 'InvalidTimeStamp.Format';
  return Math.abs(now.getTime() - millis) > MAX_SKEW_MILLIS ? 'InvalidTimeStamp.Expired' : undefined;
}

/** Digests have one length, so the comparison tells nothing about how much of a guess was right. */
function sameSignature(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function wrongToken(securityToken: string | undefined): GatewayErrorCode {
  if (securityToken === undefined || securityToken === '') return 'MissingSecurityToken';
  return isTokenShaped(securityToken)
    ? 'InvalidSecurityToken.MismatchWithAccessKey'
    : 'InvalidSecurityToken.Malformed';
}

function lookUp(
  { accessKeyId, securityToken }: ClaimedCredentials,
  find: Authentication['find'],
): Result<Identity, RpcError> {
  const lookup = find(accessKeyId, securityToken);
  switch (lookup.kind) {
    case 'found':
      return ok(lookup.caller);
    case 'unknown-key':
      return err({ code: 'InvalidAccessKeyId.NotFound' });
    case 'wrong-token':
      return err({ code: wrongToken(securityToken) });
    case 'expired':
      return err({ code: 'InvalidSecurityToken.Expired' });
  }
}

export function authenticateCaller(
  request: RpcRequest,
  { find, nonces, now }: Authentication,
): Result<Identity, RpcError> {
  const claimed = readCredentials(request);
  if (!claimed.ok) return claimed;
  const { accessKeyId, nonce, signature, sign, timestamp } = claimed.value;
  const stale = checkTimestamp(timestamp, now());
  if (stale !== undefined) return err({ code: stale });
  const caller = lookUp(claimed.value, find);
  if (!caller.ok) return caller;
  if (!sameSignature(signature, sign(caller.value.accessKeySecret))) {
    return err({ code: 'SignatureDoesNotMatch' });
  }
  // Last, so that only the key's owner can use up a nonce.
  return nonces.take(`${accessKeyId} ${nonce}`, now().getTime())
    ? caller
    : err({ code: 'SignatureNonceUsed' });
}
