// A request of a SCIM client that is known: what its handlers need, its body, and the conditions in its headers.
import { decodeUtf8 } from '../../../shared/http/read-body.ts';
import { parseStrictJson } from '../../../shared/kernel/parse-strict-json.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { DirectoryResource } from '../../../shared/people/directory.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext, ScimClient } from '../request/login-env.ts';
import { type AuditEntry, record } from '../request/record.ts';
import { invalid, type ScimFault } from './protocol/scim-fault.ts';

/** What the SCIM server needs of login: none of its keys, sessions or passkeys. */
export type ScimDeps = Pick<
  LoginDeps,
  | 'publicUrl'
  | 'clientIpHeader'
  | 'clock'
  | 'logger'
  | 'numbers'
  | 'signOn'
  | 'scimTokens'
  | 'directories'
  | 'leavers'
  | 'auditLog'
>;

export interface ScimRequest extends ScimClient {
  readonly c: LoginContext;
  readonly deps: ScimDeps;
  readonly now: Date;
  /** The address of the directory, without a slash at its end. */
  readonly base: string;
}

/**
 * A group of 10,000 people in the form of a PUT has about one megabyte. It is read after the token is known, so that a stranger
 * cannot have it read.
 */
export const MAX_SCIM_BYTES = 2_097_152;
/** Each member of such a group is an object with two or three members. */
const MAX_SCIM_VALUES = 250_000;

const JSON_TYPE = /^application\/(?:scim\+)?json(?:\s*;.*)?$/i;

const notJson = (cause: string) =>
  err({ ...invalid('invalidSyntax', 'scim-body', 'The body is not unambiguous JSON.'), cause });

/** The JSON in the body, which was read within MAX_SCIM_BYTES. Fails with 415 or `invalidSyntax`. */
export async function readScimBody({ c }: ScimRequest): Promise<Result<unknown, ScimFault>> {
  if (!JSON_TYPE.test(c.req.header('content-type') ?? ''))
    return err({ status: 415, reason: 'scim-media-type', detail: 'Send application/scim+json.' });
  const text = decodeUtf8(new Uint8Array(await c.req.arrayBuffer()));
  const parsed = text === undefined ? err('not-json' as const) : parseStrictJson(text, MAX_SCIM_VALUES);
  return parsed.ok ? parsed : notJson(parsed.error);
}

/** A weak validator (RFC 9110 section 8.8.1): resources of one version may be written in other ways. */
export const etagOf = ({ version }: Pick<DirectoryResource, 'version'>): string => `W/"${version}"`;

/** Whether a list of entity tags, or `*`, has this one. Weak comparison, since every ETag here is weak. */
function lists(header: string, etag: string): boolean {
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');
  return header.trim() === '*' || header.split(',').some((tag) => opaque(tag) === opaque(etag));
}

/** Fails with 412 for an If-Match that the resource no longer meets. */
export function checkPrecondition({ c }: ScimRequest, resource: DirectoryResource): Result<void, ScimFault> {
  const wanted = c.req.header('if-match');
  if (wanted === undefined || lists(wanted, etagOf(resource))) return ok(undefined);
  const detail = 'The resource has changed since. Read it again.';
  return err({ status: 412, reason: 'scim-precondition', detail });
}

/** Whether the client has this version already (If-None-Match). */
export function isKnown({ c }: ScimRequest, resource: DirectoryResource): boolean {
  const known = c.req.header('if-none-match');
  return known !== undefined && lists(known, etagOf(resource));
}

type What = Pick<AuditEntry, 'action' | 'resource' | 'aboutSubject' | 'members' | 'failure'>;

/** Writes the audit row of the request. Fails with 503: what the row would say must not happen then. */
export async function recordScim(
  { c, deps, directory, token }: ScimRequest,
  what: What,
): Promise<Result<void, ScimFault>> {
  const recorded = await record(c, { directory: directory.id, client: token.name, ...what }, deps);
  if (recorded.ok) return recorded;
  const { reason, cause } = recorded.error;
  const detail = 'Stint cannot write its audit trail. Send the request again.';
  return err({
    status: 503,
    reason: reason === 'audit-lost' ? reason : 'audit-lost',
    detail,
    ...(cause !== undefined && { cause }),
  });
}
