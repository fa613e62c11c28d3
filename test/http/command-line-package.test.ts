// GET /cli/stint.tgz: anybody gets the package of the command line of the deployed version; caches ask before they use theirs.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readCommandLine } from '../../functions/login/portal/serve-command-line.ts';
import { PORTAL, startLogin } from '../support/login-app.ts';
import { COMMAND_LINE } from '../support/login-deps.ts';

const ask = (headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
  startLogin({ connections: [] }).app.request(`${PORTAL}/cli/stint.tgz`, { method, headers });

it('sends the package whole, without a session, and its validator', async () => {
  const answer = await ask();
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(COMMAND_LINE.bytes);
  expect([answer.status, answer.headers.get('etag'), answer.headers.get('content-type')]).toEqual([
    200,
    COMMAND_LINE.etag,
    'application/gzip',
  ]);
  expect(answer.headers.get('cache-control')).toBe('public, no-cache');
  expect(answer.headers.get('set-cookie')).toBeNull();
});

it('answers HEAD without the package', async () => {
  const answer = await ask({}, 'HEAD');
  expect([answer.status, await answer.text()]).toEqual([200, '']);
});

it.each(['"v1"', 'W/"v1"', '"v0", "v1"', '*'])('sends nothing to who has it: %s', async (held) => {
  const answer = await ask({ 'if-none-match': held });
  expect([answer.status, await answer.text(), answer.headers.get('etag')]).toEqual([304, '', '"v1"']);
});

it.each(['"v0"', 'v1', '', '"v1'])('sends it to who has another: %s', async (held) => {
  expect((await ask({ 'if-none-match': held })).status).toBe(200);
});

it('has a validator of the content', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stint-package-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'stint.tgz');
  const etags = ['one', 'two'].map((content) => {
    writeFileSync(file, content);
    return readCommandLine(file)().etag;
  });
  expect(etags).toEqual(
    ['one', 'two'].map((content) => `"${createHash('sha256').update(content).digest('base64url')}"`),
  );
});
