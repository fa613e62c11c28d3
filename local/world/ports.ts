// Which ports the local services use: next to the gateway's, and the same again at the next start where free.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import * as z from 'zod';
import { freePort, listenNear } from '../fc/listen.ts';

const HOST = '127.0.0.1';
const HIGHEST_PORT = 65_535;

const port = z.number().int();
/** A state folder from before there was a local RAM, SAML, CloudSSO or ActionTrail keeps its other ports. */
const RememberedPorts = z.object({
  idp: port,
  sts: port,
  tablestore: port,
  ram: port.optional(),
  saml: port.optional(),
  cloudSso: port.optional(),
  actionTrail: port.optional(),
});

export interface Ports {
  readonly idp: number;
  readonly sts: number;
  readonly tablestore: number;
  readonly ram: number;
  readonly saml: number;
  readonly cloudSso: number;
  readonly actionTrail: number;
}

function rememberedPorts(file: string) {
  try {
    return RememberedPorts.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** The issuer is part of every token and rule, so a start that keeps its port keeps both. */
export async function choosePorts(stateDir: string, gatewayPort: number): Promise<Ports> {
  const file = join(stateDir, 'ports.json');
  const next = {
    idp: gatewayPort + 1,
    sts: gatewayPort + 2,
    tablestore: gatewayPort + 3,
    ram: gatewayPort + 4,
    saml: gatewayPort + 5,
    cloudSso: gatewayPort + 6,
    actionTrail: gatewayPort + 7,
  };
  const preferred = rememberedPorts(file) ?? next;
  // The gateway is bound last: a service on its port would make the start fail on itself.
  const taken = new Set([gatewayPort]);
  const free = async (port: number): Promise<number> => {
    const found = await freePort(taken.has(port) || port > HIGHEST_PORT ? 0 : port, HOST);
    taken.add(found);
    return found;
  };
  const ports = {
    idp: await free(preferred.idp),
    sts: await free(preferred.sts),
    tablestore: await free(preferred.tablestore),
    ram: await free(preferred.ram ?? next.ram),
    saml: await free(preferred.saml ?? next.saml),
    cloudSso: await free(preferred.cloudSso ?? next.cloudSso),
    actionTrail: await free(preferred.actionTrail ?? next.actionTrail),
  };
  writeFileSync(file, `${JSON.stringify(ports)}\n`);
  return ports;
}

/** As the gateway would choose, which is started last: its address stands in the rules and at the identity provider. */
export async function chooseGatewayPort(port: number, tries: number): Promise<number> {
  const probe = createServer();
  const chosen = await listenNear(probe, HOST, port, tries);
  await new Promise((resolve) => probe.close(resolve));
  return chosen;
}
