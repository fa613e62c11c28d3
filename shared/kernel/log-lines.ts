// Every line that the functions log: its name and its fields. Operators search for these names and set alarms on them, so no line
// has a name that is not listed. The types of Logger come from here; docs/log.md is generated from it. No text of it is in a bundle.
import { LOGIN_NUMBERS, type LoginNumber, VEND_NUMBERS, type VendNumber } from './number-names.ts';

type FieldKind = 'text' | 'number';

interface LogLineKind {
  readonly by: readonly ('vend' | 'login' | 'sweep')[];
  readonly means: string;
  readonly fields: Readonly<Record<string, FieldKind>>;
}

const ofRequest = { requestId: 'text' } as const;

const numberFields = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, 'number'])) as Readonly<Record<Name, 'number'>>;

/** What each number of a line counts, since the line before. */
export const NUMBER_MEANINGS = {
  requests: 'requests answered: of `vend` those to `/v1/…` and other wires, of `login` all',
  refused: 'of these, answered with 4xx',
  failed: 'of these, answered with 5xx: Stint or a service behind it is at fault',
  requestMs: 'milliseconds that all requests took together, each from its last byte to its answer',
  requestMaxMs: 'milliseconds of the slowest request',
  over100ms: 'requests that took more than 100 ms',
  over1000ms: 'requests that took more than a second',
  over5000ms: 'requests that took more than five seconds',
  overloaded:
    'of those answered with 4xx, the ones that were refused unread, since the instance had too many at the same time ([rate limits](rate-limits.md#too-many-at-the-same-time))',
  vends: 'requests answered with credentials',
  reused: 'of these, with credentials that had been issued for an earlier request',
  knownProofs: 'proofs that were verified before, and not again',
  assumeRoleCalls: 'calls of AssumeRole; Alibaba Cloud allows 100 a second for each account',
  assumeRoleThrottled: 'of these, throttled by STS',
  assumeRoleFailed: 'of these, refused by STS, or without a usable answer',
  authenticateMs: 'milliseconds of authenticate and limit, all requests together',
  authenticateMaxMs: 'the same, of the slowest request',
  decideMs: 'milliseconds of grants, decide and compose, all requests together',
  decideMaxMs: 'the same, of the slowest request',
  assumeMs: 'milliseconds of assume, which waits for STS, all requests together',
  assumeMaxMs: 'the same, of the slowest request',
  auditMs: 'milliseconds of audit, which waits for Tablestore, all requests together',
  auditMaxMs: 'the same, of the slowest request',
  signOns: 'sign-ins of people',
  refusedSignOns: 'sign-ins that were refused',
} as const satisfies Readonly<Record<VendNumber | LoginNumber, string>>;

export const LOG_LINES = {
  started: {
    by: ['vend', 'login', 'sweep'],
    means:
      'An instance listens: the version of Node.js, and whether V8 took the code cache of `vend` (`accepted`), refused it (`rejected`), or found none for this version (`none`). `login` and `sweep` have none.',
    fields: { node: 'text', codeCache: 'text' },
  },
  refused: {
    by: ['vend', 'login'],
    means:
      'A request was refused: the code that the caller was told, and the reason, which only this line and the audit row have.',
    fields: {
      ...ofRequest,
      action: 'text',
      stage: 'text',
      code: 'text',
      reason: 'text',
      cause: 'text',
      role: 'text',
      providerError: 'text',
    },
  },
  bug: {
    by: ['vend', 'login', 'sweep'],
    means: 'An exception, answered with 500: the class of the error, and where it was thrown. Report it.',
    fields: { ...ofRequest, name: 'text', at: 'text' },
  },
  'vend-numbers': {
    by: ['vend'],
    means:
      'What an instance did in the last `seconds`: one line in ten seconds, written by a request ([numbers](#numbers)).',
    fields: { seconds: 'number', ...numberFields(VEND_NUMBERS) },
  },
  'login-numbers': {
    by: ['login'],
    means: 'The same of `login` ([numbers](#numbers)).',
    fields: { seconds: 'number', ...numberFields(LOGIN_NUMBERS) },
  },
  'grant-unreadable': {
    by: ['vend'],
    means: 'A column of table `access` cannot be read, and grants nothing.',
    fields: { column: 'text', revision: 'text' },
  },
  'counter-failed': {
    by: ['vend'],
    means: 'The sessions of a caller could not be counted across instances, so this one counts alone.',
    fields: { cause: 'text', provider: 'text' },
  },
  'hub-unavailable': {
    by: ['vend'],
    means:
      'A hub role cannot be assumed, or STS does not take the credentials of its session any more: calls of AssumeRole go through the other accounts.',
    fields: { hubRoleArn: 'text', cause: 'text' },
  },
  'hub-refused': {
    by: ['vend'],
    means:
      'STS refuses a role to a hub role: the trust policy of the role, or the policy of the hub role, does not name the other. Calls for the role go through the other accounts.',
    fields: { hubRoleArn: 'text', roleArn: 'text', cause: 'text' },
  },
  'issuer-key-new': {
    by: ['vend', 'login'],
    means: 'An issuer publishes a key that was never seen before.',
    fields: { provider: 'text', thumbprint: 'text', kid: 'text', alg: 'text' },
  },
  'issuer-key-changed': {
    by: ['vend', 'login'],
    means: 'The same, and another key, `before`, had its `kid`.',
    fields: { provider: 'text', thumbprint: 'text', kid: 'text', alg: 'text', before: 'text' },
  },
  'issuer-key-unrecorded': {
    by: ['vend', 'login'],
    means: 'A key could not be noted in table `keys`.',
    fields: { provider: 'text', thumbprint: 'text', kid: 'text', alg: 'text', cause: 'text' },
  },
  'issuer-key-unusable': {
    by: ['vend', 'login'],
    means: 'An issuer publishes a key that Stint does not use, and should mend it.',
    fields: { provider: 'text', kid: 'text', cause: 'text' },
  },
  'saml-metadata-changed': {
    by: ['login'],
    means:
      'The metadata of a SAML identity provider changed: `what` is a certificate that was added or removed, with the thumbprint of its key, or an address, with the new one.',
    fields: { connection: 'text', what: 'text', value: 'text' },
  },
  'saml-metadata-unread': {
    by: ['login'],
    means:
      'The metadata of a SAML identity provider could not be read, or cannot be used. The last good ones serve for 24 hours.',
    fields: { connection: 'text', cause: 'text' },
  },
  'saml-metadata-unkept': {
    by: ['login'],
    means: 'What was read could not be written to table `idp_metadata`. It serves in this instance alone.',
    fields: { connection: 'text', cause: 'text' },
  },
  'activity-lost': {
    by: ['login'],
    means: 'An action is in the audit trail, and missing in the list that the person sees.',
    fields: { ...ofRequest, cause: 'text' },
  },
  'recheck-unanswered': {
    by: ['login'],
    means:
      'An identity provider was asked again about a person who is signed in, and did not answer: the session goes on for 15 minutes, and then the person must sign in.',
    fields: { ...ofRequest, connection: 'text', reason: 'text', cause: 'text', providerError: 'text' },
  },
  'refresh-token-missing': {
    by: ['login'],
    means:
      'A connection with `recheck` got no refresh token, or one that is too long to keep: the person must sign in again after the interval.',
    fields: { ...ofRequest, connection: 'text' },
  },
  'logout-unconfirmed': {
    by: ['login'],
    means: 'An identity provider did not confirm the end of a session; here it has ended.',
    fields: { ...ofRequest, connection: 'text', cause: 'text' },
  },
  'keys-not-read': {
    by: ['login'],
    means:
      'The function could not read its own keys. A running instance goes on for five minutes; without keys every request gets 503.',
    fields: { reason: 'text', cause: 'text' },
  },
  'keys-written': {
    by: ['login'],
    means: 'The function made or changed its own keys, `ordered` by an administrator or by the timetable.',
    fields: { kind: 'text', generation: 'number', ordered: 'text' },
  },
  'keys-not-changed': {
    by: ['login'],
    means: 'It is time for the next session key, and it could not be written; the key in use signs on.',
    fields: { kind: 'text', cause: 'text' },
  },
  'client-secret-unreadable': {
    by: ['login'],
    means: 'The stored client secret of a connection cannot be used: set it again.',
    fields: { connection: 'text', cause: 'text' },
  },
  'sweep-rows': {
    by: ['sweep'],
    means: 'What a run did in one table.',
    fields: { name: 'text', read: 'number', deleted: 'number', unreadable: 'number' },
  },
  'sweep-revisions': {
    by: ['sweep'],
    means: 'Rows of old revisions were deleted.',
    fields: { revisions: 'number', deleted: 'number' },
  },
  finding: {
    by: ['sweep'],
    means: 'Something is wrong: docs/operations.md has every `name`, and what to do.',
    fields: { name: 'text', severity: 'text', subject: 'text', detail: 'text' },
  },
  'sweep-ended': {
    by: ['sweep'],
    means: 'The last line of a run; `done` is 0 where a part of it failed.',
    fields: { done: 'number' },
  },
  'sweep-unfinished': { by: ['sweep'], means: 'The time of a run was over.', fields: {} },
  'sweep-failed': {
    by: ['sweep'],
    means: 'Tablestore failed at the rows of this `name` in a run, and at no others.',
    fields: { name: 'text', cause: 'text' },
  },
} as const satisfies Readonly<Record<string, LogLineKind>>;

export type LogEvent = keyof typeof LOG_LINES;

interface ValueOf {
  readonly text: string;
  readonly number: number;
}

type KindsOf<Event extends LogEvent> = (typeof LOG_LINES)[Event]['fields'];

/** A field that is not listed does not fit; one that is unknown is left out. */
export type LogFields<Event extends LogEvent> = {
  readonly [Field in keyof KindsOf<Event>]?: KindsOf<Event>[Field] extends FieldKind
    ? ValueOf[KindsOf<Event>[Field]]
    : never;
};
