// Guarantees: our transport sends what the unmodified SDK sends, header for header and byte for byte, and reads the same from an answer.
import { createServer } from 'node:http';
import TableStore from 'tablestore';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AUDIT, CATALOG, COUNTERS, ISSUED } from '../../../shared/adapters/tablestore/tables.ts';
import { openRows, type TablestoreRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore, type TablestoreSdk } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { ok } from '../../../shared/kernel/result.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { openLocalRows, startInstance } from '../../contract/local-tablestore-rows.ts';
import { must } from '../../contract/must.ts';
import { listenHere } from '../../support/loopback.ts';

const instance = await startInstance();
afterAll(() => instance.server.close());
const local = await openLocalRows(instance);

const catalog = (id: string) => ({
  table: CATALOG,
  key: ['wire é😀', id],
  columns: { json: `{"id":"${id}"}` },
});
must(await local.putRows(['1', '2', '3'].map(catalog)));

interface Sent {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Forwards to the local Tablestore, and keeps what came. */
async function startRecorder() {
  const sent: Sent[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url = '', headers } = request;
    const body = Buffer.concat(chunks);
    const names = Object.entries(headers).filter(([name]) => /^(?:x-ots-|content-)/.test(name));
    sent.push({ method, url, headers: Object.fromEntries(names), body: body.toString('hex') });
    const signed = names.filter(([name]) => name !== 'content-length');
    const answer = await fetch(`${instance.options.endpoint}${url}`, {
      method: 'POST',
      headers: Object.fromEntries(signed.map(([name, value]) => [name, String(value)])),
      body,
    });
    response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
  });
  const { url } = await listenHere(server);
  return { url, sent };
}

type Credentials = typeof instance.options.credentials;

function unmodifiedSdk(endpoint: string, credentials: Credentials): TablestoreSdk {
  const { accessKeyId, accessKeySecret, securityToken } = credentials();
  const client = new TableStore.Client({
    endpoint,
    instancename: instance.options.instance,
    accessKeyId,
    secretAccessKey: accessKeySecret.reveal(),
    stsToken: securityToken?.reveal(),
    maxRetries: 0,
  } as ConstructorParameters<typeof TableStore.Client>[0]);
  return { call: async (_, operation) => ok(await operation(client)) };
}

const OPERATIONS: Readonly<Record<string, (rows: TablestoreRows) => Promise<unknown>>> = {
  'rows, one of them missing': (rows) =>
    rows.getRows(CATALOG, [
      ['wire é😀', '2'],
      ['wire é😀', 'none'],
    ]),
  'a range': (rows) => rows.getRange(CATALOG, 'wire é😀', 'wire é😀0'),
  'a page of a range with a filter and columns': (rows) =>
    rows.getPage(CATALOG, {
      from: ['wire é😀', '1'],
      to: ['wire é😀', '9'],
      limit: 2,
      having: { column: 'json', value: '{"id":"2"}' },
      columns: ['json'],
    }),
  'rows of two tables, written': (rows) =>
    rows.putRows([
      { table: AUDIT, key: ['0', 'now', 'r'], columns: { event: '{"é":"😀"}', outcome: '' } },
      { table: ISSUED, key: ['STS.key'], columns: { event: '{}' } },
    ]),
  'a row, written if it is as it was': (rows) =>
    rows.putRowIf(catalog('1'), { column: 'json', value: '{"id":"1"}' }),
  'a count': async (rows) => (await rows.increment(COUNTERS, ['wire'])).ok,
  'counts of several rows': async (rows) =>
    (
      await rows.incrementEach(
        COUNTERS,
        ['wire 1', 'wire 2'].map((key) => ({ key: [key], by: 2 })),
      )
    ).map(({ ok: isCounted }) => isCounted),
  'a row, deleted': (rows) => rows.deleteRow(CATALOG, ['wire é😀', 'none']),
  'rows, deleted': (rows) => rows.deleteRows(CATALOG, [['wire é😀', 'none']]),
  'rows, deleted if they are as they were': (rows) =>
    rows.deleteRowsIf(CATALOG, [{ key: ['wire é😀', '3'], expected: { column: 'json', value: 'no' } }]),
};

describe('our transport and the SDK', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  it.each(Object.entries(OPERATIONS))('send and read alike: %s', async (_, work) => {
    const { url, sent } = await startRecorder();
    const ours = await work(openRows(openTablestore({ ...instance.options, endpoint: url })));
    const theirs = await work(openRows(unmodifiedSdk(url, instance.options.credentials)));
    expect(ours).toEqual(theirs);
    expect(sent).toHaveLength(2);
    expect(sent[0]).toEqual(sent[1]);
  });

  it('sign alike with a token of STS', async () => {
    const sent: object[] = [];
    const server = createServer((request, response) => {
      const names = Object.entries(request.headers).filter(([name]) => name.startsWith('x-ots-'));
      sent.push(Object.fromEntries(names));
      request.resume().on('end', () => response.end());
    });
    const { url } = await listenHere(server);
    const credentials = () => ({
      accessKeyId: 'STS.id',
      accessKeySecret: new Secret('secret'),
      securityToken: new Secret('of-sts'),
    });
    const { instance: name } = instance.options;
    const sdks = [
      openTablestore({ endpoint: url, instance: name, credentials }),
      unmodifiedSdk(url, credentials),
    ];
    for (const sdk of sdks) await sdk.call(true, (client) => client.listTable({}));
    expect(sent[0]).toEqual(sent[1]);
    expect(sent[0]).toMatchObject({ 'x-ots-ststoken': 'of-sts', 'x-ots-signature': expect.any(String) });
  });
});
