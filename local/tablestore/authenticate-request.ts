// Finds out which key signed a request, and that the request is unchanged. Permissions are checked in authorize.ts.
import { ok } from '../../shared/kernel/result.ts';
import type { CallerDirectory, CloudCaller } from '../iam/identity.ts';
import { invalid, type Outcome, refuse } from './errors.ts';
import { CLOCK_SKEW_MAX_MS } from './ots-limits.ts';
import { contentMd5, equalSecretly, type OtsHeaders, signRequest } from './signed-headers.ts';

const API_VERSION = '2015-12-31';

export interface Authenticator {
  readonly callers: CallerDirectory;
  readonly instance: string;
  /** The account that owns the instance; undefined lets every known account own it. */
  readonly accountId: string | undefined;
  /** Whether the instance is there now; it may be created and deleted while the server runs. */
  readonly exists: () => boolean;
}

export interface SignedRequest {
  readonly path: string;
  readonly headers: OtsHeaders;
  readonly body: Uint8Array;
}

const denied = (message: string) => refuse('OTSAuthFailed', message);

/** Proves identity only: the date, the body's digest, the key, the signature and the instance. */
export function authenticateRequest(
  by: Authenticator,
  request: SignedRequest,
  now: Date,
): Outcome<CloudCaller> {
  const { headers } = request;
  if (headers.apiVersion !== API_VERSION) return invalid(`Invalid API version: ${headers.apiVersion}.`);
  const fresh = checkDate(headers.date, now);
  if (!fresh.ok) return fresh;
  if (!equalSecretly(contentMd5(request.body), headers.contentMd5)) {
    return denied('Mismatch between MD5 value of request body and x-ots-contentmd5 in header.');
  }
  const found = findCaller(by.callers, headers);
  if (!found.ok) return found;
  const expected = signRequest(found.value.accessKeySecret, request.path, headers.signedLines);
  if (!equalSecretly(expected, headers.signature)) return denied('Signature mismatch.');
  // Instance names are not case-sensitive (RAM custom policy page).
  if (headers.instance.toLowerCase() !== by.instance.toLowerCase() || !by.exists()) {
    return denied('The instance is not found.');
  }
  if (by.accountId !== undefined && by.accountId !== found.value.accountId) {
    return denied('The user has no privilege to access the instance.');
  }
  return found;
}

function checkDate(date: string, now: Date): Outcome<undefined> {
  const sent = Date.parse(date);
  if (Number.isNaN(sent)) return invalid(`Invalid date format: ${date}.`);
  if (Math.abs(now.getTime() - sent) > CLOCK_SKEW_MAX_MS) {
    return denied(`Mismatch between system time and x-ots-date: ${date}.`);
  }
  return ok(undefined);
}

function findCaller(callers: CallerDirectory, headers: OtsHeaders): Outcome<CloudCaller> {
  const lookup = callers.find(headers.accessKeyId, headers.securityToken);
  switch (lookup.kind) {
    case 'found':
      return ok(lookup.caller);
    case 'unknown-key':
      return denied('The AccessKeyID does not exist.');
    case 'wrong-token':
      return denied('The STS token is invalid.');
    case 'expired':
      return denied('The STS token is expired.');
  }
}
