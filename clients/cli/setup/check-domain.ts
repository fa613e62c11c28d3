// Whether the world reaches the deployment at its domain: the DNS record, the certificate, and the deployment's own answer.
import { resolve4, resolveCname } from 'node:dns/promises';
import { connect } from 'node:tls';
import { isLoopbackHost } from '../../../shared/kernel/endpoint-url.ts';

export interface CheckedDeployment {
  readonly accountId: string;
  readonly region: string;
  readonly domain: string;
  readonly publicUrl: string;
  readonly certificateId: string | undefined;
}

export interface Check {
  readonly name: 'dns' | 'certificate' | 'readyz';
  readonly ok: boolean;
  readonly message: string;
}

/** A certificate as a TLS server shows it. */
export interface ShownCertificate {
  readonly validTo: Date;
  /** Why Node.js does not accept it; undefined: it does. */
  readonly refusal: string | undefined;
}

/** For tests, which have no network. */
export interface DomainNetwork {
  /** Undefined: there is no such record. */
  cname(domain: string): Promise<string | undefined>;
  hasAddress(domain: string): Promise<boolean>;
  certificate(domain: string): Promise<ShownCertificate | undefined>;
  /** The status of GET; undefined: no answer. */
  status(url: string): Promise<number | undefined>;
}

const DEADLINE_MS = 5_000;
const HTTPS_PORT = 443;
const HTTP_OK = 200;
/** Certificates are renewed by hand here, which takes people a while. */
const SOON_MS = 21 * 24 * 3600 * 1000;

function readCertificate(domain: string): Promise<ShownCertificate | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: domain, port: HTTPS_PORT, servername: domain, rejectUnauthorized: false });
    const end = (shown: ShownCertificate | undefined): void => {
      socket.destroy();
      resolve(shown);
    };
    socket.setTimeout(DEADLINE_MS, () => end(undefined));
    socket.once('error', () => end(undefined));
    socket.once('secureConnect', () => {
      const validTo = new Date(socket.getPeerCertificate().valid_to);
      end({ validTo, refusal: socket.authorized ? undefined : String(socket.authorizationError) });
    });
  });
}

export const REAL_NETWORK: DomainNetwork = {
  cname: async (domain) => (await resolveCname(domain).catch(() => []))[0],
  hasAddress: async (domain) => (await resolve4(domain).catch(() => [])).length > 0,
  certificate: readCertificate,
  async status(url) {
    try {
      return (await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS), redirect: 'manual' })).status;
    } catch {
      return undefined;
    }
  },
};

async function checkDns(
  { accountId, region, domain }: CheckedDeployment,
  network: DomainNetwork,
): Promise<Check> {
  const name = 'dns';
  // Function Compute, "Configure a custom domain name": the public endpoint of the account in the region.
  const target = `${accountId}.${region}.fc.aliyuncs.com`;
  const found = await network.cname(domain);
  if (found?.toLowerCase() === target) return { name, ok: true, message: `${domain} leads to ${target}` };
  const record = `${domain} CNAME ${target}`;
  if (found !== undefined)
    return {
      name,
      ok: true,
      message: `${domain} leads to ${found}: a gateway or CDN there must pass on to ${target}`,
    };
  return (await network.hasAddress(domain))
    ? {
        name,
        ok: true,
        message: `${domain} has an address of its own: what answers there must pass on to ${target}`,
      }
    : { name, ok: false, message: `this DNS record is missing: ${record}` };
}

async function checkCertificate(
  { domain, certificateId }: CheckedDeployment,
  network: DomainNetwork,
  now: Date,
): Promise<Check> {
  const name = 'certificate';
  if (certificateId === undefined)
    return {
      name,
      ok: false,
      message: `no certificate is named: upload or buy one for ${domain} in Certificate Management Service, and give its id with --cert-id`,
    };
  const shown = await network.certificate(domain);
  if (shown === undefined)
    return {
      name,
      ok: false,
      message: `${domain} does not answer by TLS yet: deploy with the certificate ${certificateId}`,
    };
  if (shown.refusal !== undefined)
    return { name, ok: false, message: `the certificate of ${domain} is not accepted: ${shown.refusal}` };
  const until = shown.validTo.toISOString().slice(0, 10);
  const isLate = shown.validTo.getTime() - now.getTime() < SOON_MS;
  return {
    name,
    ok: !isLate,
    message: isLate
      ? `the certificate of ${domain} ends on ${until}: renew it`
      : `the certificate of ${domain} is valid until ${until}`,
  };
}

async function checkReady({ publicUrl }: CheckedDeployment, network: DomainNetwork): Promise<Check> {
  const url = `${publicUrl}/readyz`;
  const status = await network.status(url);
  const message =
    status === HTTP_OK
      ? `${url} says that the deployment is ready`
      : status === undefined
        ? `${url} does not answer: deploy with npm run deploy -- -y`
        : `${url} answers ${status}: its body says which service is down`;
  return { name: 'readyz', ok: status === HTTP_OK, message };
}

/** A deployment on this machine has neither a DNS record nor a certificate. */
export async function checkDeployment(
  deployment: CheckedDeployment,
  network: DomainNetwork,
  now: Date,
): Promise<readonly Check[]> {
  const isLocal = isLoopbackHost(new URL(deployment.publicUrl).hostname);
  const ready = checkReady(deployment, network);
  return isLocal
    ? [await ready]
    : Promise.all([checkDns(deployment, network), checkCertificate(deployment, network, now), ready]);
}
