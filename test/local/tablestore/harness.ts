// A local Tablestore in a directory of its own, with two callers: one that may do anything and one that may only read.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallerDirectory, CloudCaller } from '../../../local/iam/identity.ts';
import {
  type LocalTablestore,
  type LocalTablestoreOptions,
  startTablestore,
} from '../../../local/tablestore/server.ts';
import type { ConditionContext } from '../../../shared/ram/evaluate.ts';
import { newClient, type SdkClient } from './sdk.ts';

export const START = new Date('2026-03-01T08:00:00.000Z');

export interface Harness {
  readonly server: LocalTablestore;
  readonly client: SdkClient;
  readonly dataDir: string;
  readonly asked: readonly { action: string; resource: string; context: ConditionContext }[];
  /** Milliseconds by which the server's clock is moved on. */
  readonly clock: { offset: number };
  restart(): Promise<SdkClient>;
  stop(): Promise<void>;
}

export async function startHarness(options: Partial<LocalTablestoreOptions> = {}): Promise<Harness> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tablestore-'));
  const asked: { action: string; resource: string; context: ConditionContext }[] = [];
  const clock = { offset: 0 };
  const start = () =>
    startTablestore({
      dataDir,
      instance: 'stint',
      callers: directory(asked),
      clock: () => new Date(Date.now() + clock.offset),
      ...options,
    });
  let server = await start();
  return {
    get server() {
      return server;
    },
    client: newClient(server.url),
    dataDir,
    asked,
    clock,
    restart: async () => {
      await server.close();
      server = await start();
      return newClient(server.url);
    },
    stop: async () => {
      await server.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

function directory(
  asked: { action: string; resource: string; context: ConditionContext }[],
): CallerDirectory {
  const caller = (name: string, may: CloudCaller['may']): CloudCaller => ({
    accountId: '1234567890123456',
    arn: `acs:ram::1234567890123456:user/${name}`,
    accessKeyId: `LTAI-${name}`,
    accessKeySecret: `${name}-secret`,
    may,
  });
  const writer = caller('writer', (action, resource, context) => {
    asked.push({ action, resource, context });
    return true;
  });
  const reader = caller('reader', (action) => action === 'ots:GetRow');
  const oneTable = caller('one-table', (_, resource) => resource.endsWith('/table/people'));
  const known: Readonly<Record<string, CloudCaller>> = {
    'LTAI-writer': writer,
    'LTAI-reader': reader,
    'LTAI-one-table': oneTable,
  };
  return {
    find: (accessKeyId, securityToken) => {
      if (accessKeyId === 'STS.expired') return { kind: 'expired' };
      if (accessKeyId === 'STS.role') {
        return securityToken === 'token' ? { kind: 'found', caller: writer } : { kind: 'wrong-token' };
      }
      const found = known[accessKeyId];
      return found === undefined ? { kind: 'unknown-key' } : { kind: 'found', caller: found };
    },
  };
}

/** A table with one STRING key column, `id`, unless said otherwise. */
export async function createTable(
  client: SdkClient,
  tableName: string,
  options: { maxVersions?: number; timeToLive?: number; maxTimeDeviation?: number } = {},
  primaryKey: readonly object[] = [{ name: 'id', type: 'STRING' }],
): Promise<void> {
  await client.createTable({
    tableMeta: { tableName, primaryKey },
    reservedThroughput: { capacityUnit: { read: 0, write: 0 } },
    tableOptions: { timeToLive: -1, maxVersions: 1, ...options },
  });
}
