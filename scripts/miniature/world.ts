// The world around one function: issuer, STS and Tablestore in a process of its own, so that their CPU time is not
// counted as Stint's. For the benchmark and for the build's warm-up; sends its address and ends with its parent.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { openIam } from '../../local/iam/local-iam.ts';
import { startSts } from '../../local/sts/server.ts';
import { startTablestore } from '../../local/tablestore/server.ts';
import { readCurrentAccess, writeAccess } from '../../shared/adapters/tablestore/applied-access.ts';
import { createTables } from '../../shared/adapters/tablestore/create-tables.ts';
import { openRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { readDocuments } from '../../shared/rules/compile/read-documents.ts';
import {
  accessDocument,
  MINIATURE_ACCOUNT,
  MINIATURE_AUDIENCE,
  MINIATURE_INSTANCE,
  type Miniature,
  ROLE_NAME,
  SLOW_MS,
  type WorldFault,
} from './miniature.ts';

/** STS's own limit of 100 calls a second would be what is measured. */
const UNLIMITED_CALLS = 1_000_000;
const clock = () => new Date();
const dataDir = mkdtempSync(join(tmpdir(), 'stint-miniature-'));
process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
process.once('disconnect', () => process.exit());

/** More calls than any run makes. */
const EVERY_CALL = 1_000_000;
const STS_FAULT_CALLS = 2_000;

function need<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(`miniature world: ${JSON.stringify(result.error)}`);
  return result.value;
}

const iam = openIam({ file: join(dataDir, 'iam'), clock });
const keys = { accessKeyId: 'LTAIMiniatureMiniature', accessKeySecret: 'miniature-secret-miniature-secret' };
const everything = { Version: '1', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
need(iam.putUser({ accountId: MINIATURE_ACCOUNT, name: 'vend', ...keys, policies: [everything] }));
const trust = {
  Version: '1',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { RAM: [`acs:ram::${MINIATURE_ACCOUNT}:user/vend`] },
    },
  ],
};
need(
  iam.putRole({
    arn: `acs:ram::${MINIATURE_ACCOUNT}:role/${ROLE_NAME}`,
    trustPolicy: trust,
    policies: [everything],
  }),
);
const tablestore = await startTablestore({
  dataDir: join(dataDir, 'ots'),
  instance: MINIATURE_INSTANCE,
  callers: iam,
});
const sts = await startSts({ iam, callsPerSecond: UNLIMITED_CALLS });

function failTablestore(kind: WorldFault['kind']): void {
  tablestore.faults.clear();
  if (kind === 'none') return;
  const fault = kind === 'slow' ? ({ kind, delayMs: SLOW_MS } as const) : { kind };
  tablestore.faults.add({ ...fault, operation: '*', times: EVERY_CALL });
}

function failSts(kind: WorldFault['kind']): void {
  sts.faults.clear();
  if (kind === 'slow') sts.faults.inject({ kind, delayMillis: SLOW_MS }, STS_FAULT_CALLS);
  else if (kind === 'hang') sts.faults.inject({ kind }, STS_FAULT_CALLS);
  else if (kind === 'busy') sts.faults.inject({ kind: 'refuse', code: 'InternalError' }, STS_FAULT_CALLS);
}

const pair = await generateKeyPair('RS256', { extractable: true });
const publicJwk = { ...(await exportJWK(pair.publicKey)), kid: 'miniature', alg: 'RS256' };
const issuerServer = createServer((request, response) => {
  const keySet = request.url === '/keys';
  const body = keySet ? { keys: [publicJwk] } : { issuer, jwks_uri: `${issuer}/keys` };
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
});
await new Promise<void>((resolve) => issuerServer.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${(issuerServer.address() as AddressInfo).port}`;

const credentials = () => ({
  accessKeyId: keys.accessKeyId,
  accessKeySecret: new Secret(keys.accessKeySecret),
  securityToken: undefined,
});
const sdk = openTablestore({ endpoint: tablestore.url, instance: MINIATURE_INSTANCE, credentials });
need(await createTables(sdk));
const { access } = need(readDocuments([{ name: 'miniature', text: accessDocument(issuer) }]));
const rows = openRows(sdk);
need(
  await writeAccess(rows, {
    base: need(await readCurrentAccess(rows)),
    access,
    appliedBy: 'miniature',
    documentSha256: 'miniature',
    now: new Date(),
    onProgress: () => {},
  }),
);

const world: Miniature = {
  issuer,
  publicJwk,
  privateJwk: await exportJWK(pair.privateKey),
  environment: {
    STINT_PUBLIC_URL: MINIATURE_AUDIENCE,
    STINT_REGION: 'cn-hangzhou',
    STINT_STS_ENDPOINT: sts.url,
    STINT_TABLESTORE_ENDPOINT: tablestore.url,
    STINT_TABLESTORE_INSTANCE: MINIATURE_INSTANCE,
    STINT_LOG_LEVEL: 'error',
    ALIBABA_CLOUD_ACCESS_KEY_ID: keys.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: keys.accessKeySecret,
  },
};
process.on('message', ({ service, kind }: WorldFault) => {
  if (service === 'tablestore') failTablestore(kind);
  else failSts(kind);
});
process.send?.(world);
