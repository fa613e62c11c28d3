// A state folder for one world, with keys that a start does not give away: the account's own, and vend's.
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import * as z from 'zod';
import { DEMO_ACCOUNT, VEND_ROLE } from '../../local/demo/demo-account.ts';
import { freePort } from '../../local/fc/listen.ts';
import { openIam } from '../../local/iam/local-iam.ts';
import { openAdminKey } from '../../local/world/kept-keys.ts';
import { seedIam } from '../../local/world/seed-iam.ts';

const HOST = '127.0.0.1';
/** Below the ports that systems give to outgoing connections, so that nobody takes one by chance meanwhile. */
const FIRST_PORT = 20_000;
const PORT_SPAN = 10_000;
const PORTS_OF_A_WORLD = 7;

export interface Keys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

export interface State {
  readonly folder: string;
  readonly rootKey: Keys;
  /** What Function Compute hands to vend: a session of vend's own role. */
  readonly vendKeys: Keys;
}

export async function prepareState(): Promise<State> {
  const folder = mkdtempSync(join(tmpdir(), 'stint-e2e-'));
  const rootKey = { accessKeyId: 'LTAIe2eroot', accessKeySecret: 'e2e-root-secret' };
  const iam = openIam({ file: join(folder, 'iam.lmdb'), clock: () => new Date() });
  try {
    iam.putAccount({ accountId: DEMO_ACCOUNT, ...rootKey });
    // The start seeds it again: the session is then judged by what the start put there.
    seedIam(iam, openAdminKey(folder), 'kms-key');
    const session = iam.issueServiceSession(VEND_ROLE, 'fc.aliyuncs.com');
    if (!session.ok) throw new Error(session.error);
    return { folder, rootKey, vendKeys: session.value };
  } finally {
    await iam.close();
  }
}

/** The first of seven free ports in a row. */
export async function choosePort(): Promise<number> {
  for (;;) {
    const first = FIRST_PORT + Math.floor(Math.random() * PORT_SPAN);
    const wanted = Array.from({ length: PORTS_OF_A_WORLD }, (_, i) => first + i);
    const free = await Promise.all(wanted.map((port) => freePort(port, HOST)));
    if (free.every((port, i) => port === wanted[i])) return first;
  }
}

const Ports = z.object({
  idp: z.int(),
  sts: z.int(),
  tablestore: z.int(),
  ram: z.int(),
  saml: z.int(),
  cloudSso: z.int(),
});

export const portsIn = (folder: string): z.infer<typeof Ports> =>
  Ports.parse(JSON.parse(readFileSync(join(folder, 'ports.json'), 'utf8')));

export function adminKeyIn(folder: string): Keys {
  const file = parseEnv(readFileSync(join(folder, 'admin.env'), 'utf8'));
  return {
    accessKeyId: file['ALIBABA_CLOUD_ACCESS_KEY_ID'] ?? '',
    accessKeySecret: file['ALIBABA_CLOUD_ACCESS_KEY_SECRET'] ?? '',
  };
}
