// One local RAM with an account and its users, and the unmodified SDK to call it with.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sdk from '@alicloud/ram20150501';
import { openIam } from '../../../local/iam/local-iam.ts';
import { type LocalRam, startRam } from '../../../local/ram/server.ts';
import { must } from '../../contract/must.ts';

export const ACCOUNT = '1234567890123456';

export interface Keys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** May read system policies and those of the account whose names begin with `media`. */
export const READER: Keys = { accessKeyId: 'LTAIreader', accessKeySecret: 'reader-secret' };
/** May list policies and read none. */
export const LISTER: Keys = { accessKeyId: 'LTAIlister', accessKeySecret: 'lister-secret' };
/** Of another account, and may read everything there. */
export const FOREIGNER: Keys = { accessKeyId: 'LTAIforeigner', accessKeySecret: 'foreigner-secret' };

export const allow = (Action: string | readonly string[], Resource: string | readonly string[]) => ({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action, Resource }],
});

export const MEDIA_READER = allow('oss:GetObject', 'acs:oss:*:*:media/*');

type Client = InstanceType<typeof sdk.default>;

export interface RamWorld {
  readonly ram: LocalRam;
  client(keys: Keys): Client;
  close(): Promise<void>;
}

export const custom = (name: string) => ({ type: 'Custom', name, accountId: ACCOUNT }) as const;

export async function openRamWorld(): Promise<RamWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'stint-ram-'));
  const clock = () => new Date();
  const iam = openIam({ file: join(folder, 'iam.lmdb'), clock });
  const readable = ['acs:ram:*:system:policy/*', `acs:ram:*:${ACCOUNT}:policy/media*`];
  const reading = allow(['ram:GetPolicy', 'ram:GetPolicyVersion'], readable);
  const listing = allow('ram:ListPolicies', '*');
  must(iam.putUser({ accountId: ACCOUNT, name: 'reader', ...READER, policies: [reading] }));
  must(iam.putUser({ accountId: ACCOUNT, name: 'lister', ...LISTER, policies: [listing] }));
  const everything = allow('*', '*');
  must(iam.putUser({ accountId: '99', name: 'foreigner', ...FOREIGNER, policies: [everything] }));
  const ram = await startRam({ iam, clock });
  ram.policies.publish(custom('media-reader'), JSON.stringify(MEDIA_READER));
  ram.policies.publish(custom('secret-plans'), JSON.stringify(MEDIA_READER));
  return {
    ram,
    client: (keys) =>
      new sdk.default({
        ...keys,
        endpoint: new URL(ram.url).host,
        protocol: 'http',
        // Asked for by the SDK's type of a configuration, never called by its constructor.
        toMap: () => ({}),
      }),
    async close() {
      await ram.close();
      await iam.close();
      rmSync(folder, { recursive: true });
    },
  };
}
