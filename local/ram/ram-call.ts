// What each call of the local RAM is answered from, and the reading of parameters that several calls share.
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { ConditionContext } from '../../shared/ram/evaluate.ts';
import type { CloudRole } from '../iam/iam-store.ts';
import type { Identity } from '../iam/identity.ts';
import type { LocalIam } from '../iam/local-iam.ts';
import { authorizeAction } from '../rpc/authorize-action.ts';
import type { RamError } from './ram-error.ts';

export type Parameters = ReadonlyMap<string, string>;

export interface RamCall {
  readonly caller: Identity;
  readonly parameters: Parameters;
  /** The values that conditions of the caller's policies can test. */
  readonly context: ConditionContext;
  readonly iam: LocalIam;
  readonly now: Date;
}

/** RAM CreateRole, RoleName. */
const MAX_ROLE_NAME = 64;
const ROLE_NAME = /^[A-Za-z0-9.-]*$/;

/** RAM CreateRole and CreatePolicy, Description; in "Error messages" it is counted in bytes. */
const MAX_DESCRIPTION = 1024;

function readRoleName(parameters: Parameters): Result<string, RamError> {
  const name = parameters.get('RoleName') ?? '';
  if (!ROLE_NAME.test(name)) return err({ code: 'InvalidParameter.RoleName.InvalidChars' });
  return name === '' || name.length > MAX_ROLE_NAME
    ? err({ code: 'InvalidParameter.RoleName.Length' })
    : ok(name);
}

/** `member` is the parameter's name: Description, or NewDescription where it is changed. */
export function readDescription(
  parameters: Parameters,
  member = 'Description',
): Result<string | undefined, RamError> {
  const text = parameters.get(member);
  return text !== undefined && (text === '' || text.length > MAX_DESCRIPTION)
    ? err({ code: 'InvalidParameter.Description.Length' })
    : ok(text);
}

/** The resource of a role in a RAM policy. */
export const roleResource = (accountId: string, name: string): string =>
  `acs:ram:*:${accountId}:role/${name}`;

const arnOfRole = (accountId: string, name: string): string => `acs:ram::${accountId}:role/${name}`;

/** The role that the parameters name: its name and ARN, if the caller may do this with it, whether it exists or not. */
export function permittedRole(
  action: string,
  { caller, parameters, context }: RamCall,
): Result<{ readonly name: string; readonly arn: string }, RamError> {
  const name = readRoleName(parameters);
  if (!name.ok) return name;
  const { accountId } = caller;
  const permitted = authorizeAction(caller, action, roleResource(accountId, name.value), context);
  return permitted.ok ? ok({ name: name.value, arn: arnOfRole(accountId, name.value) }) : permitted;
}

/** The role that the parameters name, if the caller may do this with it and it exists. */
export function findPermittedRole(action: string, call: RamCall): Result<CloudRole, RamError> {
  const named = permittedRole(action, call);
  if (!named.ok) return named;
  const role = call.iam.findRole(named.value.arn);
  return role === undefined ? err({ code: 'EntityNotExist.Role' }) : ok(role);
}

/** RAM ListPolicies and ListRoles, MaxItems. */
const MAX_ITEMS = 1000;
const DEFAULT_ITEMS = '100';
const WHOLE_NUMBER = /^\d{1,9}$/;

interface Page {
  readonly start: number;
  readonly end: number;
}

/** The part of a list that a call asks for. */
export function readPage(parameters: Parameters): Result<Page, RamError> {
  const maxItems = parameters.get('MaxItems') ?? DEFAULT_ITEMS;
  if (!WHOLE_NUMBER.test(maxItems) || Number(maxItems) < 1 || Number(maxItems) > MAX_ITEMS) {
    return err({ code: 'InvalidParameter.MaxItems' });
  }
  const marker = parameters.get('Marker') ?? '0';
  if (!WHOLE_NUMBER.test(marker)) return err({ code: 'InvalidParameter.Marker' });
  return ok({ start: Number(marker), end: Number(marker) + Number(maxItems) });
}

/** `items` are on the page; `rest` says in the answer whether there is another one. */
export function takePage<T>(all: readonly T[], { start, end }: Page) {
  const isTruncated = end < all.length;
  const rest = { IsTruncated: isTruncated, ...(isTruncated ? { Marker: String(end) } : {}) };
  return { items: all.slice(start, end), rest };
}
