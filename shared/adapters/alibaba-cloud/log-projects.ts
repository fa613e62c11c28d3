// Projects and stores of Log Service, over its SDK.
import { ok, type Result } from '../../kernel/result.ts';
import type { CloudAction, CloudFault } from './cloud-fault.ts';
import { openLogServiceSdk } from './log-service-sdk.ts';
import {
  type AccountPlace,
  change,
  look,
  type ManagementOptions,
  nothing,
  unlessGone,
} from './manage-account.ts';

export interface LogProject {
  readonly name: string;
  readonly description: string;
}

export interface LogStore {
  readonly project: string;
  readonly name: string;
}

type Changed = Promise<Result<void, CloudFault>>;

export interface LogProjects {
  find(name: string): Promise<Result<LogProject | undefined, CloudFault>>;
  create(project: LogProject): Changed;
  /** With its stores and all logs in them. */
  remove(name: string): Changed;
  hasStore(store: LogStore): Promise<Result<boolean, CloudFault>>;
  /** `days`: how long the logs are kept. */
  createStore(store: LogStore, days: number): Changed;
  hasIndex(store: LogStore): Promise<Result<boolean, CloudFault>>;
  /** Indexes the words of whole lines, and keeps the lines that Stint logs for queries that compute. */
  createIndex(store: LogStore): Changed;
}

/** CreateLogStore: one shard takes 5 MB a second, more than Stint ever logs; Log Service splits it where that is wrong. */
const SHARDS = { shardCount: 1, autoSplit: true, maxSplitShard: 8 } as const;
/** Function Compute's field for a line of a function (help: "Fields of function logs"). */
const MESSAGE = 'message';
/** What separates words in a line: the marks of JSON, and of URLs. */
export const SEPARATORS = [
  ',',
  ' ',
  "'",
  '"',
  ';',
  '=',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '?',
  '@',
  '&',
  '<',
  '>',
  '/',
  ':',
  '\n',
  '\t',
];

/** Loads the SDK with the first call. */
export function openLogProjects(
  options: ManagementOptions,
  { accountId, region }: AccountPlace,
): LogProjects {
  const load = openLogServiceSdk(options);
  const on = (action: string, project: string, store?: string): CloudAction => ({
    action: `log:${action}`,
    resource: `acs:log:${region}:${accountId}:project/${project}${store === undefined ? '' : `/logstore/${store}`}`,
  });
  return {
    async find(name) {
      const { client } = await load();
      const found = await look(on('GetProject', name), () => client.getProject(name));
      if (!found.ok || found.value === undefined) return found.ok ? ok(undefined) : found;
      return ok({ name, description: found.value.body?.description ?? '' });
    },
    async create({ name, description }) {
      const { sdk, client } = await load();
      const request = new sdk.CreateProjectRequest({ projectName: name, description });
      return nothing(await change(on('CreateProject', name), () => client.createProject(request)));
    },
    async remove(name) {
      const { sdk, client } = await load();
      const request = new sdk.DeleteProjectRequest({});
      return unlessGone(await change(on('DeleteProject', name), () => client.deleteProject(name, request)));
    },
    async hasStore({ project, name }) {
      const { client } = await load();
      const found = await look(on('GetLogStore', project, name), () => client.getLogStore(project, name));
      return found.ok ? ok(found.value !== undefined) : found;
    },
    async createStore({ project, name }, days) {
      const { sdk, client } = await load();
      const request = new sdk.CreateLogStoreRequest({ logstoreName: name, ttl: days, ...SHARDS });
      return nothing(
        await change(on('CreateLogStore', project, name), () => client.createLogStore(project, request)),
      );
    },
    async hasIndex({ project, name }) {
      const { client } = await load();
      const found = await look(on('GetIndex', project, name), () => client.getIndex(project, name));
      return found.ok ? ok(found.value !== undefined) : found;
    },
    async createIndex({ project, name }) {
      const { sdk, client } = await load();
      const line = new sdk.IndexLine({ token: SEPARATORS, caseSensitive: false, chn: false });
      // Queries can compute with a field only if the index keeps its values.
      const message = new sdk.IndexKey({
        type: 'text',
        token: SEPARATORS,
        docValue: true,
        caseSensitive: false,
      });
      const index = new sdk.Index({ line, keys: { [MESSAGE]: message } });
      const request = new sdk.CreateIndexRequest({ body: index });
      return nothing(
        await change(on('CreateIndex', project, name), () => client.createIndex(project, name, request)),
      );
    },
  };
}
