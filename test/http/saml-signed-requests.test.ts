import { createPrivateKey, verify, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifyRedirect } from '../../functions/login/saml/verify-redirect.ts';
import { readRedirected } from '../../local/saml/read-request.ts';
import { connection } from '../support/saml-idp.ts';
import { isSignedOn, PUBLIC_URL, SAML_KEYS, SamlLogin } from '../support/saml-login.ts';

function loginWith(fields: object, keys = SAML_KEYS): SamlLogin {
  const login = new SamlLogin(keys);
  login.connections.splice(0, 1, connection(fields));
  return login;
}

const metadataOf = async (login: SamlLogin): Promise<string> =>
  (await login.newBrowser().open(`${PUBLIC_URL}/login/saml/corp/metadata`)).text;

const certificatesIn = (metadata: string): readonly string[] =>
  [...metadata.matchAll(/<ds:X509Certificate>([^<]+)</g)].map(
    ([, base64 = '']) => `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----`,
  );

/** The address up to the signature, and the signature. */
function split(url: URL): readonly [string, Buffer] {
  const [content = '', signature = ''] = url.search.slice(1).split('&Signature=');
  return [content, Buffer.from(decodeURIComponent(signature), 'base64')];
}

describe('a connection that wants signed requests', () => {
  it('sends them signed, by the key whose certificate stands first in its metadata', async () => {
    const login = loginWith({ signRequests: true });
    const { url } = await login.begin(login.newBrowser());
    const metadata = await metadataOf(login);
    const [first, second] = certificatesIn(metadata);
    expect(verifyRedirect(url.search, 'SAMLRequest', [first ?? '']).ok).toBe(true);
    expect(verifyRedirect(url.search, 'SAMLRequest', [second ?? ''])).toMatchObject({
      error: 'signature-wrong',
    });
    expect(metadata).toContain('AuthnRequestsSigned="true"');
    expect(metadata.match(/<md:KeyDescriptor use="signing">/g)).toHaveLength(2);
  });

  it('signs with RSA and SHA-256 the very bytes that are sent, and nothing else of the address', async () => {
    const login = loginWith({ signRequests: true, ssoUrl: 'https://idp.example.com/sso?tenant=a%20b' });
    const { url, relayState } = await login.begin(login.newBrowser());
    const [content, signature] = split(url);
    expect(content.split('&').map((part) => part.split('=')[0])).toEqual([
      'tenant',
      'SAMLRequest',
      'RelayState',
      'SigAlg',
    ]);
    expect(url.searchParams.get('SigAlg')).toBe('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256');
    const signed = Buffer.from(content.slice(content.indexOf('SAMLRequest=')));
    const { publicKey } = new X509Certificate(SAML_KEYS.certificates[0] ?? '');
    expect(verify('sha256', signed, publicKey, signature)).toBe(true);
    expect(url.searchParams.get('RelayState')).toBe(relayState);
    expect(readRedirected(url.searchParams.get('SAMLRequest'))?.attributes.get('Destination')).toContain(
      '/sso',
    );
  });

  it('signs people on as any other does', async () => {
    const login = loginWith({ signRequests: true });
    const browser = login.newBrowser();
    await login.answer(browser, await login.begin(browser));
    expect(isSignedOn(browser)).toBe(true);
  });

  it.each(['/login/start/corp', '/login/saml/corp/metadata'])(
    'never goes on unsigned: %s fails without a key, and the log says why',
    async (path) => {
      const login = loginWith({ signRequests: true }, { signing: undefined, certificates: [] });
      const page = await login.newBrowser().open(`${PUBLIC_URL}${path}`);
      expect(page.status).toBe(500);
      expect(login.logger.lines.at(-1)).toMatchObject({ fields: { reason: 'saml-key-missing' } });
    },
  );
});

describe('a connection that does not', () => {
  it('sends requests as they are, though there is a key', async () => {
    const login = loginWith({});
    const { url } = await login.begin(login.newBrowser());
    expect([...url.searchParams.keys()]).toEqual(['SAMLRequest', 'RelayState']);
    expect(await metadataOf(login)).toContain('AuthnRequestsSigned="false"');
  });

  it('names no key in its metadata where there is none', async () => {
    const login = loginWith({}, { signing: undefined, certificates: [] });
    expect(await metadataOf(login)).not.toContain('KeyDescriptor');
  });
});

describe('the metadata', () => {
  it('hold nothing of a private key', async () => {
    const metadata = await metadataOf(loginWith({ signRequests: true }));
    const {
      d = '',
      p = '',
      q = '',
    } = createPrivateKey(SAML_KEYS.signing?.export({ type: 'pkcs8', format: 'pem' }) ?? '').export({
      format: 'jwk',
    });
    for (const secret of [d, p, q]) {
      const bytes = Buffer.from(secret, 'base64url');
      expect(bytes.length).toBeGreaterThan(100);
      for (const base64 of certificatesIn(metadata))
        expect(new X509Certificate(base64).raw.includes(bytes)).toBe(false);
      expect(metadata).not.toContain(secret);
    }
  });
});
