// Which ports the local services use: next to the gateway's, and the same again at the next start where free.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { freePort } from '../fc/listen.ts';

const HOST = '127.0.0.1';

const Ports = z.object({ idp: z.number().int(), sts: z.number().int(), tablestore: z.number().int() });
export type Ports = z.infer<typeof Ports>;

function rememberedPorts(file: string): Ports | undefined {
  try {
    return Ports.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** The issuer is part of every token and rule, so a start that keeps its port keeps both. */
export async function choosePorts(stateDir: string, gatewayPort: number): Promise<Ports> {
  const file = join(stateDir, 'ports.json');
  const next = { idp: gatewayPort + 1, sts: gatewayPort + 2, tablestore: gatewayPort + 3 };
  const preferred = rememberedPorts(file) ?? next;
  const ports = {
    idp: await freePort(preferred.idp, HOST),
    sts: await freePort(preferred.sts, HOST),
    tablestore: await freePort(preferred.tablestore, HOST),
  };
  writeFileSync(file, `${JSON.stringify(ports)}\n`);
  return ports;
}
