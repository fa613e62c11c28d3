// Whose key is this? One row for every key that STS gave.
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
}

export interface IssuedKeyRegister {
  /** Resolves only when the row is durable: a key that is in no row is not given out. */
  register(key: IssuedKey): Promise<Result<void, StoreFault>>;
}
