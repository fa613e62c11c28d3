// One local STS with an account, users and roles, and ways to call it: the unmodified SDK and bare HTTP.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sdk from '@alicloud/sts20150401';
import { type LocalIam, openIam } from '../../../local/iam/local-iam.ts';
import { canonicalQuery, sha256Hex, signV2, signV3 } from '../../../local/rpc/signatures.ts';
import { type LocalSts, startSts } from '../../../local/sts/server.ts';

export const ACCOUNT = '1234567890123456';
export const roleArn = (name: string, account = ACCOUNT): string => `acs:ram::${account}:role/${name}`;

/** The SDK is CommonJS: its default export is the class, and Node.js shows the module as the default. */
type Client = InstanceType<typeof sdk.default>;

export interface Keys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

export const ROOT: Keys = { accessKeyId: 'LTAIroot', accessKeySecret: 'root-secret' };
/** May assume every role of the account, except `forbidden`. */
export const BROKER: Keys = { accessKeyId: 'LTAIbroker', accessKeySecret: 'broker-secret' };
/** May assume nothing. */
export const STRANGER: Keys = { accessKeyId: 'LTAIstranger', accessKeySecret: 'stranger-secret' };

export const documentOf = (...Statement: readonly object[]): object => ({ Version: '1', Statement });

export const trusting = (Principal: object, Condition?: object): object =>
  documentOf({
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal,
    ...(Condition === undefined ? {} : { Condition }),
  });

export const ALL_OSS = documentOf({ Effect: 'Allow', Action: 'oss:*', Resource: '*' });
const WHOLE_ACCOUNT = { RAM: [`acs:ram::${ACCOUNT}:root`] };

function populate(iam: LocalIam): void {
  const broker = documentOf(
    { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: 'acs:ram:*:*:role/*' },
    { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: roleArn('forbidden') },
  );
  iam.putAccount({ accountId: ACCOUNT, ...ROOT });
  const assumeAnything = documentOf({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' });
  const added = [
    iam.putUser({ accountId: ACCOUNT, name: 'broker', ...BROKER, policies: [broker] }),
    iam.putUser({ accountId: ACCOUNT, name: 'stranger', ...STRANGER, policies: [ALL_OSS] }),
    iam.putRole({ arn: roleArn('media'), trustPolicy: trusting(WHOLE_ACCOUNT), policies: [ALL_OSS] }),
    iam.putRole({
      arn: roleArn('long'),
      trustPolicy: trusting(WHOLE_ACCOUNT),
      policies: [ALL_OSS, assumeAnything],
      maxSessionSeconds: 7200,
    }),
    iam.putRole({ arn: roleArn('forbidden'), trustPolicy: trusting(WHOLE_ACCOUNT), policies: [] }),
    iam.putRole({
      arn: roleArn('partner'),
      trustPolicy: trusting(WHOLE_ACCOUNT, { StringEquals: { 'sts:ExternalId': 'blue-42' } }),
      policies: [ALL_OSS],
    }),
    iam.putRole({
      arn: roleArn('chained'),
      trustPolicy: trusting({ RAM: roleArn('long') }),
      policies: [ALL_OSS],
    }),
    iam.putRole({
      arn: roleArn('function'),
      trustPolicy: trusting({ Service: 'fc.aliyuncs.com' }),
      policies: [assumeAnything],
    }),
    iam.putRole({
      arn: roleArn('elsewhere', '99'),
      trustPolicy: trusting({ RAM: 'acs:ram::99:root' }),
      policies: [ALL_OSS],
    }),
  ];
  const refused = added.find((result) => !result.ok);
  if (refused !== undefined) throw new Error(JSON.stringify(refused));
}

export interface World {
  readonly iam: LocalIam;
  readonly sts: LocalSts;
  /** The clock of STS and RAM stands still, near the real one with which the SDK signs, until it is moved. */
  advance(seconds: number): void;
  now(): Date;
  client(keys: Keys, signatureAlgorithm?: 'v2'): Client;
  close(): Promise<void>;
}

export async function openWorld(options: { readonly callsPerSecond?: number } = {}): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'stint-sts-'));
  let now = Date.now();
  const clock = (): Date => new Date(now);
  const iam = openIam({ file: join(directory, 'iam.lmdb'), clock });
  populate(iam);
  const sts = await startSts({ iam, clock, callsPerSecond: 10_000, ...options });
  return {
    iam,
    sts,
    now: clock,
    advance(seconds) {
      now += seconds * 1000;
    },
    client: (keys, signatureAlgorithm) => sdkClient(sts.url, keys, signatureAlgorithm),
    async close() {
      await sts.close();
      await iam.close();
      rmSync(directory, { recursive: true });
    },
  };
}

function sdkClient(url: string, keys: Keys, signatureAlgorithm?: 'v2'): Client {
  return new sdk.default({
    ...keys,
    endpoint: new URL(url).host,
    protocol: 'http',
    // Asked for by the SDK's type of a configuration, never called by its constructor.
    toMap: () => ({}),
    ...(signatureAlgorithm === undefined ? {} : { signatureAlgorithm }),
  });
}

export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

async function read(response: Response): Promise<RawAnswer> {
  const { status, headers } = response;
  return { status, contentType: headers.get('content-type') ?? '', text: await response.text() };
}

const timestampOf = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`;

export interface RawOptions {
  readonly keys?: Keys;
  readonly at?: Date;
  readonly nonce?: string;
  readonly method?: 'GET' | 'POST';
  readonly action?: string;
  readonly version?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Changes headers after signing; undefined takes one away. */
  readonly tamper?: Readonly<Record<string, string | undefined>>;
  readonly unsigned?: readonly string[];
}

/** A V3 request of our own making, to be wrong in ways the SDK never is. */
export async function callV3(
  url: string,
  query: Readonly<Record<string, string>>,
  options: RawOptions = {},
): Promise<RawAnswer> {
  const { keys = BROKER, at = new Date(), nonce = randomUUID(), method = 'POST', body = '' } = options;
  const headers = new Map(
    Object.entries({
      host: new URL(url).host,
      'x-acs-action': options.action ?? 'GetCallerIdentity',
      'x-acs-content-sha256': sha256Hex(body),
      'x-acs-date': timestampOf(at),
      'x-acs-signature-nonce': nonce,
      'x-acs-version': options.version ?? '2015-04-01',
      ...(keys.securityToken === undefined ? {} : { 'x-acs-security-token': keys.securityToken }),
      ...options.headers,
    }),
  );
  const signedHeaders = [...headers.keys()]
    .filter((name) => /^(?:x-acs-.*|host|content-type)$/.test(name) && !options.unsigned?.includes(name))
    .sort();
  const parameters = new Map(Object.entries(query));
  const signature = signV3(
    { method, path: '/', query: parameters, headers, signedHeaders, body: Buffer.from(body) },
    keys.accessKeySecret,
  );
  headers.set(
    'authorization',
    `ACS3-HMAC-SHA256 Credential=${keys.accessKeyId},SignedHeaders=${signedHeaders.join(';')},Signature=${signature}`,
  );
  for (const [name, value] of Object.entries(options.tamper ?? {})) {
    if (value === undefined) headers.delete(name);
    else headers.set(name, value);
  }
  headers.delete('host');
  const payload = body === '' ? {} : { body: Buffer.from(body) };
  return read(
    await fetch(`${url}/?${canonicalQuery(parameters)}`, { method, headers: [...headers], ...payload }),
  );
}

/** A V2 request; `inBody` parameters go into the form. */
export async function callV2(
  url: string,
  query: Readonly<Record<string, string>>,
  options: RawOptions & {
    readonly inBody?: Readonly<Record<string, string>>;
    readonly tamperQuery?: Readonly<Record<string, string>>;
  } = {},
): Promise<RawAnswer> {
  const { keys = BROKER, at = new Date(), nonce = randomUUID(), inBody = {} } = options;
  const method = options.method ?? (Object.keys(inBody).length > 0 ? 'POST' : 'GET');
  const common = {
    Action: 'GetCallerIdentity',
    Version: '2015-04-01',
    AccessKeyId: keys.accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: nonce,
    Timestamp: timestampOf(at),
    ...(keys.securityToken === undefined ? {} : { SecurityToken: keys.securityToken }),
    ...query,
  };
  const signed = new Map(Object.entries({ ...common, ...inBody }));
  const Signature = signV2(method, signed, keys.accessKeySecret);
  const sent = new Map(Object.entries({ ...common, Signature, ...options.tamperQuery }));
  const form = { body: new URLSearchParams({ ...inBody }) };
  return read(
    await fetch(`${url}/?${canonicalQuery(sent)}`, {
      method,
      ...(Object.keys(inBody).length > 0 ? form : {}),
    }),
  );
}
