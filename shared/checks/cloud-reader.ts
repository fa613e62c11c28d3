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
