// Refusals of the request itself, of the rules and of limits, and services that failed.
import type {
  CloudReason,
  DenyReason,
  LimitReason,
  RateReason,
  RequestReason,
} from '../../shared/kernel/failure.ts';
import type { Refusals } from './refusal.ts';

export const REQUEST = {
  'body-aborted': ['The body ended before its end.', 'caller', 'Send it whole.'],
  'body-unreadable': ['The body is no JSON, or JSON with two readings.', 'caller', 'Send plain JSON.'],
  'body-invalid': ['A field is wrong; `errors` of the answer names it.', 'caller', 'Correct the field.'],
  'body-too-large': ['The body has more than 64 KB, or is nested too deeply.', 'caller', 'Send less.'],
  'media-type': ['The body is of another media type.', 'caller', 'Send `application/json`.'],
  'no-route': ['There is no such address.', 'caller', 'Look at `openapi.yaml`.'],
  method: ['The address does not take this method.', 'caller', 'Use one of `Allow`.'],
} as const satisfies Refusals<RequestReason>;

export const RATE = {
  'address-limit': [
    'The address sends too many requests without a proof.',
    'caller',
    'Wait as `Retry-After` says.',
  ],
  'total-limit': [
    'There are too many requests without a proof in all.',
    'operator',
    'Look for a flood: [rate limits](rate-limits.md).',
  ],
  'instance-limit': [
    'The instance works on as many requests as it can; only the numbers tell of it.',
    'operator',
    'Look at `overloaded` in the numbers: [rate limits](rate-limits.md#too-many-at-the-same-time).',
  ],
  'caller-limit': ['The caller asks too often.', 'caller', 'Keep credentials until `refreshAfter`.'],
  'provider-limit': [
    'The callers of the provider ask too often.',
    'operator',
    'Raise `limits` of the provider.',
  ],
  'session-limit': [
    'The caller began too many sessions in this hour.',
    'caller',
    'Use credentials again until `refreshAfter`.',
  ],
  'sts-share': [
    'The provider has used its share of the calls to STS.',
    'operator',
    'Raise `limits`, or the quota of STS.',
  ],
} as const satisfies Refusals<RateReason>;

export const DENY = {
  'no-grant': [
    'No grant gives the caller this role.',
    'operator',
    'Add a grant, if there should be one; `POST /v1/explain` shows what there is.',
  ],
  'no-permission': [
    'No grant gives the caller this permission.',
    'operator',
    'Add a grant with `permission`.',
  ],
  blocked: [
    'An operator blocked the caller or the role for some time; the cause is the id of the block.',
    'operator',
    '`stint blocks`, then `stint unblock`, or wait: [flush.md](flush.md#for-some-time).',
  ],
  'role-unknown': ['The rules have no such role.', 'caller', 'Ask for a role of `GET /v1/roles`.'],
  'claim-unusable': [
    'A claim fills no variable of the session policy: it is missing, or not as the pattern demands.',
    'operator',
    'Correct the pattern, or the claim at the issuer.',
  ],
  'policy-check-failed': [
    'The composed policy is not provably within the grant.',
    'operator',
    'This should not happen: report it.',
  ],
  'condition-false': [
    'The condition `when` of the grant is false.',
    'operator',
    'Compare the condition with the claims that `POST /v1/explain` shows.',
  ],
  'source-ip': [
    'The address of the caller is unknown, or not one of `sourceIp`.',
    'caller',
    'Ask from the network that the grant names.',
  ],
  'outside-time-window': ['The request is outside the time window of the grant.', 'caller', 'Ask within it.'],
  'constraint-unsatisfiable': [
    'A constraint cannot be met by this request.',
    'operator',
    'Compare the constraints with `POST /v1/explain`.',
  ],
  'mfa-missing': ['The grant needs a second factor.', 'caller', 'Sign in with one.'],
  'auth-time-missing': [
    'The grant needs a recent sign-in, and the token does not say when it was.',
    'issuer',
    'Send `auth_time`.',
  ],
  'auth-too-old': ['The sign-in is too long ago.', 'caller', 'Sign in again.'],
  'origin-not-allowed': [
    'The request comes from a web page that the provider does not name.',
    'operator',
    'Add the origin to `allowedOrigins`, if it is yours.',
  ],
} as const satisfies Refusals<DenyReason>;

export const LIMIT = {
  'policy-wider-than-grant': [
    'The policy of the request is not provably within the grant.',
    'caller',
    'Narrow the statement that the answer names.',
  ],
  'policy-too-large': [
    'The session policy has more than 2,048 bytes.',
    'caller',
    'Send a shorter policy; operators shorten the one of the grant.',
  ],
  'duration-over-grant': [
    'The duration is longer than the grant gives.',
    'caller',
    'Ask for less, or leave it out.',
  ],
} as const satisfies Refusals<LimitReason>;

export const CLOUD = {
  'rules-unreadable': [
    'A row of the rules, the flushes or the blocks cannot be read; the cause says which.',
    'operator',
    'Apply the rules again; `stint blocks` says how to mend a row of blocks.',
  ],
  'rules-changed': ['The rules changed several times while the request ran.', 'caller', 'Ask again.'],
  'store-failed': [
    'Tablestore did not do what it was asked; the cause is its code.',
    'operator',
    'Look at the instance, the network and the RAM policy of the function.',
  ],
  'keys-unreachable': [
    'The key set of the issuer cannot be fetched.',
    'issuer',
    'Make the key set reachable.',
  ],
  'keys-unreadable': ['What the issuer publishes is no key set.', 'issuer', 'Publish a JWK Set.'],
  'request-late': [
    'The signed request of the caller is too old for STS.',
    'caller',
    'Set the clock, and sign a new one.',
  ],
  'sts-throttled': ['STS limits the calls.', 'operator', 'Raise the quota of STS.'],
  'sts-refused': [
    'STS refuses Stint itself; the cause is its code.',
    'operator',
    'Correct the trust policy, the ExternalId or the RAM policy of the function.',
  ],
  'sts-failed': [
    'STS did not answer in time, or failed.',
    'operator',
    'Wait; look at the endpoint and the network.',
  ],
  'sts-answer-unusable': [
    'The answer of STS is not what was asked for.',
    'operator',
    'Look at `STINT_STS_ENDPOINT`; report it.',
  ],
  'audit-lost': [
    'The audit row could not be written, so nothing was given.',
    'operator',
    'Look at Tablestore.',
  ],
} as const satisfies Refusals<CloudReason>;

export const BUG = {
  bug: ['An exception, which is a bug.', 'operator', 'Look at `bug` in the log, and report it.'],
} as const satisfies Refusals<'bug'>;
