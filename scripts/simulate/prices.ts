// What a million vends cost, from what a simulation counted and the published prices. US dollars, without taxes, free quotas and
// discounts.
import type { Figures } from './meter.ts';

interface Price {
  readonly what: string;
  readonly dollars: number;
  readonly unit: string;
  /** The page that says it, and of when the page is. */
  readonly source: string;
  /** False: no published page was found that says it, and another price was taken in its place. */
  readonly isConfirmed: boolean;
}

/** Looked up on 2026-12-01 in stored copies of the pages, whose dates they name. */
export const PRICES = {
  computeUnit: {
    what: 'Function Compute, one CU, first tier',
    dollars: 0.00002,
    unit: 'CU',
    source:
      '[Pay-as-you-go](https://help.aliyun.com/en/functioncompute/fc/product-overview/pay-as-you-go-billing-methods), 2026: 75 CU for 10,000 invocations, 1 CU a vCPU-second, 0.15 CU a GB-second',
    isConfirmed: true,
  },
  readUnit: {
    what: 'Tablestore, reading, high-performance instance',
    dollars: 0.003,
    unit: '10,000 CU',
    source:
      '[Billing examples](https://www.alibabacloud.com/help/en/tablestore/latest/billing-examples): the price of 2018-08-01, the latest that a page in English states',
    isConfirmed: true,
  },
  writeUnit: {
    what: 'Tablestore, writing, high-performance instance',
    dollars: 0.006,
    unit: '10,000 CU',
    source: 'taken as twice the price of reading',
    isConfirmed: false,
  },
  storage: {
    what: 'Tablestore, storage, high-performance instance',
    dollars: 0.0003,
    unit: 'GB and hour',
    source:
      '[Search index billing](https://www.alibabacloud.com/help/es/tablestore/table-store-service/product-overview/billable-items-of-search-index), 2026-09-06, which is billed as such an instance',
    isConfirmed: true,
  },
  sts: {
    what: 'STS',
    dollars: 0,
    unit: 'call',
    source: 'no page names a price',
    isConfirmed: false,
  },
  log: {
    what: 'Simple Log Service: writing, an index of all, three days',
    dollars: 2.171985 / 18.6,
    unit: 'GB of text',
    source:
      '[Billing examples](https://alibabacloud.com/help/en/sls/product-overview/billing-examples): example 2, USD 2.171985 for 18.6 GB',
    isConfirmed: true,
  },
} as const satisfies Readonly<Record<string, Price>>;

/** s.yaml: one vCPU and 1 GB. */
const CU_PER_SECOND = 1 + 0.15;
const CU_PER_INVOCATION = 75 / 10_000;
/**
 * Milliseconds in which an instance works on a request, as Function Compute counts them: most of it waits for Tablestore, and for STS.
 * Assumed. Requests that overlap in one instance are paid once, so this is the most.
 */
const REQUEST_MS = { reused: 15, issued: 130, refused: 10 } as const;
/** Columns of JSON shrink little in Tablestore, and keys and names come on top. */
const ROW_OVERHEAD_BYTES = 200;
const KEPT_HOURS = 30 * 24;
const GB = 1024 ** 3;

export interface CostLine {
  readonly what: string;
  readonly dollars: number;
  readonly from: string;
}

/** Of a million vends, with the requests that were refused meanwhile. Rows are kept for 30 days. */
export function costOfMillion(figures: Figures): readonly CostLine[] {
  const { vends, reused, requests, stsCalls, rows, bytes } = figures;
  const million = 1_000_000 / vends;
  const issued = vends - reused;
  const seconds =
    (reused * REQUEST_MS.reused + issued * REQUEST_MS.issued + (requests - vends) * REQUEST_MS.refused) /
    1000;
  const computed = (seconds * CU_PER_SECOND + requests * CU_PER_INVOCATION) * million;
  // Each row is under 4 KB, and so one CU; an increment reads the counter that it returns.
  const written = (rows.audit + rows.issued + rows.counters) * million;
  const read = rows.counters * million;
  const stored = (bytes.audit + bytes.issued + (rows.audit + rows.issued) * ROW_OVERHEAD_BYTES) * million;
  const logged = bytes.log * million;
  const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
  return [
    {
      what: 'Function Compute',
      dollars: computed * PRICES.computeUnit.dollars,
      from: `${whole(computed)} CU for ${whole(requests * million)} invocations`,
    },
    {
      what: 'Tablestore, writing',
      dollars: (written / 10_000) * PRICES.writeUnit.dollars,
      from: `${whole(written)} rows`,
    },
    {
      what: 'Tablestore, reading',
      dollars: (read / 10_000) * PRICES.readUnit.dollars,
      from: `${whole(read)} counters`,
    },
    {
      what: 'Tablestore, storage of 30 days',
      dollars: (stored / GB) * KEPT_HOURS * PRICES.storage.dollars,
      from: `${(stored / GB).toFixed(2)} GB`,
    },
    { what: 'STS', dollars: PRICES.sts.dollars, from: `${whole(stsCalls * million)} calls` },
    {
      what: 'Simple Log Service',
      dollars: (logged / GB) * PRICES.log.dollars,
      from: `${(logged / GB).toFixed(2)} GB`,
    },
  ];
}
