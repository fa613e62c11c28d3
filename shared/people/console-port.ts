// The port to the sign-in of the Alibaba Cloud console, for holders of STS credentials.
import type { Result } from '../kernel/result.ts';
import type { Secret } from '../kernel/secret.ts';

export interface ConsoleKeys {
  readonly accessKeyId: string;
  readonly accessKeySecret: Secret<string>;
  readonly securityToken: Secret<string>;
}

export interface ConsoleSignIn {
  /** A link that signs in the browser that opens it, once, within 30 seconds. It is a secret, for one redirect only. */
  link(keys: ConsoleKeys): Promise<Result<Secret<string>, 'console-refused' | 'console-unreachable'>>;
}
