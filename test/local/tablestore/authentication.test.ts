// Guarantees: the local Tablestore accepts only signed, fresh and permitted requests, and signs its answers.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signRequest, signResponse } from '../../../local/tablestore/signed-headers.ts';
import { createTable, type Harness, startHarness } from './harness.ts';
import { base64Hmac, base64Md5, type RawRequest, send } from './raw-request.ts';
import { ignore, newClient } from './sdk.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ accountId: '1234567890123456' });
  await createTable(harness.client, 'people');
  await createTable(harness.client, 'secrets');
});
afterAll(() => harness.stop());

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

describe('published signatures', () => {
  // Test vectors of the Go SDK GiterLab/goots (protocol_test.go).
  const secret = '8AKqXmNBkl85QK70cAOuH4bBd3gS0J';

  test('of a request', () => {
    const lines = [
      'x-ots-accesskeyid:29j2NtzlUr8hjP8b',
      'x-ots-apiversion:2014-08-08',
      'x-ots-contentmd5:1B2M2Y8AsgTpgAmY7PhCfg==',
      'x-ots-date:Tue, 12 Aug 2014 10:23:03 GMT',
      'x-ots-instancename:naketest',
    ];
    expect(signRequest(secret, '/ListTable', lines.join('\n'))).toBe('4xap392B7EBpN+RmlHgNowjoG1w=');
  });

  test('of a response', () => {
    const lines = [
      'x-ots-contentmd5:1B2M2Y8AsgTpgAmY7PhCfg==',
      'x-ots-contenttype:protocol buffer',
      'x-ots-date:Tue, 12 Aug 2014 10:23:03 GMT',
      'x-ots-requestid:0005006c-0e81-db74-4a34-ce0a5df229a1',
    ];
    expect(signResponse(secret, '/ListTable', lines.join('\n'))).toBe('Y24MHhVti5UhSCW5qsUSDvT9SOk=');
  });
});

describe('a request is accepted', () => {
  test.each<[string, RawRequest]>([
    ['when it is well signed', {}],
    ['14 minutes late', { headers: { 'x-ots-date': minutesAgo(14) } }],
    ['14 minutes early', { headers: { 'x-ots-date': minutesAgo(-14) } }],
    ['with the date as RFC 1123 writes it', { headers: { 'x-ots-date': new Date().toUTCString() } }],
    ['with an STS token', { headers: { 'x-ots-accesskeyid': 'STS.role', 'x-ots-ststoken': 'token' } }],
    ['whatever the case of the instance name', { headers: { 'x-ots-instancename': 'Stint' } }],
  ])('%s', async (_, request) => {
    expect((await send(harness.server.url, request)).status).toBe(200);
  });

  test('from the SDK with an STS token', async () => {
    const client = newClient(harness.server.url, { accessKeyId: 'STS.role', stsToken: 'token' });
    expect((await client.listTable({})).tableNames).toContain('people');
  });
});

describe('a request is refused', () => {
  const otherBody = base64Md5(Buffer.from('other'));

  test.each<[string, RawRequest, number, string, string]>([
    ['as GET', { method: 'GET' }, 405, 'OTSMethodNotAllowed', 'Only POST method for requests is supported.'],
    [
      'for an unknown operation',
      { path: '/HelloWorld' },
      400,
      'OTSUnsupportOperation',
      "Unsupported operation: 'HelloWorld'.",
    ],
    [
      'for a name every object has',
      { path: '/constructor' },
      400,
      'OTSUnsupportOperation',
      "Unsupported operation: 'constructor'.",
    ],
    [
      'of another API version',
      { headers: { 'x-ots-apiversion': '2014-08-08' } },
      400,
      'OTSParameterInvalid',
      'Invalid API version: 2014-08-08.',
    ],
    [
      'without a readable date',
      { headers: { 'x-ots-date': 'blahblah' } },
      400,
      'OTSParameterInvalid',
      'Invalid date format: blahblah.',
    ],
    [
      '16 minutes late',
      { headers: { 'x-ots-date': minutesAgo(16) } },
      403,
      'OTSAuthFailed',
      'Mismatch between system time and x-ots-date',
    ],
    [
      '16 minutes early',
      { headers: { 'x-ots-date': minutesAgo(-16) } },
      403,
      'OTSAuthFailed',
      'Mismatch between system time and x-ots-date',
    ],
    [
      'with another body than its MD5 says',
      { headers: { 'x-ots-contentmd5': otherBody } },
      403,
      'OTSAuthFailed',
      'Mismatch between MD5 value of request body and x-ots-contentmd5 in header.',
    ],
    [
      'with an unknown key',
      { headers: { 'x-ots-accesskeyid': 'LTAI-nobody' } },
      403,
      'OTSAuthFailed',
      'The AccessKeyID does not exist.',
    ],
    ['signed with another secret', { secret: 'guess' }, 403, 'OTSAuthFailed', 'Signature mismatch.'],
    [
      'with a signature of another length',
      { tampered: { 'x-ots-signature': 'short' } },
      403,
      'OTSAuthFailed',
      'Signature mismatch.',
    ],
    [
      'with a header changed after signing',
      { tampered: { 'x-ots-date': minutesAgo(1) } },
      403,
      'OTSAuthFailed',
      'Signature mismatch.',
    ],
    [
      'with a header added after signing',
      { tampered: { 'x-ots-extra': 'x' } },
      403,
      'OTSAuthFailed',
      'Signature mismatch.',
    ],
    [
      'of another instance',
      { headers: { 'x-ots-instancename': 'other' } },
      403,
      'OTSAuthFailed',
      'The instance is not found.',
    ],
    [
      'with the wrong STS token',
      { headers: { 'x-ots-accesskeyid': 'STS.role', 'x-ots-ststoken': 'other' } },
      403,
      'OTSAuthFailed',
      'The STS token is invalid.',
    ],
    [
      'with a temporary key but no token',
      { headers: { 'x-ots-accesskeyid': 'STS.role' } },
      403,
      'OTSAuthFailed',
      'The STS token is invalid.',
    ],
    [
      'with an expired STS token',
      { headers: { 'x-ots-accesskeyid': 'STS.expired' } },
      403,
      'OTSAuthFailed',
      'The STS token is expired.',
    ],
    [
      'that is no protobuf message',
      { path: '/GetRow', body: Buffer.from('blahblah') },
      400,
      'OTSParameterInvalid',
      'Failed to parse the ProtoBuf message.',
    ],
    [
      'that lacks required fields',
      { path: '/GetRow' },
      400,
      'OTSParameterInvalid',
      'Failed to parse the ProtoBuf message.',
    ],
    [
      'of more than 5 MB',
      { body: Buffer.alloc(5 * 1024 * 1024 + 1) },
      413,
      'OTSRequestBodyTooLarge',
      'The size of POST data is too large.',
    ],
  ])('%s', async (_, request, status, code, message) => {
    expect(await send(harness.server.url, request)).toMatchObject({
      status,
      code,
      message: expect.stringContaining(message),
    });
  });

  test.each([
    'x-ots-apiversion',
    'x-ots-instancename',
    'x-ots-contentmd5',
    'x-ots-date',
    'x-ots-accesskeyid',
    'x-ots-signature',
  ])('without %s', async (name) => {
    const request =
      name === 'x-ots-signature' ? { tampered: { [name]: undefined } } : { headers: { [name]: undefined } };
    expect(await send(harness.server.url, request)).toMatchObject({
      status: 400,
      code: 'OTSMissingHeader',
      message: `Missing header: '${name}'.`,
    });
  });

  test('from another account than the owner of the instance', async () => {
    const other = await startHarness({ accountId: '6543210987654321' });
    expect(await send(other.server.url)).toMatchObject({ status: 403, code: 'OTSAuthFailed' });
    await other.stop();
  });
});

describe('what a caller may do', () => {
  const denied = { status: 403, code: 'OTSNoPermissionAccess' };
  const as = (accessKeyId: string, secretAccessKey: string) =>
    newClient(harness.server.url, { accessKeyId, secretAccessKey });
  const put = { primaryKey: [{ id: 'x' }], attributeColumns: [{ a: 'b' }], condition: ignore() };

  test('is asked with action, resource and context', async () => {
    await harness.client.putRow({ tableName: 'people', ...put });
    const context = {
      'acs:SourceIp': '127.0.0.1',
      'acs:SecureTransport': 'false',
      'acs:CurrentTime': expect.any(String),
    };
    expect(harness.asked.at(-1)).toEqual({
      action: 'ots:PutRow',
      resource: 'acs:ots:cn-hangzhou:1234567890123456:instance/stint/table/people',
      context,
    });
    await harness.client.listTable({});
    expect(harness.asked.at(-1)).toMatchObject({
      action: 'ots:ListTable',
      resource: 'acs:ots:cn-hangzhou:1234567890123456:instance/stint/table/*',
    });
  });

  test('decides: a reader can read and cannot write', async () => {
    const reader = as('LTAI-reader', 'reader-secret');
    await expect(reader.getRow({ tableName: 'people', primaryKey: [{ id: 'x' }] })).resolves.toBeDefined();
    await expect(reader.putRow({ tableName: 'people', ...put })).rejects.toMatchObject(denied);
    await expect(reader.listTable({})).rejects.toMatchObject(denied);
    await expect(reader.deleteTable({ tableName: 'people' })).rejects.toMatchObject(denied);
  });

  test('is asked of every table of a batch, and nothing happens if one is refused', async () => {
    const client = as('LTAI-one-table', 'one-table-secret');
    const rows = [{ type: 'PUT', ...put, primaryKey: [{ id: 'batch' }] }];
    const both = [
      { tableName: 'people', rows },
      { tableName: 'secrets', rows },
    ];
    await expect(client.batchWriteRow({ tables: both })).rejects.toMatchObject(denied);
    const { row } = await harness.client.getRow({ tableName: 'people', primaryKey: [{ id: 'batch' }] });
    expect(row).toEqual({});
    const reads = both.map(({ tableName }) => ({ tableName, primaryKey: [[{ id: 'batch' }]] }));
    await expect(client.batchGetRow({ tables: reads })).rejects.toMatchObject(denied);
    await expect(client.batchWriteRow({ tables: both.slice(0, 1) })).resolves.toBeDefined();
  });
});

describe('an answer', () => {
  const signedLines = (headers: Readonly<Record<string, unknown>>) =>
    Object.entries(headers)
      .filter(([name]) => name.startsWith('x-ots-'))
      .map(([name, value]) => `${name}:${value}`)
      .sort()
      .join('\n');

  test.each<[string, RawRequest, number]>([
    ['of success', {}, 200],
    ['of failure', { path: '/GetRow' }, 400],
  ])('%s is signed with the caller’s secret', async (_, request, status) => {
    const answer = await send(harness.server.url, request);
    const signature = base64Hmac(
      'writer-secret',
      `${signedLines(answer.headers)}\n${request.path ?? '/ListTable'}`,
    );
    expect(answer.status).toBe(status);
    expect(answer.headers.authorization).toBe(`OTS LTAI-writer:${signature}`);
    expect(answer.headers['x-ots-contentmd5']).toBe(base64Md5(answer.body));
    expect(answer.headers['x-ots-contenttype']).toBe('protocol buffer');
    expect(answer.headers['x-ots-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('to an unknown key is not signed', async () => {
    const answer = await send(harness.server.url, { headers: { 'x-ots-accesskeyid': 'LTAI-nobody' } });
    expect(answer.headers.authorization).toBeUndefined();
  });
});
