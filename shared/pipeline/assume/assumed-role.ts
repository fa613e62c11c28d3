// What is asked of STS, what it gives, and how it fails.

import type { RoleArn } from '../../kernel/names.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { SessionPolicy } from '../compose/check-session-policy.ts';

export interface AssumeOrder {
  readonly roleArn: RoleArn;
  readonly externalId: string | undefined;
  readonly sessionName: string;
  readonly sourceIdentity: string | undefined;
  readonly durationSeconds: number;
  readonly sessionPolicy: SessionPolicy;
}

export interface AssumedRole {
  readonly accessKeyId: string;
  readonly accessKeySecret: Secret<string>;
  readonly securityToken: Secret<string>;
  readonly expiration: Date;
  readonly assumedRoleArn: string;
  readonly requestId: string;
}

/** `cause` is the service's error code or a word for what happened on the way. */
export interface AssumeFault {
  readonly kind: 'throttled' | 'refused' | 'unavailable' | 'unusable';
  readonly cause: string;
}
