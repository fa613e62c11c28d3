// A SAML connection with the address of its provider's metadata: people sign in by the keys that are published, through changes
// of keys and outages, and each change is told.
import { describe, expect, it, vi } from 'vitest';
import { writeDecisions } from '../../shared/adapters/tablestore/tablestore-issuer-keys.ts';
import { nameCertificate } from '../../shared/rules/sign-on/saml-certificate.ts';
import { connection, newSigner, SIGNER } from '../support/saml-idp.ts';
import { isSignedOn, PUBLIC_URL, SAML_KEYS, SamlLogin } from '../support/saml-login.ts';
import { entityXml, keyDescriptor, METADATA_URL, serving } from '../support/saml-metadata.ts';

const HOUR_MS = 3_600_000;
const NEXT = newSigner();
const THUMBPRINT = (({ certificate }) => {
  const named = nameCertificate(certificate);
  return named.ok ? named.value.thumbprint : '';
})(NEXT);

function following(fields: object = {}, login = new SamlLogin(SAML_KEYS)) {
  const own = { metadataUrl: METADATA_URL, ssoUrl: undefined, certificates: [], ...fields };
  login.connections.splice(0, 1, connection(own));
  login.fetchMetadata = serving(entityXml());
  return login;
}

const publish = (login: SamlLogin, ...signers: readonly { certificate: string }[]) => {
  const keys = signers.map(({ certificate }) => keyDescriptor(certificate)).join('');
  login.fetchMetadata = serving(entityXml({ keys }));
};

const pass = (login: SamlLogin, ms: number) => {
  login.now = new Date(login.now.getTime() + ms);
};

async function signOn(login: SamlLogin, signer = SIGNER): Promise<boolean> {
  const browser = login.newBrowser();
  const at = { issuedAt: login.now, notBefore: login.now, authenticatedAt: login.now };
  const notOnOrAfter = new Date(login.now.getTime() + 300_000);
  const asked = await login.begin(browser);
  if (asked.requestId === '') return false;
  const assertionId = `_assertion${asked.requestId}`;
  const contents = { ...at, notOnOrAfter, assertionId, inResponseTo: asked.requestId };
  await login.answer(browser, asked, { contents, assertionSigner: signer, responseSigner: signer });
  return isSignedOn(browser);
}

const told = (login: SamlLogin, event: string) =>
  login.logger.lines.filter((line) => line.event === event).map(({ fields }) => fields);

const decide = (login: SamlLogin, decision: 'approved' | 'revoked') =>
  writeDecisions(login.rows, [
    { provider: 'saml/corp', thumbprint: THUMBPRINT, decision, decidedAt: login.now, decidedBy: 'admin' },
  ]);

describe('a connection with the address of its provider’s metadata', () => {
  it('signs people in by the address and the key that are published', async () => {
    const login = following();
    expect(await signOn(login)).toBe(true);
    expect(login.refusal).toBe('');
  });

  it('asks the provider once, and other instances take what it said from the table', async () => {
    const login = following();
    let asked = 0;
    const fetch = serving(entityXml());
    login.fetchMetadata = (...options) => {
      asked += 1;
      return fetch(...options);
    };
    for (let i = 0; i < 3; i++) expect(await signOn(login)).toBe(true);
    pass(login, 60_000);
    expect(await signOn(login)).toBe(true);
    expect(asked).toBe(1);
    pass(login, HOUR_MS);
    expect(await signOn(login)).toBe(true);
    expect(asked).toBe(2);
  });

  it('takes a new key with the first response that it signed, and tells of it', async () => {
    const login = following();
    await signOn(login);
    pass(login, 60_000);
    publish(login, SIGNER, NEXT);
    expect(await signOn(login, NEXT)).toBe(true);
    expect(told(login, 'issuer-key-new').map((fields) => fields['provider'])).toEqual([
      'saml/corp',
      'saml/corp',
    ]);
    expect(told(login, 'saml-metadata-changed')).toEqual([
      { connection: 'corp', what: 'certificate-added', value: THUMBPRINT },
    ]);
  });

  it('drops a key that is not published any more, and tells of that, too', async () => {
    const login = following();
    await signOn(login);
    publish(login, NEXT);
    pass(login, HOUR_MS);
    expect(await signOn(login)).toBe(false);
    expect(login.refusal).toBe('sign_on_refused answer-refused signature-wrong');
    expect(told(login, 'saml-metadata-changed').map((fields) => fields['what'])).toEqual([
      'certificate-added',
      'certificate-removed',
    ]);
  });

  it('goes on with the last good metadata for a day, and then refuses', async () => {
    const login = following();
    await signOn(login);
    login.fetchMetadata = async () => ({ ok: false, error: 'unreachable' });
    pass(login, 23 * HOUR_MS);
    expect(await signOn(login)).toBe(true);
    expect(told(login, 'saml-metadata-unread')[0]).toEqual({
      connection: 'corp',
      cause: 'metadata-fetch-unreachable',
    });
    pass(login, HOUR_MS);
    const page = await login.newBrowser().open(`${PUBLIC_URL}/login/start/corp`);
    expect([page.status, told(login, 'refused').at(-1)?.['cause']]).toEqual([
      503,
      'metadata-fetch-unreachable',
    ]);
  });

  it('does not go on with metadata that a flush covers', async () => {
    const login = following();
    await signOn(login);
    login.fetchMetadata = async () => ({ ok: false, error: 'unreachable' });
    login.flushed = 1;
    expect(await signOn(login)).toBe(false);
  });

  it('nor with those of another address', async () => {
    const login = following();
    await signOn(login);
    login.fetchMetadata = async () => ({ ok: false, error: 'unreachable' });
    login.connections.splice(
      0,
      1,
      connection({ metadataUrl: `${METADATA_URL}/new`, ssoUrl: undefined, certificates: [] }),
    );
    expect(await signOn(login)).toBe(false);
  });

  it('has the document’s certificates as well', async () => {
    const login = following({ certificates: [NEXT.certificate] });
    expect(await signOn(login)).toBe(true);
    expect(await signOn(login, NEXT)).toBe(true);
  });

  it('tells the provider of its logout before the provider’s metadata can be read', async () => {
    const login = following();
    login.fetchMetadata = async () => ({ ok: false, error: 'unreachable' });
    const { text } = await login.newBrowser().open(`${PUBLIC_URL}/login/saml/corp/metadata`);
    expect(text).toContain('SingleLogoutService');
  });
});

describe('a connection that holds new keys', () => {
  const holding = () =>
    following({ newKeys: 'hold', ssoUrl: 'https://idp.example.com/sso', certificates: [SIGNER.certificate] });

  it('refuses a key until an administrator has approved it', async () => {
    const login = holding();
    publish(login, SIGNER, NEXT);
    expect(await signOn(login)).toBe(true);
    expect(await signOn(login, NEXT)).toBe(false);
    expect(login.refusal).toBe('sign_on_refused answer-refused key-held');
    await decide(login, 'approved');
    pass(login, 31_000);
    expect(await signOn(login, NEXT)).toBe(true);
  });

  it('refuses a key that was revoked, although the document lists it', async () => {
    const login = following({ certificates: [NEXT.certificate] });
    expect(await signOn(login, NEXT)).toBe(true);
    await decide(login, 'revoked');
    pass(login, 31_000);
    expect(await signOn(login, NEXT)).toBe(false);
    expect(login.refusal).toBe('sign_on_refused answer-refused key-revoked');
    expect(await signOn(login)).toBe(true);
  });

  it.each([
    ['held', 'hold', 'key-held'],
    ['revoked', 'accept', 'key-revoked'],
  ])('tells the operator that each key is %s', async (_, newKeys, cause) => {
    const login = following({ newKeys, ssoUrl: 'https://idp.example.com/sso' });
    publish(login, NEXT);
    if (cause === 'key-revoked') await decide(login, 'revoked');
    expect(await signOn(login, NEXT)).toBe(false);
    expect(told(login, 'refused')).toMatchObject([{ cause: `metadata-read-${cause}` }]);
  });

  it('refuses it also after a rollback to a document from before the address of the metadata', async () => {
    const login = following({ certificates: [NEXT.certificate] });
    await decide(login, 'revoked');
    login.connections.splice(0, 1, connection({ certificates: [NEXT.certificate, SIGNER.certificate] }));
    expect(await signOn(login, NEXT)).toBe(false);
    expect(login.refusal).toBe('sign_on_refused answer-refused key-revoked');
    expect(await signOn(login)).toBe(true);
  });
});

describe('a connection without an address for metadata', () => {
  it('refuses a revoked key half a minute later at most, and does not read the decisions at each request', async () => {
    const login = new SamlLogin(SAML_KEYS);
    login.connections.splice(0, 1, connection({ certificates: [NEXT.certificate, SIGNER.certificate] }));
    const ranges = vi.spyOn(login.rows, 'getRange');
    const readings = () => ranges.mock.calls.filter(([, from]) => from === 'key|saml/corp|').length;
    expect(await signOn(login, NEXT)).toBe(true);
    expect(await signOn(login, NEXT)).toBe(true);
    expect(readings()).toBe(1);
    await decide(login, 'revoked');
    pass(login, 30_000);
    expect(await signOn(login, NEXT)).toBe(false);
    expect(login.refusal).toBe('sign_on_refused answer-refused key-revoked');
    expect(readings()).toBe(2);
  });

  it('refuses it at once after a flush', async () => {
    const login = new SamlLogin(SAML_KEYS);
    login.connections.splice(0, 1, connection({ certificates: [NEXT.certificate, SIGNER.certificate] }));
    expect(await signOn(login, NEXT)).toBe(true);
    await decide(login, 'revoked');
    login.flushed = 1;
    expect(await signOn(login, NEXT)).toBe(false);
    expect(await signOn(login)).toBe(true);
  });
});
