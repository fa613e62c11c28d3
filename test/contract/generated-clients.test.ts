// What generators make of openapi.yaml can vend, and tells every refusal apart. Where a generator or a language is
// missing, the skipped tests say what to install.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { grantTo, permissionTo } from '../support/builders.ts';
import { CANARY } from '../support/canaries.ts';
import { token } from '../support/issuer.ts';
import { startVend, type Vend } from '../support/vend-app.ts';
import { CLIENTS, generate } from './generated-clients/generator.ts';

/** Go compiles its standard library and fetches a package when nobody has on this machine. */
const TIMEOUT_MS = 300_000;

/** CI must not pass for want of a package. */
const isRequired = process.env['STINT_REQUIRE_GENERATOR'] !== undefined;

function listen({ app }: Vend): Promise<string> {
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) =>
      resolve(`http://127.0.0.1:${port}`),
    );
    onTestFinished(() => {
      server.close();
    });
  });
}

async function startBoth(): Promise<readonly [url: string, urlWithoutSts: string]> {
  const whole = startVend();
  whole.store.grants = [
    grantTo({ kind: 'sub', name: 'alice' }),
    permissionTo({ kind: 'sub', name: 'alice' }),
    grantTo({ kind: 'sub', name: 'bob' }, { id: 'bobs', constraints: { sourceIp: ['203.0.113.0/24'] } }),
  ];
  const broken = startVend();
  broken.assumer.fault = { kind: 'unavailable', cause: 'deadline' };
  return [await listen(whole), await listen(broken)];
}

describe.each(CLIENTS)('the $generator client', ({ generator, missing, use }) => {
  const title = missing === undefined ? 'vends, and tells every refusal apart' : `needs: ${missing}`;

  it.skipIf(missing !== undefined && !isRequired)(
    title,
    async () => {
      const generated = mkdtempSync(join(tmpdir(), `stint-${generator}-`));
      onTestFinished(() => rmSync(generated, { recursive: true, force: true }));
      await generate(generator, generated);
      const lines = await use(generated, [...(await startBoth()), token()]);
      const refusal = (call: string, status: number, code: string) => ({
        call,
        status,
        code,
        requestId: expect.stringMatching(/./),
      });
      expect(
        lines
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ).toEqual([
        {
          call: 'vend',
          accessKeyId: expect.stringMatching(/^STS\./),
          accessKeySecret: `${CANARY.stsSecret}-1`,
          securityToken: `${CANARY.securityToken}-1`,
          expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          effect: 'Allow',
        },
        { call: 'roles', roles: ['media-uploader'] },
        { call: 'explain', decision: 'deny', reason: 'grant', grant: 'bobs', test: 'sourceIp' },
        refusal('no token', 401, 'invalid_token'),
        refusal('no such role', 403, 'access_denied'),
        refusal('too long', 422, 'duration_too_long'),
        refusal('outage', 503, 'sts_unavailable'),
      ]);
    },
    TIMEOUT_MS,
  );
});
