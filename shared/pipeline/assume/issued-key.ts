// Whose key is this? One row for every key that STS gave.
import type { RequestId } from '../../kernel/names.ts';

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
