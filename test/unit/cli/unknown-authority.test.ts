// A deployment whose certificate comes from an authority that the machine does not know: stint says how to name that authority,
// and sends no token.
import { createServer } from 'node:https';
import { expect, it } from 'vitest';
import { certificateAuthority } from '../../support/certificates.ts';
import { listenHere } from '../../support/loopback.ts';
import { testFolder } from './test-terminal.ts';

it.each([['roles'], ['login', '--device']])('stint %s names NODE_EXTRA_CA_CERTS', async (...argv) => {
  const { pem, keys } = certificateAuthority('Company CA', { to: new Date('2049-01-01'), extensions: [] });
  const key = keys.privateKey.export({ format: 'pem', type: 'pkcs8' });
  const requests: unknown[] = [];
  const server = createServer({ cert: pem, key }, ({ url }) => void requests.push(url));
  const { port } = await listenHere(server);
  const url = `https://127.0.0.1:${port}`;
  const { path, stint } = testFolder();
  const env = { STINT_URL: url, STINT_TOKEN: 'a.b.c', XDG_STATE_HOME: path };
  const { notes, exitCode, out } = await stint(argv, env);
  expect(notes).toContain(`${url} has a certificate of an authority that this machine does not know`);
  expect(notes).toContain('NODE_EXTRA_CA_CERTS');
  expect([exitCode, out, requests]).toEqual([3, '', []]);
});
