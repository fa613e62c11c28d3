// The SDK of RAM (API 2015-05-01), for those who read and those who change an account.
import { parseStrictJson } from '../../kernel/parse-strict-json.ts';
import { clientClass, clientConfig, lazily, type ManagementOptions } from './manage-account.ts';

/** Loads the SDK with the first call of what it gives. */
export const openRamSdk = (options: ManagementOptions) =>
  lazily(async () => {
    const sdk = await import('@alicloud/ram20150501');
    const Client = clientClass(sdk.default);
    return { sdk, client: new Client(clientConfig(options)) };
  });

/** The text of a policy as JSON, unread; undefined: there is none, or it is no JSON. */
export function policyJson(text = ''): unknown {
  const read = parseStrictJson(text);
  return read.ok ? read.value : undefined;
}
