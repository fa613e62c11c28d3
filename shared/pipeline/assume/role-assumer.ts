// The port of STS AssumeRole (API version 2015-04-01): what is sent, what comes back, and how it fails.

import type { RoleArn } from '../../kernel/names.ts';
import type { Result } from '../../kernel/result.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { SessionPolicy } from '../compose/check-session-policy.ts';

export interface RoleAssumer {
  /** Resolves with a fault within the adapter's deadline when STS does not answer. Rejects only on a bug. */
  assume(parameters: AssumeRoleInput): Promise<Result<AssumedRole, AssumeFault>>;
}

/**
 * Undefined members are not sent. The session policy is required: without one, the credentials could do all that the role
 * may.
 */
export interface AssumeRoleInput {
  readonly roleArn: RoleArn;
  readonly externalId: string | undefined;
  readonly sessionName: string;
  readonly sourceIdentity: string | undefined;
  /** At least 900, STS's minimum. */
  readonly durationSeconds: number;
  readonly sessionPolicy: SessionPolicy;
}

/** Only vend-response.ts reveals the secrets. */
export interface AssumedRole {
  readonly accessKeyId: string;
  readonly accessKeySecret: Secret<string>;
  readonly securityToken: Secret<string>;
  readonly expiration: Date;
  readonly assumedRoleArn: string;
  /** `<id of the role>:<session name>`; undefined if STS left it out, which harms no credential. */
  readonly assumedRoleId: string | undefined;
  /** The request id of STS, which ActionTrail shows. */
  readonly requestId: string;
  /** The hub role that called STS, in whose account ActionTrail shows the call. Absent: vend's own role did. */
  readonly hubRoleArn?: RoleArn;
}

/** `cause` is STS's error code, or a word for what happened on the way. */
export interface AssumeFault {
  readonly kind: 'throttled' | 'refused' | 'unavailable' | 'unusable';
  readonly cause: string;
  /** Of `throttled`, where STS says when a call may succeed. */
  readonly retryAfterMs?: number;
}
