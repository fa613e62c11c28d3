// What the checks need to see of RAM, and how a look can fail. Pure checks take what was found; run-checks.ts looks.
import type { Result } from '../kernel/result.ts';
import type { PolicyType } from '../rules/document/pinned-policy.ts';

/** The look was not possible. */
export interface Unseen {
  /** In the words of RAM policies, as `ram:GetRole`, and what it was asked of. */
  readonly action: string;
  readonly resource: string;
  /** The caller lacks the permission for the action. */
  readonly isDenied: boolean;
  /** The service's own code. */
  readonly code: string;
}

/** Why a look was not possible, in a line. */
export const explainUnseen = ({ action, resource, isDenied, code }: Unseen): string =>
  isDenied ? `no permission for ${action} on ${resource}` : `${action}: ${code}`;

/** Tablestore's code for a caller who lacks the permission. */
export const NO_TABLE_PERMISSION = 'OTSNoPermissionAccess';

export interface FoundRole {
  /** As JSON, unread; undefined where it is no JSON. */
  readonly trust: unknown;
  readonly maxSessionSeconds: number;
}

export interface FoundPolicy {
  /** The default version. */
  readonly version: string;
  /** As JSON, unread; undefined where it is no JSON. */
  readonly document: unknown;
}

export interface AttachedName {
  readonly type: PolicyType;
  readonly name: string;
}

type Seen<T> = Promise<Result<T | undefined, Unseen>>;

/** In the account whose credentials are used. Undefined: RAM has no such thing. */
export interface RamReader {
  role(name: string): Seen<FoundRole>;
  policy(name: string, type: PolicyType): Seen<FoundPolicy>;
  attached(roleName: string): Seen<readonly AttachedName[]>;
}

export interface FunctionTrigger {
  readonly name: string;
  /** `http`, `timer` and others. */
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** How a function is deployed, or should be, in the words of s.yaml. Variables with secret values are not in it. */
export interface FunctionConfiguration {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly triggers: readonly FunctionTrigger[];
}

/** Undefined: Function Compute has no such function. */
export interface FunctionReader {
  find(name: string): Seen<FunctionConfiguration>;
}
