// Secrets wrapped by KMS: the adapter and the unmodified SDK against the local KMS, and what an attacker writes into the tables.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openIam } from '../../local/iam/local-iam.ts';
import { makeKmsKey } from '../../local/kms/kms-key.ts';
import { startKms } from '../../local/kms/server.ts';
import type { CloudCredentials } from '../../shared/adapters/alibaba-cloud/cloud-credentials.ts';
import { createKmsDataKeys } from '../../shared/adapters/alibaba-cloud/kms-data-keys.ts';
import { ok } from '../../shared/kernel/result.ts';
import { createKmsSeal, createPlainSeal } from '../../shared/kernel/seal.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { answerJson, startLoopback } from '../support/loopback.ts';
import { must } from './must.ts';

const ACCOUNT = '1234567890123456';
const REGION = 'cn-hangzhou';
const folder = mkdtempSync(join(tmpdir(), 'stint-kms-'));
const iam = openIam({ file: join(folder, 'iam.lmdb'), clock: () => new Date() });
const KEY = makeKmsKey(ACCOUNT);
const DISABLED = { ...makeKmsKey(ACCOUNT), isEnabled: false };
const FOREIGN = makeKmsKey('99');
const kms = await startKms({ iam, region: REGION, keys: [KEY, DISABLED, FOREIGN] });
afterEach(() => kms.faults.clear());
afterAll(async () => {
  await kms.close();
  await iam.close();
  rmSync(folder, { recursive: true });
});

const arn = (id: string) => `acs:kms:${REGION}:${ACCOUNT}:key/${id}`;
function user(name: string, actions: readonly string[], keys: readonly string[] = [KEY.id, DISABLED.id]) {
  const [accessKeyId, accessKeySecret] = [`LTAI${name}`, `${name}-secret`];
  const Statement = [{ Effect: 'Allow', Action: actions, Resource: keys.map(arn) }];
  const policies = [{ Version: '1', Statement }];
  must(iam.putUser({ accountId: ACCOUNT, name, accessKeyId, accessKeySecret, policies }));
  return { accessKeyId, accessKeySecret: new Secret(accessKeySecret), securityToken: undefined };
}

const LOGIN = user('login', ['kms:GenerateDataKey', 'kms:Decrypt']);
/** An administrator sets client secrets. */
const WRITER = user('writer', ['kms:GenerateDataKey']);
const STRANGER = user('stranger', ['oss:GetObject']);

const dataKeys = (
  credentials: CloudCredentials = LOGIN,
  { keyId = KEY.id, endpoint = kms.url, deadlineMs = 5_000 } = {},
) => createKmsDataKeys({ endpoint, keyId, credentials: () => credentials, deadlineMs });
const seal = (credentials = LOGIN, deployment = 'stint') => createKmsSeal(dataKeys(credentials), deployment);

const PLACE = { table: 'login_keys', row: 'session-keys' };
const CANARY = 'canary-private-key';

describe('a secret that KMS wraps', () => {
  it('comes back, and is not in the text that is stored', async () => {
    const sealed = must(await seal().seal(PLACE, new Secret(CANARY)));
    expect(sealed).toMatch(/^kms\./);
    for (const encoded of [
      CANARY,
      Buffer.from(CANARY).toString('base64'),
      Buffer.from(CANARY).toString('base64url'),
    ])
      expect(sealed).not.toContain(encoded);
    expect(must(await seal().open(PLACE, sealed)).reveal()).toBe(CANARY);
  });

  it('is written by an administrator who cannot read it back', async () => {
    const sealed = must(await seal(WRITER).seal(PLACE, new Secret(CANARY)));
    expect(await seal(WRITER).open(PLACE, sealed)).toEqual({
      ok: false,
      error: { kind: 'unavailable', cause: 'Forbidden.NoPermission' },
    });
    expect(must(await seal().open(PLACE, sealed)).reveal()).toBe(CANARY);
  });

  /**
   * @attack Rows of keys and client secrets, exchanged
   * @removed the context
   * @failed 4 of 19: does not open in the place of another row: `expected { ok: true, value: [secret] } to
   *   deeply equal { ok: false, … }`
   */
  it.each([
    ['another row', { ...PLACE, row: 'saml-keys' }, 'stint'],
    ['another table', { ...PLACE, table: 'client_secrets' }, 'stint'],
    ['another deployment', PLACE, 'other'],
  ])('does not open in the place of %s', async (_, place, deployment) => {
    const sealed = must(await seal().seal(PLACE, new Secret(CANARY)));
    expect(await seal(LOGIN, deployment).open(place, sealed)).toEqual({
      ok: false,
      error: { kind: 'unreadable', cause: 'InvalidParameter' },
    });
  });

  it('does not open in another place either if KMS does not look at the context', async () => {
    const inner = dataKeys();
    const deaf = createKmsSeal(
      { make: () => inner.make('{}'), unwrap: (wrapped) => inner.unwrap(wrapped, '{}') },
      'stint',
    );
    const sealed = must(await deaf.seal(PLACE, new Secret(CANARY)));
    expect(must(await deaf.open(PLACE, sealed)).reveal()).toBe(CANARY);
    expect(await deaf.open({ ...PLACE, row: 'saml-keys' }, sealed)).toMatchObject({
      error: { cause: 'altered' },
    });
  });

  /**
   * @attack Session keys that an attacker wrote into the table, without the permission to use the KMS key
   * @removed the refusal of unwrapped secrets
   * @failed 1 of 19: is refused if it is not wrapped, and without a KMS key if it is: `expected { ok: true,
   *   value: [secret] } to match object { error: … }`
   */
  it('is refused if it is not wrapped, and without a KMS key if it is', async () => {
    const forged = must(await createPlainSeal().seal(PLACE, new Secret('[]')));
    expect(await seal().open(PLACE, forged)).toMatchObject({
      error: { kind: 'unreadable', cause: 'not-wrapped' },
    });
    const sealed = must(await seal().seal(PLACE, new Secret(CANARY)));
    expect(await createPlainSeal().open(PLACE, sealed)).toMatchObject({
      error: { cause: 'no-kms-key-named' },
    });
    expect(await seal(STRANGER).seal(PLACE, new Secret('[]'))).toMatchObject({
      error: { cause: 'Forbidden.NoPermission' },
    });
  });

  it('is refused if one character of it was altered', async () => {
    const sealed = must(await seal().seal(PLACE, new Secret(CANARY)));
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: sealed.length - 1 }),
        fc.constantFrom('A', 'b', '-', '.'),
        async (at, other) => {
          fc.pre(sealed[at] !== other);
          const altered = `${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`;
          const opened = await seal().open(PLACE, altered);
          // The last character of base64 may have bits that no byte has.
          expect(opened.ok && opened.value.reveal() !== CANARY).toBe(false);
          if (at < sealed.length - 1 && !altered.includes('=')) expect(opened.ok).toBe(false);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('KMS that fails', () => {
  it.each([
    ['throttles', { kind: 'refuse', code: 'Throttling.User' }, 'Throttling.User'],
    ['fails', { kind: 'refuse', code: 'ServiceUnavailableTemporary' }, 'ServiceUnavailableTemporary'],
    ['drops the connection', { kind: 'close' }, expect.any(String)],
    ['answers garbage', { kind: 'garbage' }, expect.any(String)],
  ] as const)('is unavailable when it %s', async (_, fault, cause) => {
    const sealed = must(await seal().seal(PLACE, new Secret(CANARY)));
    kms.faults.inject(fault);
    expect(await seal().open(PLACE, sealed)).toEqual({ ok: false, error: { kind: 'unavailable', cause } });
    kms.faults.inject(fault);
    expect(await seal().seal(PLACE, new Secret(CANARY))).toEqual({
      ok: false,
      error: { kind: 'unavailable', cause },
    });
    expect(must(await seal().open(PLACE, sealed)).reveal()).toBe(CANARY);
  });

  it('is unavailable when it never answers', async () => {
    kms.faults.inject({ kind: 'hang' });
    const made = await dataKeys(LOGIN, { deadlineMs: 50 }).make('{}');
    expect(made).toEqual({ ok: false, error: { kind: 'unavailable', cause: 'kms-Deadline' } });
  });

  it.each([
    ['a key that is disabled', DISABLED.id, 'Rejected.Disabled'],
    ['a key of another account', FOREIGN.id, 'Forbidden.NoPermission'],
  ])('refuses %s', async (_, keyId, cause) => {
    expect(await dataKeys(LOGIN, { keyId }).make('{}')).toEqual({
      ok: false,
      error: { kind: 'unavailable', cause },
    });
  });

  it.each([
    ['no key', { CiphertextBlob: 'AAAA' }],
    ['a short key', { CiphertextBlob: 'AAAA', Plaintext: 'AAAA' }],
    ['a ciphertext with a dot', { CiphertextBlob: 'A.A', Plaintext: Buffer.alloc(32).toString('base64') }],
  ])('is not believed when its answer has %s', async (_, answer) => {
    const server = await startLoopback(answerJson({ RequestId: 'r', ...answer }));
    expect(await dataKeys(LOGIN, { endpoint: server.url }).make('{}')).toMatchObject({
      error: { cause: 'kms-answer-unusable' },
    });
  });

  it.each([
    ['its token, where they have one', new Secret('token-of-the-role'), 'token-of-the-role'],
    ['no token otherwise', undefined, null],
  ])('is asked with the credentials of the platform, and with %s', async (_, securityToken, sent) => {
    const server = await startLoopback(answerJson({ RequestId: 'r' }));
    await dataKeys({ ...LOGIN, securityToken }, { endpoint: server.url }).make('{}');
    const [, path = ''] = server.requests[0]?.split(' ') ?? [];
    const { searchParams } = new URL(path, server.url);
    expect(searchParams.get('AccessKeyId')).toBe(LOGIN.accessKeyId);
    expect(searchParams.get('SecurityToken')).toBe(sent);
  });

  it('is named by its ARN as well', async () => {
    const made = await dataKeys(LOGIN, { keyId: arn(KEY.id) }).make('{}');
    expect(made).toEqual(ok(expect.anything()));
  });
});

/** Stint does not call Encrypt: the SDK sends the plaintext in the URL. Programs that are tried on the local cloud may. */
it('the local KMS encrypts for a program that sends the plaintext, by the SDK', async () => {
  const { default: sdk, EncryptRequest, DecryptRequest } = await import('@alicloud/kms20160120');
  const Client = 'default' in sdk ? sdk.default : sdk;
  const { accessKeyId, accessKeySecret } = user('program', ['kms:Encrypt', 'kms:Decrypt']);
  const { host } = new URL(kms.url);
  const key = { accessKeyId, accessKeySecret: accessKeySecret.reveal(), securityToken: '' };
  const client = new Client({
    endpoint: host,
    protocol: 'http',
    regionId: 'none',
    ...key,
    toMap: () => ({}),
  });
  const plaintext = Buffer.from('text').toString('base64');
  const encrypted = await client.encrypt(new EncryptRequest({ keyId: KEY.id, plaintext }));
  const ciphertextBlob = String(encrypted.ciphertextBlob);
  expect(ciphertextBlob).not.toContain(plaintext);
  const decrypted = await client.decrypt(new DecryptRequest({ ciphertextBlob }));
  expect(decrypted).toMatchObject({ keyId: KEY.id, plaintext });
  await expect(client.encrypt(new EncryptRequest({ keyId: FOREIGN.id, plaintext }))).rejects.toThrow(
    'Forbidden.NoPermission',
  );
});
