// The SDK of Log Service (API 2020-12-30), which signs in a way of its own and puts the project's name before the endpoint's.
import { resolveLocalhostNames } from '../http/localhost-names.ts';
import { clientClass, clientConfig, lazily, type ManagementOptions } from './manage-account.ts';

/** Loads the SDK with the first call of what it gives. */
export const openLogServiceSdk = (options: ManagementOptions) =>
  lazily(async () => {
    const sdk = await import('@alicloud/sls20201230');
    const Client = clientClass(sdk.default);
    resolveLocalhostNames(options.endpoint);
    return { sdk, client: new Client(clientConfig(options)) };
  });
