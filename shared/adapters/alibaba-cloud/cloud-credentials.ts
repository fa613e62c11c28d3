// The credentials with which Stint itself calls Alibaba Cloud; they rotate, so they are read at every call.
import type { Secret } from '../../kernel/secret.ts';

export interface CloudCredentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: Secret<string>;
  readonly securityToken: Secret<string> | undefined;
}
