// The credentials of the person at this machine, wherever Alibaba Cloud's own library finds them: the environment, an OIDC
// token, a profile of the aliyun command, an instance's role, a credentials URI.
import { err, ok, type Result } from '../../kernel/result.ts';
import { Secret } from '../../kernel/secret.ts';
import { withinDeadline } from '../../kernel/within-deadline.ts';
import type { CloudCredentials } from './cloud-credentials.ts';
import { clientClass } from './manage-account.ts';

export interface FoundCredentials {
  /** The newest, which the SDKs ask for at every call. */
  current(): CloudCredentials;
  /** Asks the library again: temporary credentials may have run out. */
  refresh(): Promise<Result<void, string>>;
}

/** The library asks an instance's metadata last, and waits where there is none. */
const DEADLINE_MS = 15_000;

/** Fails, with the library's reason, where it finds none. */
export async function findCredentials(): Promise<Result<FoundCredentials, string>> {
  const { default: library } = await import('@alicloud/credentials');
  const Client = clientClass(library);
  const client = new Client();
  let newest: CloudCredentials | undefined;
  const refresh = async (): Promise<Result<void, string>> => {
    try {
      const late = () => new Error('no answer');
      const found = await withinDeadline(DEADLINE_MS, () => client.getCredential(), late);
      const { accessKeyId, accessKeySecret, securityToken } = found;
      if (!accessKeyId || !accessKeySecret) return err('it found none');
      newest = {
        accessKeyId,
        accessKeySecret: new Secret(accessKeySecret),
        securityToken: securityToken ? new Secret(securityToken) : undefined,
      };
      return ok(undefined);
    } catch (error) {
      return err(error instanceof Error ? error.message : 'it failed');
    }
  };
  const first = await refresh();
  if (!first.ok) return first;
  const current = (): CloudCredentials => {
    if (newest === undefined) throw new Error('no credentials were found');
    return newest;
  };
  return ok({ current, refresh });
}
