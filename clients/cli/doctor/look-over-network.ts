// What `stint doctor` sees without credentials: which endpoints answer and what time it is there, and how the deployment's
// domain answers.
import http from 'node:http';
import https from 'node:https';
import { connect } from 'node:tls';
import * as z from 'zod';
import { fetchWithin } from '../../../shared/adapters/http/fetch-within.ts';
import { checkClock } from '../../../shared/checks/check-deployment.ts';
import { type CheckFinding, type FindingName, notChecked } from '../../../shared/checks/finding.ts';
import { isLoopbackHost } from '../../../shared/kernel/endpoint-url.ts';
import {
  type Check,
  type CheckedDeployment,
  checkDeployment,
  type DomainNetwork,
} from '../setup/check-domain.ts';

const BOUNDS = { deadlineMs: 5_000, maxBytes: 1_000_000 };
const HTTPS_PORT = 443;

/** The Date header of an answer; rejects without one. As the SDKs connect: fetch would ask the proxy of the environment. */
const readDate = (url: string): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const { get } = new URL(url).protocol === 'https:' ? https : http;
    const request = get(url, { signal: AbortSignal.timeout(BOUNDS.deadlineMs) }, (answer) => {
      answer.resume();
      resolve(answer.headers.date);
    });
    request.once('error', reject);
  });

/** Services answer a request without parameters with an error of theirs, and say the time. */
export async function checkEndpoint(name: string, url: string): Promise<readonly CheckFinding[]> {
  try {
    return checkClock(name, (await readDate(url)) ?? null, new Date());
  } catch {
    return [{ name: 'endpoint-silent', subject: name, detail: url }];
  }
}

const NAMES: Readonly<Record<Check['name'], FindingName>> = {
  dns: 'domain-unknown',
  certificate: 'certificate-wrong',
  readyz: 'not-ready',
};

/**
 * Whether the server at the domain still takes TLS 1.1 or older. OpenSSL offers these at security level 0 alone; where it was
 * built without them, the answer is no.
 */
export const acceptsOldTls = (domain: string): Promise<boolean> =>
  new Promise((resolve) => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const server = { host: domain, port: HTTPS_PORT, servername: domain, rejectUnauthorized: false };
    try {
      const socket = connect({ ...server, ...old });
      const end = (accepted: boolean): void => {
        socket.destroy();
        resolve(accepted);
      };
      socket.setTimeout(BOUNDS.deadlineMs, () => end(false));
      socket.once('error', () => end(false));
      socket.once('secureConnect', () => end(true));
    } catch {
      resolve(false);
    }
  });

export async function checkPublicUrl(
  deployment: CheckedDeployment,
  network: DomainNetwork,
  hasOldTls: (domain: string) => Promise<boolean>,
  now: Date,
): Promise<readonly CheckFinding[]> {
  const { domain, publicUrl } = deployment;
  const checks = await checkDeployment(deployment, network, now);
  const wrong = checks.filter(({ ok }) => !ok);
  const findings = wrong.map(({ name, message }) => ({
    name: NAMES[name],
    subject: publicUrl,
    detail: message,
  }));
  const isLocal = isLoopbackHost(new URL(publicUrl).hostname);
  if (isLocal || !(await hasOldTls(domain))) return findings;
  return [
    ...findings,
    { name: 'tls-old', subject: domain, detail: 'a handshake with TLS 1.1 or older succeeded' },
  ];
}

const Resource = z.object({ resource: z.string() });

/** vend tells anyone the URL that it was deployed for (RFC 9728). Without an answer nothing is known: `/readyz` tells of that. */
export async function checkDeployedUrl(publicUrl: string): Promise<readonly CheckFinding[]> {
  try {
    const answer = await fetchWithin(
      `${publicUrl}/.well-known/oauth-protected-resource`,
      { method: 'GET' },
      BOUNDS,
    );
    const { resource } = Resource.parse(await answer.json());
    if (resource === publicUrl) return [];
    return [
      { name: 'settings-differ', subject: 'STINT_PUBLIC_URL', detail: `vend was deployed with ${resource}` },
    ];
  } catch {
    return [];
  }
}

const Ready = z.object({ checks: z.object({ hubs: z.enum(['up', 'down']).optional() }) });

/** vend tells anyone whether it can assume its hub roles, and the operator which one it cannot. */
export async function checkHubs(publicUrl: string): Promise<readonly CheckFinding[]> {
  const subject = 'hub roles';
  try {
    const answer = await fetchWithin(`${publicUrl}/readyz`, { method: 'GET' }, BOUNDS);
    const { hubs } = Ready.parse(await answer.json()).checks;
    if (hubs === 'up') return [];
    return hubs === 'down'
      ? [{ name: 'hub-unavailable', subject, detail: `${publicUrl}/readyz says so` }]
      : [
          {
            name: 'settings-differ',
            subject: 'STINT_HUB_ROLES',
            detail: 'vend was deployed without hub roles',
          },
        ];
  } catch {
    return [notChecked(subject, `${publicUrl}/readyz does not say`)];
  }
}

const Jwks = z.object({ keys: z.array(z.object({ kid: z.string() })) });

/** The ids of the keys that login publishes; undefined without an answer. */
export async function readPublishedKeys(issuer: string): Promise<readonly string[] | undefined> {
  try {
    const answer = await fetchWithin(`${issuer}/jwks`, { method: 'GET' }, BOUNDS);
    return Jwks.parse(await answer.json()).keys.map(({ kid }) => kid);
  } catch {
    return undefined;
  }
}
