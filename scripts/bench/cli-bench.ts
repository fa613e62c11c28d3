// `stint credentials` with credentials that an earlier run kept, as the aliyun command runs it before each call, against a Node.js
// that does nothing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepCredentials } from '../../clients/cli/sessions/keep-credentials.ts';
import { sessionFileIn } from '../../clients/cli/sessions/session-file.ts';
import { openStateFolder } from '../../clients/cli/sessions/state-folder.ts';
import { buildCli } from '../build/cli-package.ts';
import { type BenchRow, ratioAtMost } from './bench-row.ts';
import { median } from './median.ts';

const RUNS = 41;
const HOUR_MS = 3_600_000;
const ROLE = 'media-uploader';
const SIGNED_IN = {
  url: 'https://stint.example.com',
  signIn: '00000000-0000-4000-8000-000000000000',
  tokens: {},
};

/** A person who is signed in and has taken the role. Gives the environment of that person. */
function signIn(home: string): Readonly<Record<string, string>> {
  const env = { XDG_STATE_HOME: home };
  const folder = openStateFolder(env);
  if (!folder.ok) throw new Error(folder.error.message);
  const file = { format: 1, current: SIGNED_IN.url, sessions: [SIGNED_IN] };
  writeFileSync(sessionFileIn(folder.value), JSON.stringify(file), { mode: 0o600 });
  const [takenAt, expiration] = [new Date(), new Date(Date.now() + HOUR_MS).toISOString()];
  // STS gives tokens of about this length.
  const taken = {
    accessKeyId: 'STS.bench',
    accessKeySecret: 's'.repeat(44),
    securityToken: 't'.repeat(1_000),
  };
  const wanted = { role: ROLE, durationSeconds: undefined };
  keepCredentials(SIGNED_IN, wanted, { ...taken, takenAt, expiration }, { env, folder: home });
  return env;
}

/** ms. Throws unless it ends well, with something printed where `prints`. */
function millisOf(argv: readonly string[], env: Readonly<Record<string, string>>, prints: string): number {
  const startedAt = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { env, encoding: 'utf8' });
  const took = performance.now() - startedAt;
  if (status !== 0 || !stdout.includes(prints)) throw new Error(`stint credentials: ${stderr}`);
  return took;
}

export async function benchCli(): Promise<BenchRow> {
  const folder = mkdtempSync(join(tmpdir(), 'stint-bench-cli-'));
  try {
    await buildCli(folder);
    const env = signIn(folder);
    const program = [join(folder, 'cli/stint.cjs'), 'credentials', ROLE, '--format', 'credential-process'];
    const [times, floor]: [number[], number[]] = [[], []];
    for (let run = 0; run < RUNS; run += 1) {
      floor.push(millisOf(['-e', '0'], env, ''));
      times.push(millisOf(program, env, 'STS.bench'));
    }
    return ratioAtMost(1.5, {
      what: 'stint credentials, kept by an earlier run (floor: node -e 0)',
      subject: median(times),
      floor: median(floor),
      show: (value) => `${value.toFixed(1)} ms`,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
