// What the portal needs of the Alibaba Cloud console: a way in for whoever holds credentials.
import type { Result } from '../kernel/result.ts';
import type { Secret } from '../kernel/secret.ts';

export interface ConsoleKeys {
  readonly accessKeyId: string;
  readonly accessKeySecret: Secret<string>;
  readonly securityToken: Secret<string>;
}

export interface ConsoleSignIn {
  /** A link that signs in whoever opens it, once and within 30 seconds: for one redirect, and for nothing else. */
  link(keys: ConsoleKeys): Promise<Result<Secret<string>, 'console-refused' | 'console-unreachable'>>;
}
