// Tablestore's instances, over the SDK of its control plane (API 2020-12-09). Tables are the data plane's: create-tables.ts.
// The API reference names no RAM actions; those of Tablestore's "RAM policy" page are given in faults.
import { ok, type Result } from '../../kernel/result.ts';
import type { CloudAction, CloudFault } from './cloud-fault.ts';
import {
  type AccountPlace,
  change,
  clientClass,
  clientConfig,
  lazily,
  look,
  type ManagementOptions,
  nothing,
  unlessGone,
} from './manage-account.ts';
import { MADE_TAG } from './ram-administration.ts';

export interface TablestoreInstance {
  readonly name: string;
  /** `normal` while it can be used. */
  readonly status: string;
  readonly madeBy: string | undefined;
}

export interface TablestoreInstances {
  find(name: string): Promise<Result<TablestoreInstance | undefined, CloudFault>>;
  create(instance: {
    readonly name: string;
    readonly description: string;
    readonly madeBy: string;
  }): Promise<Result<void, CloudFault>>;
  /** Tablestore refuses while the instance has tables. */
  remove(name: string): Promise<Result<void, CloudFault>>;
}

/** CreateInstance, ClusterType: the type of instance with the shorter answers. It cannot be changed later. */
const HIGH_PERFORMANCE = 'SSD';

async function loadClient(options: ManagementOptions) {
  const sdk = await import('@alicloud/tablestore20201209');
  const Client = clientClass(sdk.default);
  return { sdk, client: new Client(clientConfig(options)) };
}

/** Loads the SDK with the first call. */
export function openTablestoreInstances(
  options: ManagementOptions,
  { accountId, region }: AccountPlace,
): TablestoreInstances {
  const load = lazily(() => loadClient(options));
  const on = (action: string, name: string): CloudAction => ({
    action: `ots:${action}`,
    resource: `acs:ots:${region}:${accountId}:instance/${name}`,
  });
  return {
    async find(name) {
      const { sdk, client } = await load();
      const found = await look(on('GetInstance', name), () =>
        client.getInstance(new sdk.GetInstanceRequest({ instanceName: name })),
      );
      if (!found.ok) return found;
      const body = found.value?.body;
      if (body?.instanceName === undefined) return ok(undefined);
      const madeBy = body.tags?.find(({ key }) => key === MADE_TAG)?.value;
      return ok({ name, status: body.instanceStatus ?? '', madeBy });
    },
    async create({ name, description, madeBy }) {
      const { sdk, client } = await load();
      const request = new sdk.CreateInstanceRequest({
        instanceName: name,
        clusterType: HIGH_PERFORMANCE,
        instanceDescription: description,
        tags: [new sdk.CreateInstanceRequestTags({ key: MADE_TAG, value: madeBy })],
      });
      return nothing(await change(on('CreateInstance', name), () => client.createInstance(request)));
    },
    async remove(name) {
      const { sdk, client } = await load();
      const request = new sdk.DeleteInstanceRequest({ instanceName: name });
      return unlessGone(await change(on('DeleteInstance', name), () => client.deleteInstance(request)));
    },
  };
}
