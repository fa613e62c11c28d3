// A command that needs new tokens, on a disk that has room for its lock and not for them.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startCliDeployment } from '../support/cli-deployment.ts';
import { newPerson } from '../unit/cli/person.ts';

const BIN = fileURLToPath(new URL('../../clients/cli/bin.mjs', import.meta.url));
/** Of 512 bytes in most shells, of 1,024 in bash. */
const LARGEST_FILE_BLOCKS = 1;

/** Longer than the largest file, by the sign-in at another deployment. */
function lengthen(sessionsFile: string): void {
  const file = JSON.parse(readFileSync(sessionsFile, 'utf8'));
  file.sessions.push({ url: `https://stint.example.com/${'long/'.repeat(500)}` });
  writeFileSync(sessionsFile, JSON.stringify(file));
}

it.skipIf(process.platform === 'win32')(
  'uses no refresh token up whose successor it cannot keep',
  async () => {
    const deployment = await startCliDeployment();
    const person = newPerson();
    // Too short for a call: the next command refreshes.
    deployment.accessTokenSeconds = 30;
    await person.logIn(deployment.url, ['--store', 'file']);
    lengthen(person.sessionsFile);
    deployment.requests.length = 0;
    const state = dirname(dirname(person.sessionsFile));
    const child = spawn(
      'sh',
      ['-c', `ulimit -f ${LARGEST_FILE_BLOCKS} && exec "$@"`, 'sh', process.execPath, BIN, 'whoami'],
      {
        env: { ...process.env, XDG_STATE_HOME: state, TSX_DISABLE_CACHE: '1' },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    const [said, exitCode] = await Promise.all([
      text(child.stderr),
      new Promise((resolve) => child.on('close', resolve)),
    ]);
    expect(said).toContain('sessions.json cannot be written: make room');
    expect(exitCode).toBe(2);
    expect(deployment.requests).not.toContain('POST /login/token');
    expect((await person.stint(['whoami'])).exitCode).toBe(0);
  },
);
