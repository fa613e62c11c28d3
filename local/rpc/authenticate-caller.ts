// Finds out which key signed a request: reads the credentials of either signature method into one shape, looks the key up,
// verifies the signature and refuses a stale date and a nonce that was used before. Permissions are checked elsewhere.

import { createHash, timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { IdentityLookup } from '../iam/find-caller.ts';
import type { Identity } from '../iam/identity.ts';
import { isTokenShaped } from '../iam/random-id.ts';
import type { GatewayErrorCode, RpcError } from './rpc-error.ts';
import type { RpcRequest } from './rpc-request.ts';
import { sha256Hex, signV2, signV3 } from './signatures.ts';

/** What a request says about its sender, in either signature method. Not verified. */
interface ClaimedCredentials {
  readonly accessKeyId: string;
  readonly securityToken: string | undefined;
  readonly timestamp: string;
  readonly nonce: string;
  readonly signature: string;
  /** The signature that the right secret gives. */
  readonly sign: (accessKeySecret: string) => string;
}

const AUTHORIZATION =
  /^ACS3-HMAC-SHA256 Credential=([^,\s]+),SignedHeaders=([a-z0-9-]+(?:;[a-z0-9-]+)*),Signature=([0-9a-f]{64})$/;

const REQUIRED_HEADERS = [
  'host',
  'x-acs-action',
  'x-acs-content-sha256',
  'x-acs-date',
  'x-acs-signature-nonce',
  'x-acs-version',
];

const mustBeSigned = (name: string): boolean =>
  name.startsWith('x-acs-') || name === 'host' || name === 'content-type';

/** Every header that the service acts on must be signed: an unsigned one could have been changed on the way. */
function coversHeaders(signed: readonly string[], present: ReadonlyMap<string, string>): boolean {
  const sorted = signed.every((name, i) => i === 0 || (signed[i - 1] ?? '') < name);
  const required = [...REQUIRED_HEADERS, ...[...present.keys()].filter(mustBeSigned)];
  return (
    sorted && signed.every((name) => present.has(name)) && required.every((name) => signed.includes(name))
  );
}

function readV3(request: RpcRequest, authorization: string): Result<ClaimedCredentials, RpcError> {
  const { headers } = request;
  const [, accessKeyId, signedList, signature] = AUTHORIZATION.exec(authorization) ?? [];
  if (accessKeyId === undefined || signedList === undefined || signature === undefined) {
    return err({ code: 'IncompleteSignature' });
  }
  const signedHeaders = signedList.split(';');
  if (!coversHeaders(signedHeaders, headers)) return err({ code: 'IncompleteSignature' });
  if (headers.get('x-acs-content-sha256') !== sha256Hex(request.body)) {
    return err({ code: 'SignatureDoesNotMatch' });
  }
  return ok({
    accessKeyId,
    securityToken: headers.get('x-acs-security-token'),
    timestamp: headers.get('x-acs-date') ?? '',
    nonce: headers.get('x-acs-signature-nonce') ?? '',
    signature,
    sign: (secret) => signV3({ ...request, signedHeaders }, secret),
  });
}

const REQUIRED_PARAMETERS = ['AccessKeyId', 'Signature', 'SignatureNonce', 'Timestamp'];

function readV2({ method, parameters }: RpcRequest): Result<ClaimedCredentials, RpcError> {
  const [accessKeyId = '', signature = '', nonce = '', timestamp = ''] = REQUIRED_PARAMETERS.map((name) =>
    parameters.get(name),
  );
  if (
    [accessKeyId, signature, nonce, timestamp].includes('') ||
    parameters.get('SignatureMethod') !== 'HMAC-SHA1' ||
    parameters.get('SignatureVersion') !== '1.0'
  ) {
    return err({ code: 'IncompleteSignature' });
  }
  const signed = new Map([...parameters].filter(([name]) => name !== 'Signature'));
  const sign = (secret: string): string => signV2(method, signed, secret);
  return ok({
    accessKeyId,
    securityToken: parameters.get('SecurityToken'),
    timestamp,
    nonce,
    signature,
    sign,
  });
}

function readCredentials(request: RpcRequest): Result<ClaimedCredentials, RpcError> {
  const authorization = request.headers.get('authorization');
  return authorization === undefined ? readV2(request) : readV3(request, authorization);
}

/** Remembers nonces for as long as they could be presented again. */
interface OnceMemory {
  /** False when the key was taken before and has not expired since. */
  take(key: string, now: number): boolean;
}

function createOnceMemory(lifeMillis: number): OnceMemory {
  /** Insertion order is order of expiry, so the oldest are at the front. */
  const takenUntil = new Map<string, number>();
  return {
    take(key, now) {
      for (const [old, until] of takenUntil) {
        if (until > now) break;
        takenUntil.delete(old);
      }
      if (takenUntil.has(key)) return false;
      takenUntil.set(key, now + lifeMillis);
      return true;
    },
  };
}

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

/** Compares digests, which have one length, so that the time it takes reveals nothing of a partly right guess. */
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

/** Gives the identity whose key signed the request, or the error that the API gateway answers with. */
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
