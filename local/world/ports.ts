// Which ports the local services use: next to the gateway's, and the same again at the next start where free.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { freePort } from '../fc/listen.ts';

const HOST = '127.0.0.1';

const port = z.number().int();
/** A state folder from before there was a local RAM keeps its other ports. */
const RememberedPorts = z.object({ idp: port, sts: port, tablestore: port, ram: port.optional() });

export interface Ports {
  readonly idp: number;
  readonly sts: number;
  readonly tablestore: number;
  readonly ram: number;
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
  };
  const preferred = rememberedPorts(file) ?? next;
  const ports = {
    idp: await freePort(preferred.idp, HOST),
    sts: await freePort(preferred.sts, HOST),
    tablestore: await freePort(preferred.tablestore, HOST),
    ram: await freePort(preferred.ram ?? next.ram, HOST),
  };
  writeFileSync(file, `${JSON.stringify(ports)}\n`);
  return ports;
}
