// The port to the sign-in of the Alibaba Cloud console, for holders of STS credentials.
import type { Result } from '../kernel/result.ts';
import type { Secret } from '../kernel/secret.ts';

export interface ConsoleKeys {
  readonly accessKeyId: string;
  readonly accessKeySecret: Secret<string>;
  readonly securityToken: Secret<string>;
}

declare const checked: unique symbol;
/** The address of a page of Alibaba Cloud's console. Comes only from `parseConsoleDestination` of `login`. */
export type ConsoleDestination = string & { readonly [checked]: true };

export interface ConsoleSignIn {
  /**
   * A link that signs in the browser that opens it, once, within 30 seconds. It is a secret, for one redirect only.
   * `destination`: where the browser arrives. Undefined: at the page that the operator configured.
   */
  link(
    keys: ConsoleKeys,
    destination: ConsoleDestination | undefined,
  ): Promise<Result<Secret<string>, 'console-refused' | 'console-unreachable'>>;
}
