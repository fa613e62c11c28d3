// A client that this project did not write drives the SCIM server: scim2-tester from PyPI, its whole suite, against login on the local
// Tablestore.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { serve } from '@hono/node-server';
import { afterAll, describe, expect, it } from 'vitest';
import { createScimTokenStore } from '../../shared/adapters/tablestore/scim-token-rows.ts';
import { createAuditLog } from '../../shared/adapters/tablestore/tablestore-audit-log.ts';
import { createDirectoryStore } from '../../shared/adapters/tablestore/tablestore-directory-store.ts';
import { createLeaverStore } from '../../shared/adapters/tablestore/tablestore-leaver-store.ts';
import { makeScimToken, startScim } from '../support/scim.ts';
import { openLocalRows, startInstance } from './local-tablestore-rows.ts';

const PYTHON = process.env['STINT_PYTHON'] ?? 'python3';
const isThere = spawnSync(PYTHON, ['-c', 'import scim2_tester, httpx2']).status === 0;
/** CI must not pass for want of a tool. */
const isCi = process.env['CI'] !== undefined;

const instance = await startInstance();
afterAll(() => instance.server.close());

async function run(base: string, token: string) {
  const child = spawn(PYTHON, ['test/support/scim-tester.py', base], {
    env: { ...process.env, SCIM_TOKEN: token },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, errors, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { out, errors, exitCode };
}

describe('scim2-tester', () => {
  it.skipIf(!isThere && !isCi)(
    isThere ? 'passes every check of its suite, and skips none' : 'needs: Python with scim2-tester',
    async () => {
      const rows = await openLocalRows(instance);
      const server = serve({ fetch: (request) => login.app.fetch(request), port: 0, hostname: '127.0.0.1' });
      await once(server, 'listening');
      const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { login } = await startScim({
        publicUrl,
        parts: {
          directories: createDirectoryStore(rows),
          leavers: createLeaverStore(rows),
          scimTokens: createScimTokenStore(rows),
          auditLog: createAuditLog(rows),
        },
      });
      const token = await makeScimToken(rows);
      const { out, errors, exitCode } = await run(`${publicUrl}/scim/v2/staff-directory`, token.text);
      server.close();
      expect([exitCode, errors]).toEqual([0, '']);
      const results = out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(results.filter(({ status }) => status !== 'SUCCESS')).toEqual([]);
      expect(results.length).toBeGreaterThan(100);
    },
  );
});
