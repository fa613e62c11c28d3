// Which account a key is of: GetCallerIdentity, which needs no permission.
import { err, ok, type Result } from '../../kernel/result.ts';
import type { CloudFault } from './cloud-fault.ts';
import { clientClass, clientConfig, look, type ManagementOptions } from './manage-account.ts';

export interface CallingAccount {
  readonly accountId: string;
  /** `acs:ram::<account>:user/<name>` and so on. */
  readonly arn: string;
}

const WHAT = { action: 'sts:GetCallerIdentity', resource: '*' } as const;

/** `options.endpoint` is STS's. */
export async function findCallingAccount(
  options: ManagementOptions,
): Promise<Result<CallingAccount, CloudFault>> {
  const sdk = await import('@alicloud/sts20150401');
  const Client = clientClass(sdk.default);
  const client = new Client(clientConfig(options));
  const asked = await look(WHAT, () => client.getCallerIdentity());
  if (!asked.ok) return asked;
  const { accountId = '', arn = '' } = asked.value?.body ?? {};
  return accountId === ''
    ? err({ kind: 'unavailable', code: 'answer-incomplete', ...WHAT })
    : ok({ accountId, arn });
}
