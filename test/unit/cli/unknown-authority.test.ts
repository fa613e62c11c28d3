// A deployment, or Tablestore, whose certificate comes from an authority that the machine does not know: stint says how to name that
// authority, and sends no token.
import { createServer } from 'node:https';
import { expect, it } from 'vitest';
import { isUntrusted } from '../../../shared/adapters/http/fetch-within.ts';
import { certificateAuthority } from '../../support/certificates.ts';
import { listenHere } from '../../support/loopback.ts';
import { testFolder } from './test-terminal.ts';

it.each([['roles'], ['login', '--device'], ['history']])(
  'stint %s names NODE_EXTRA_CA_CERTS',
  async (...argv) => {
    const { pem, keys } = certificateAuthority('Company CA', { to: new Date('2049-01-01'), extensions: [] });
    const key = keys.privateKey.export({ format: 'pem', type: 'pkcs8' });
    const requests: unknown[] = [];
    const server = createServer({ cert: pem, key }, ({ url }) => void requests.push(url));
    const { port } = await listenHere(server);
    const url = `https://127.0.0.1:${port}`;
    const { path, stint } = testFolder();
    const env = {
      ...{ STINT_URL: url, STINT_TOKEN: 'a.b.c', XDG_STATE_HOME: path },
      ...{ STINT_TABLESTORE_ENDPOINT: url, STINT_TABLESTORE_INSTANCE: 'stint' },
      ...{ ALIBABA_CLOUD_ACCESS_KEY_ID: 'a', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'b' },
    };
    const { notes, exitCode, out } = await stint(argv, env);
    expect(notes).toMatch(/(?:https:\S+|the service) has a certificate that this machine does not accept/);
    expect(notes).toContain('NODE_EXTRA_CA_CERTS');
    expect([exitCode, out, requests]).toEqual([3, '', []]);
  },
);

it.each([
  ['CERT_HAS_EXPIRED', true],
  ['ERR_TLS_CERT_ALTNAME_INVALID', true],
  ['ECONNREFUSED', false],
])('a connection that ends with %s is refused for its certificate: %s', (code, expected) => {
  const cause = Object.assign(new Error('of the system'), { code });
  expect(isUntrusted(new TypeError('fetch failed', { cause }))).toBe(expected);
});
