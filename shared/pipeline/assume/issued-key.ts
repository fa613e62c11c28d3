// The port of the key register: one row for every access key that STS gave, from which its owner can be found.
import type { RequestId } from '../../kernel/names.ts';
import type { Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';

export interface IssuedKey {
  readonly accessKeyId: string;
  readonly requestId: RequestId;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly provider: string;
  readonly subject: string;
  readonly role: string;
  readonly roleArn: string;
  readonly grant: string;
  readonly sessionName: string;
  readonly stsRequestId: string;
  /** The hub role that called STS. Absent: vend's own role did. */
  readonly hubRoleArn?: string;
}

export interface IssuedKeyRegister {
  /** Resolves with ok only when the row is durable: a key without its row is not given out. Failure: `StoreFault`. */
  register(key: IssuedKey): Promise<Result<void, StoreFault>>;
}
