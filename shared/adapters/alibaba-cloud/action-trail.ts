// What ActionTrail recorded of an access key: LookupEvents (API 2020-07-06), a page at a time. The API's own SDK is not in the
// registry, so the request is made with the client that the generated SDKs are built on.
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { err, ok, type Result } from '../../kernel/result.ts';
import { formatWholeSeconds } from '../../kernel/whole-seconds.ts';
import type { CloudFault } from './cloud-fault.ts';
import { clientClass, clientConfig, look, type ManagementOptions } from './manage-account.ts';

/** Members as ActionTrail names them; what an event does not have is empty. */
const Event = z.object({
  eventTime: z.string().catch(''),
  serviceName: z.string().catch(''),
  eventName: z.string().catch(''),
  /** Empty: the call succeeded. */
  errorCode: z.string().catch(''),
  sourceIpAddress: z.string().catch(''),
  acsRegion: z.string().catch(''),
  eventId: z.string().catch(''),
});
export type TrailEvent = z.infer<typeof Event>;

const Page = z.object({ Events: z.array(Event).default([]), NextToken: z.string().nullish() });

export interface KeyEvents {
  /** In the order of their times, the earliest first. */
  readonly events: readonly TrailEvent[];
  /** There are later ones, which were not read. */
  readonly hasMore: boolean;
}

export interface ActionTrail {
  /** The events of one region between two times. */
  eventsOf(
    accessKeyId: string,
    range: { readonly since: Date; readonly until: Date },
  ): Promise<Result<KeyEvents, CloudFault>>;
}

/** LookupEvents, MaxResults: at most 50. */
const PAGE_EVENTS = 50;
/** A person reads them, and LookupEvents asks not to be called often. */
const MAX_PAGES = 4;
/** LookupEvents may be called twice a second. */
const PAGE_PAUSE_MS = 500;

const LOOKUP_EVENTS = { action: 'actiontrail:LookupEvents', resource: '*' } as const;

async function loadClient(options: ManagementOptions) {
  const sdk = await import('@alicloud/openapi-core');
  const { RuntimeOptions } = await import('@darabonba/typescript');
  const client = new (clientClass(sdk.default))(clientConfig(options));
  const params = new sdk.$OpenApiUtil.Params({
    ...{ action: 'LookupEvents', version: '2020-07-06', style: 'RPC', pathname: '/', method: 'POST' },
    ...{ protocol: 'HTTPS', authType: 'AK', reqBodyType: 'formData', bodyType: 'json' },
  });
  return (query: Readonly<Record<string, string>>) =>
    client.callApi(params, new sdk.$OpenApiUtil.OpenApiRequest({ query }), new RuntimeOptions({}));
}

function readPage(answer: unknown): Result<z.infer<typeof Page>, CloudFault> {
  const page = z.object({ body: Page }).safeParse(answer);
  return page.success
    ? ok(page.data.body)
    : err({ ...LOOKUP_EVENTS, kind: 'unavailable', code: 'unreadable answer' });
}

/** Loads the SDK with the first question. */
export function openActionTrail(options: ManagementOptions): ActionTrail {
  return {
    async eventsOf(accessKeyId, { since, until }) {
      const call = await loadClient(options);
      const query = {
        'LookupAttribute.1.Key': 'EventAccessKeyId',
        'LookupAttribute.1.Value': accessKeyId,
        StartTime: formatWholeSeconds(since),
        EndTime: formatWholeSeconds(until),
        MaxResults: String(PAGE_EVENTS),
        Direction: 'FORWARD',
      };
      const events: TrailEvent[] = [];
      let next = '';
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        if (page > 1) await pause(PAGE_PAUSE_MS);
        const answer = await look(LOOKUP_EVENTS, () =>
          call(next === '' ? query : { ...query, NextToken: next }),
        );
        if (!answer.ok) return answer;
        const read = readPage(answer.value);
        if (!read.ok) return read;
        events.push(...read.value.Events);
        next = read.value.NextToken ?? '';
        if (next === '') break;
      }
      return ok({ events, hasMore: next !== '' });
    },
  };
}
