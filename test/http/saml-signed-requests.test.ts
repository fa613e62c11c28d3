// SAML metadata and requests agree on what is signed and by which key, and neither holds a private key.
import { createPrivateKey, verify, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeSamlKeys, rotateSamlKeys } from '../../clients/cli/keys/make-saml-keys.ts';
import { readSamlKeys, SamlJwks, type SamlKeys } from '../../functions/login/keys/saml-key-set.ts';
import { verifyRedirect } from '../../functions/login/sign-on-saml/protocol/redirect-binding.ts';
import { readRedirected } from '../../local/saml/read-service-provider.ts';
import { connection } from '../support/saml-idp.ts';
import { isSignedOn, PUBLIC_URL, SamlLogin } from '../support/saml-login.ts';

const NO_KEYS: SamlKeys = { signing: undefined, certificates: [] };
const JWKS = makeSamlKeys();
const SAML_KEYS = readSamlKeys(SamlJwks.parse(JWKS));

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

/** The key changes: the next one stands behind the one that signs. */
const ROTATING = readSamlKeys(SamlJwks.parse(rotateSamlKeys(JWKS)));

describe('the metadata and the requests', () => {
  const IDP_SLO = 'https://idp.example.com/slo';

  /**
   * @attack SAML: metadata that name a key which does not sign, or deny signatures
   * @removed the rule of what is signed; of what is published
   * @failed 1 and 1 of 16: agree of a connection with a key: `expected false to be true`
   */
  it.each<[string, object, SamlKeys, { signed: boolean; certificates: number }]>([
    ['a key', {}, SAML_KEYS, { signed: true, certificates: 1 }],
    ['nothing to sign', { signRequests: false }, SAML_KEYS, { signed: false, certificates: 0 }],
    ['signed requests', { signRequests: true }, SAML_KEYS, { signed: true, certificates: 1 }],
    [
      'logouts, and requests that are not to be signed',
      { sloUrl: IDP_SLO, signRequests: false },
      SAML_KEYS,
      { signed: false, certificates: 1 },
    ],
    ['logouts and no key', { sloUrl: IDP_SLO }, NO_KEYS, { signed: false, certificates: 0 }],
    ['no key', {}, NO_KEYS, { signed: false, certificates: 0 }],
    [
      'a change of keys',
      { sloUrl: IDP_SLO, signRequests: true },
      ROTATING,
      { signed: true, certificates: 2 },
    ],
  ])('agree of a connection with %s', async (_, fields, keys, { signed, certificates }) => {
    const login = loginWith(fields, keys);
    const metadata = await metadataOf(login);
    const { url } = await login.begin(login.newBrowser());
    expect(url.searchParams.has('Signature')).toBe(signed);
    expect(metadata).toContain(`AuthnRequestsSigned="${signed}"`);
    expect(metadata.match(/<md:KeyDescriptor use="signing">/g) ?? []).toHaveLength(certificates);
    const [first = ''] = certificatesIn(metadata);
    expect(verifyRedirect(url.search, 'SAMLRequest', [first]).ok).toBe(signed);
  });

  it('name the certificate in use first while the key changes', async () => {
    const [first, second] = certificatesIn(await metadataOf(loginWith({ signRequests: true }, ROTATING)));
    const [inUse] = certificatesIn(await metadataOf(loginWith({ signRequests: true })));
    expect(first).toBe(inUse);
    expect(second).not.toBe(inUse);
  });

  it.each([
    [{}, 'true'],
    [{ signedElement: 'assertion' }, 'true'],
    [{ signedElement: 'response' }, 'false'],
  ])('say of a connection with %j that assertions are to be signed: %s', async (fields, wanted) => {
    expect(await metadataOf(loginWith(fields))).toContain(`WantAssertionsSigned="${wanted}"`);
  });
});

describe('a connection that wants signed requests', () => {
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

  /**
   * @attack SAML: requests that fall back to unsigned ones
   * @removed the refusal without a key
   * @failed 2 of 8: never goes on unsigned: `TypeError: fetch failed`
   * @note the browser is at the identity provider then
   */
  it.each(['/login/start/corp', '/login/saml/corp/metadata'])(
    'never goes on unsigned: %s fails without a key, and the log says why',
    async (path) => {
      const login = loginWith({ signRequests: true }, NO_KEYS);
      const page = await login.newBrowser().open(`${PUBLIC_URL}${path}`);
      expect(page.status).toBe(500);
      expect(login.logger.lines.at(-1)).toMatchObject({ fields: { reason: 'saml-key-missing' } });
    },
  );
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
