// Guarantees: the local SAML identity provider answers only requests, and logouts, that its service provider signed.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keysAt } from '../../../functions/login/keys/saml-key-set.ts';
import { signRedirect } from '../../../functions/login/sign-on-saml/protocol/redirect-binding.ts';
import {
  metadata,
  serviceProvider,
} from '../../../functions/login/sign-on-saml/protocol/service-provider.ts';
import { authnRequestUrl } from '../../../functions/login/sign-on-saml/protocol/write-messages.ts';
import { listenNear } from '../../../local/fc/listen.ts';
import { readRedirected } from '../../../local/saml/read-service-provider.ts';
import { type SamlIdp, startSamlIdp } from '../../../local/saml/server.ts';
import { connection, SIGNER } from '../../support/saml-idp.ts';
import { SAML_KEYS } from '../../support/saml-login.ts';

const stateDir = mkdtempSync(join(tmpdir(), 'stint-saml-idp-'));
let signRequests = true;
let idp: SamlIdp;
let provider: ReturnType<typeof serviceProvider>;
const corp = () =>
  connection({ entityId: idp.entityId, ssoUrl: idp.ssoUrl, sloUrl: idp.sloUrl, signRequests });

/** Stint, as far as its identity provider looks at it. */
const server = createServer((_, response) => {
  response.end(metadata(corp(), provider, keysAt(corp(), SAML_KEYS) ?? SAML_KEYS));
});

beforeAll(async () => {
  const port = await listenNear(server, '127.0.0.1', 0, 1);
  provider = serviceProvider(connection(), `http://127.0.0.1:${port}`);
  idp = await startSamlIdp({ port: 0, stateDir, serviceProvider: provider });
});
afterAll(async () => {
  await idp?.close();
  server.close();
  rmSync(stateDir, { recursive: true, force: true });
});

async function ask(signingKey: typeof SAML_KEYS.signing): Promise<number> {
  const asking = { requestId: '_request', relayState: 'state', isFresh: false, signingKey };
  return (await fetch(await authnRequestUrl({ ...corp(), ssoUrl: idp.ssoUrl }, provider, asking))).status;
}

describe('the local SAML identity provider', () => {
  it('holds whoever says that requests are signed to it', async () => {
    signRequests = true;
    expect(await ask(SAML_KEYS.signing)).toBe(200);
    expect(await ask(undefined)).toBe(400);
    expect(await ask(SIGNER.key)).toBe(400);
  });

  it('asks for no signature where nobody says so', async () => {
    signRequests = false;
    expect(await ask(undefined)).toBe(200);
  });
});

/** A LogoutRequest about somebody who is not signed on there. */
function logoutUrl(destination = idp.sloUrl): string {
  const xml = [
    '<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"',
    ` ID="_logout" Version="2.0" IssueInstant="${new Date().toISOString()}" Destination="${destination}">`,
    `<saml:Issuer>${provider.entityId}</saml:Issuer><saml:NameID>nobody</saml:NameID></samlp:LogoutRequest>`,
  ].join('');
  return `${idp.sloUrl}?SAMLRequest=${encodeURIComponent(deflateRawSync(xml).toString('base64'))}`;
}

describe('its logout', () => {
  const open = (url: string) => fetch(url, { redirect: 'manual' });

  it('says that it knows nobody of that name', async () => {
    const answer = await open(signRedirect(logoutUrl(), SAML_KEYS.signing));
    const { searchParams } = new URL(answer.headers.get('location') ?? '');
    const response = readRedirected(searchParams.get('SAMLResponse'));
    const code = response?.children.at(-1)?.children[0];
    expect(code?.attributes.get('Value')).toMatch(/:Requester$/);
    expect(response?.attributes.get('InResponseTo')).toBe('_logout');
  });

  it.each<[string, () => string]>([
    ['is not signed', () => logoutUrl()],
    ['a stranger has signed', () => signRedirect(logoutUrl(), SIGNER.key)],
    [
      'is for another address',
      () => signRedirect(logoutUrl('https://other.example.com/slo'), SAML_KEYS.signing),
    ],
  ])('answers nothing that %s', async (_, url) => {
    expect((await open(url())).status).toBe(400);
  });
});
