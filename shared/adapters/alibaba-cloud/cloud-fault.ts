// What can go wrong with a call that manages an account: of RAM, of Tablestore's instances, of Log Service. Sorted by what a
// person can do about it.
import { REDIRECT_STATUS, StsAnswerError } from './sts-fault.ts';

/** What a call does, in the words of RAM policies: the action, and the resource that it is done to. */
export interface CloudAction {
  readonly action: string;
  readonly resource: string;
}

export interface CloudFault extends CloudAction {
  /**
   * `denied`: the caller lacks the permission. `taken`: the name is in use. `quota`: the account may have no more of these.
   * `clock`: the time of this machine is wrong. `unavailable`: no answer, so that the outcome of a change is not known.
   */
  readonly kind:
    | 'not-found'
    | 'taken'
    | 'denied'
    | 'quota'
    | 'clock'
    | 'key'
    | 'refused'
    | 'throttled'
    | 'unavailable';
  /** The service's own code, or the system's; never a message, which may quote the request. */
  readonly code: string;
}

const CODE = /^[A-Za-z][A-Za-z0-9._-]{1,79}$/;

function textAt(value: unknown, ...path: readonly string[]): string {
  const found = path.reduce<unknown>(
    (node, name) => (typeof node === 'object' && node !== null ? Reflect.get(node, name) : undefined),
    value,
  );
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}

/** By the code. Those of access keys and clocks come first, since some of them end like those of things that are missing. */
const BY_CODE: readonly (readonly [RegExp, CloudFault['kind']])[] = [
  [/^InvalidTimeStamp|^RequestTimeExpired$|^RequestTimeTooSkewed$/, 'clock'],
  [/^InvalidAccessKeyI[dD]|^SignatureDoesNotMatch$|^SignatureNotMatch$|SecurityToken/, 'key'],
  [/^NoPermission|^Forbidden|NoPermissionAccess$/, 'denied'],
  [/Throttling|ServerBusy|OperationThrottled/, 'throttled'],
  [/LimitExceeded|Quota/, 'quota'],
  [/AlreadyExist|Conflict\.Name/, 'taken'],
  [/^InvalidAction/, 'refused'],
  [/NotExist|NotFound/, 'not-found'],
];

/** Log Service answers `Unauthorized` to a wrong key as well; only a refusal by RAM says what was denied. */
const DENIED_BY_RAM = /denied by (?:sts or )?ram/i;

const LOWEST_REFUSAL = 400;
const LOWEST_FAILURE = 500;
const FORBIDDEN = 403;
const TOO_MANY = 429;

function kindOf(error: unknown, code: string, status: number): CloudFault['kind'] {
  if (status === REDIRECT_STATUS || status === TOO_MANY) return 'throttled';
  if (code === 'Unauthorized') return DENIED_BY_RAM.test(textAt(error, 'message')) ? 'denied' : 'key';
  const known = BY_CODE.find(([pattern]) => pattern.test(code));
  if (known && (status < LOWEST_FAILURE || known[1] === 'throttled')) return known[1];
  if (status === FORBIDDEN) return 'denied';
  return status >= LOWEST_REFUSAL && status < LOWEST_FAILURE ? 'refused' : 'unavailable';
}

/** Takes anything that an SDK throws. */
export function cloudFault(error: unknown, what: CloudAction): CloudFault {
  const { action, resource } = what;
  if (error instanceof StsAnswerError)
    return { kind: 'unavailable', code: error.fault.cause, action, resource };
  const given = textAt(error, 'code');
  const code = CODE.test(given) ? given : textAt(error, 'name') || 'unknown';
  const status = Number(textAt(error, 'statusCode') || textAt(error, 'data', 'statusCode') || 0);
  return { kind: kindOf(error, code, status), code, action, resource };
}
