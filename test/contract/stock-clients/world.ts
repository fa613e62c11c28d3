// One world for every stock client: a RAM and an STS that know the keys that they gave, vend in front of them over HTTP and over
// TLS, and login with the CloudSSO dialect. All at the real time, since libraries compare `Expiration` with it.
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { openIam } from '../../../local/iam/local-iam.ts';
import { startSts } from '../../../local/sts/server.ts';
import { lazyStsClient } from '../../../shared/adapters/alibaba-cloud/sts-client.ts';
import { createStsRoleAssumer } from '../../../shared/adapters/alibaba-cloud/sts-role-assumer.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { grantTo, provider } from '../../support/builders.ts';
import { certificateAuthority, clientCertificate, EXTENSIONS } from '../../support/certificates.ts';
import { ACCOUNT } from '../../support/cloudsso.ts';
import { startCloudSso } from '../../support/cloudsso-world.ts';
import { seconds, token } from '../../support/issuer.ts';
import { listenHere } from '../../support/loopback.ts';
import type { Vend } from '../../support/vend-app.ts';
import { ROLE_ARN } from '../../support/wires.ts';
import { lead } from './lead.ts';

const HOUR_MS = 3_600_000;
const OWN_KEY = { accessKeyId: 'LTAIStockClients', accessKeySecret: 'secret-of-the-function' };
const EVERYTHING = { Version: '1', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const TRUST = {
  Version: '1',
  Statement: [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: [`acs:ram::${ACCOUNT}:user/vend`] } },
  ],
};

type AtEnd = (close: () => unknown) => void;

/** RAM with the one role, and STS over HTTP. */
async function startCloud(folder: string, now: Date, atEnd: AtEnd) {
  const clock = () => now;
  const iam = openIam({ file: join(folder, 'iam'), clock });
  const added = [
    iam.putUser({ accountId: ACCOUNT, name: 'vend', ...OWN_KEY, policies: [EVERYTHING] }),
    iam.putRole({ arn: ROLE_ARN, trustPolicy: TRUST, policies: [EVERYTHING] }),
  ];
  if (added.some(({ ok }) => !ok)) throw new Error(JSON.stringify(added));
  const sts = await startSts({ iam, clock });
  atEnd(() => iam.close());
  atEnd(() => sts.close());
  const credentials = () => ({
    accessKeyId: OWN_KEY.accessKeyId,
    accessKeySecret: new Secret(OWN_KEY.accessKeySecret),
    securityToken: undefined,
  });
  const roleAssumer = createStsRoleAssumer(lazyStsClient({ endpoint: sts.url, credentials }));
  return { url: sts.url, roleAssumer };
}

interface ReceivedCall {
  readonly method: string | undefined;
  readonly url: string | undefined;
}

/** vend behind TLS, and the file of the certificate authority that clients must trust. */
export async function startOverTls({ app }: Vend, folder: string, atEnd: AtEnd) {
  const valid = { from: new Date(Date.now() - HOUR_MS), to: new Date(Date.now() + HOUR_MS) };
  const authority = certificateAuthority('Test CA', valid);
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const extensions = [EXTENSIONS.purposes('serverAuth'), EXTENSIONS.names(['dns', 'localhost'])];
  const certificate = clientCertificate(authority, { ...valid, keys, extensions });
  const asked: ReceivedCall[] = [];
  const answer = getRequestListener(app.fetch);
  const server = createTlsServer(
    {
      key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      cert: new X509Certificate(certificate).toString(),
    },
    (request, response) => {
      asked.push({ method: request.method, url: request.url });
      return answer(request, response);
    },
  );
  const { port } = await listenHere(server, atEnd);
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, authority.pem);
  return { asked, ca, endpoint: `localhost:${port}` };
}

/** A socket that leads to a port of this machine, for another network namespace. */
async function leadTo(port: number, folder: string, atEnd: AtEnd): Promise<readonly [number, string]> {
  const path = join(folder, `${port}.socket`);
  const server = await lead({ path }, { port, host: '127.0.0.1' });
  atEnd(() => server.close());
  return [port, path];
}

export async function startStockWorld() {
  const closers: (() => unknown)[] = [];
  const atEnd: AtEnd = (close) => void closers.unshift(close);
  const folder = mkdtempSync(join(tmpdir(), 'stint-stock-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const now = new Date();
  const cloud = await startCloud(folder, now, atEnd);

  let answer: ReturnType<typeof getRequestListener> | undefined;
  const dialect = createServer((request, response) => answer?.(request, response));
  const { url: origin } = await listenHere(dialect, atEnd);
  const world = await startCloudSso({ cloudSsoUrl: origin }, { roleAssumer: cloud.roleAssumer });
  const { vend, login } = world;
  answer = getRequestListener(login.app.fetch);
  vend.clock.advance(now.getTime() - vend.clock.now().getTime());
  vend.store.providers = [...vend.store.providers, provider()];
  vend.store.grants = [...vend.store.grants, grantTo({ kind: 'sub', name: 'alice' })];
  const { url } = await listenHere(createServer(getRequestListener(vend.app.fetch)), atEnd);
  const ports = [url, cloud.url].map((one) => Number(new URL(one).port));

  return {
    ...world,
    ...(await startOverTls(vend, folder, atEnd)),
    /** Of vend, without TLS. */
    url,
    /** Host and port of the cloud's STS. */
    cloud: new URL(cloud.url).host,
    /** Of the CloudSSO dialect. */
    origin,
    /** What another network namespace needs to have the cloud and vend at their own addresses. */
    leads: await Promise.all(ports.map((port) => leadTo(port, folder, atEnd))),
    newFolder(name: string): string {
      const path = join(folder, name);
      mkdirSync(path, { recursive: true });
      return path;
    },
    /** A file with the line break that Kubernetes and editors leave at its end. */
    writeToken(name: string, claims: Readonly<Record<string, unknown>> = {}): string {
      const path = join(folder, name);
      const iat = seconds(now) - 10;
      writeFileSync(path, `${token({ claims: { iat, exp: iat + 3_000, ...claims } })}\n`);
      return path;
    },
    async close(): Promise<void> {
      for (const close of closers) await close();
    },
  };
}

export type StockWorld = Awaited<ReturnType<typeof startStockWorld>>;
