// Alibaba Cloud's credentials libraries, unmodified, take credentials from vend by their OIDC mode: over TLS, with no setting but
// the endpoint of STS; and they show people the text of a refusal. Where a language is missing, the skipped tests say what to
// install.
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CANARY } from '../support/canaries.ts';
import { certificateAuthority, clientCertificate, EXTENSIONS } from '../support/certificates.ts';
import { blocksOf } from '../support/document-blocks.ts';
import { seconds, token } from '../support/issuer.ts';
import { startVend, type Vend } from '../support/vend-app.ts';
import { ROLE_ARN } from '../support/wires.ts';
import { newFolder, PROGRAMS, runSnippet, STOCK_CLIENTS } from './stock-clients/run-client.ts';

/** Go and Maven fetch packages where nobody has on this machine. */
const TIMEOUT_MS = 300_000;

/** CI must not pass for want of a package. */
const isRequired = process.env['STINT_REQUIRE_GENERATOR'] !== undefined;

interface ReceivedCall {
  readonly method: string | undefined;
  readonly url: string | undefined;
}

/** vend at the real time, since libraries compare `Expiration` with it, behind TLS. */
async function startOverTls(folder: string) {
  const app: Vend = startVend();
  app.clock.advance(Date.now() - app.clock.now().getTime());
  const valid = { from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 3_600_000) };
  const authority = certificateAuthority('Test CA', valid);
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const extensions = [EXTENSIONS.purposes('serverAuth'), EXTENSIONS.names(['dns', 'localhost'])];
  const certificate = clientCertificate(authority, { ...valid, keys, extensions });
  const asked: ReceivedCall[] = [];
  const answer = getRequestListener(app.app.fetch);
  const server = createServer(
    {
      key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      cert: new X509Certificate(certificate).toString(),
    },
    (request, response) => {
      asked.push({ method: request.method, url: request.url });
      return answer(request, response);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, authority.pem);
  return { app, asked, ca, endpoint: `localhost:${address.port}` };
}

/** With the line break that Kubernetes and editors leave at its end. */
function writeToken(folder: string, name: string, claims: Readonly<Record<string, unknown>> = {}): string {
  const path = join(folder, name);
  const iat = seconds(new Date()) - 10;
  writeFileSync(path, `${token({ claims: { iat, exp: iat + 3_000, ...claims } })}\n`);
  return path;
}

function newTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stint-stock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const GIVEN = {
  accessKeyId: 'STS.key1',
  accessKeySecret: `${CANARY.stsSecret}-1`,
  securityToken: `${CANARY.securityToken}-1`,
};

describe.each(STOCK_CLIENTS)('$library in OIDC mode', ({ missing, run, method, takesPath }) => {
  const title = missing === undefined ? 'takes credentials, and shows refusals' : `needs: ${missing}`;

  it.skipIf(missing !== undefined && !isRequired)(
    title,
    async () => {
      const folder = newTemporaryFolder();
      const { app, asked, ca, endpoint } = await startOverTls(folder);
      const tokens = [
        writeToken(folder, 'good'),
        writeToken(folder, 'wrong', { aud: 'https://other.example' }),
      ];
      const args = [endpoint, tokens[0] ?? '', ROLE_ARN, tokens[1] ?? ''];
      const printed = await run({ folder: newFolder(folder, 'work'), ca, args });
      const lines: readonly Readonly<Record<string, string>>[] = printed
        .trim()
        .split('\n')
        // Java's library prints lines of its own.
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line));

      const refused = (call: string, code: string) => ({ call, error: expect.stringContaining(code) });
      expect(lines).toEqual([
        { call: 'first', ...GIVEN },
        { call: 'again', ...GIVEN },
        takesPath ? { call: 'path', ...GIVEN } : refused('path', '400'),
        refused('policy', 'NoPermission'),
        refused('role', 'AuthenticationFail.NoPermission'),
        refused('token', 'AuthenticationFail.OIDCToken.Invalid'),
      ]);
      // The second call is answered by the library itself.
      expect(asked.map((request) => request.method)).toEqual(Array(5).fill(method));
      // What people see of a refusal says which statement is too wide.
      expect(lines[3]?.['error']).toContain('policy.Statement[0]');
      expect(new Set(app.auditLog.events.map(({ wire }) => wire))).toEqual(new Set(['sts']));
    },
    TIMEOUT_MS,
  );
});

describe('docs/stock-clients.md', () => {
  const page = readFileSync(new URL('../../docs/stock-clients.md', import.meta.url), 'utf8');

  it('shows a program for Node.js that takes credentials', async () => {
    const snippet = blocksOf(page).find(({ language }) => language === 'js')?.text ?? '';
    const folder = newTemporaryFolder();
    const { app, ca, endpoint } = await startOverTls(folder);
    const program = snippet
      .replace('vend.example.com', endpoint)
      .replace('/var/run/secrets/stint/token', writeToken(folder, 'token'));
    const given = await runSnippet(program, newFolder(folder, 'work'), ca);
    expect(JSON.parse(given)).toMatchObject(GIVEN);
    expect(app.auditLog.events[0]).toMatchObject({ wire: 'sts', outcome: 'granted' });
  });

  it.each(['stsEndpoint', 'sts_endpoint', 'SetSTSEndpoint', 'STSEndpoint'])(
    'names the setting that the programs of this test use: %s',
    (setting) => {
      expect(page).toContain(setting);
      expect(PROGRAMS).toContain(setting);
    },
  );
});
