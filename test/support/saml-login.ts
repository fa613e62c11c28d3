// The whole login app with its ports in memory, and a browser that was sent off to the SAML identity provider.
import { generateKeyPairSync } from 'node:crypto';
import { makeSamlKeys } from '../../clients/cli/keys/make-saml-keys.ts';
import { createLoginApp } from '../../functions/login/app.ts';
import { readSamlKeys, SamlJwks, type SamlKeys } from '../../functions/login/keys/saml-key-set.ts';
import { readSessionKeys, SessionJwks } from '../../functions/login/keys/session-key-set.ts';
import type { LoginDeps } from '../../functions/login/request/deps.ts';
import { readRedirected } from '../../local/saml/read-service-provider.ts';
import { createPasskeyStore } from '../../shared/adapters/tablestore/tablestore-passkey-store.ts';
import { err, ok } from '../../shared/kernel/result.ts';
import type { FetchDocument } from '../../shared/people/idp-port.ts';
import { NO_BLOCKS } from '../../shared/rules/blocks/block.ts';
import { type Connection, SignOn } from '../../shared/rules/sign-on/sign-on.ts';
import { Browser, type Page } from './browser.ts';
import { FakeRows } from './fake-rows.ts';
import { FakeAuditLog, FakeLogger, FakeOnceStore } from './fakes.ts';
import { loginDeps, samlMetadataOn } from './login-deps.ts';
import { fakeOidc } from './portal-app.ts';
import { connection, encode, type Forgery, NOW, samlXml } from './saml-idp.ts';

export const PUBLIC_URL = 'https://vend.example.com';
const IDP_ORIGIN = 'https://idp.example.com';

const jwk = {
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
  kid: 'k',
};
export const SESSION_KEYS = readSessionKeys(SessionJwks.parse([jwk]));

/** Of Stint itself, for what it signs; made once a run. */
export const SAML_KEYS = readSamlKeys(SamlJwks.parse(makeSamlKeys()));

/** What the browser was sent off with. */
export interface StartedSignOn {
  readonly url: URL;
  readonly requestId: string;
  readonly relayState: string;
}

export class SamlLogin {
  now = NOW;
  readonly connections: Connection[] = [connection()];
  /** Of sign-ins. */
  generation = 0;
  blocks = NO_BLOCKS;
  readonly once = new FakeOnceStore();
  readonly auditLog = new FakeAuditLog();
  readonly logger = new FakeLogger();
  readonly rows = new FakeRows();
  readonly passkeys = createPasskeyStore(this.rows);
  /** What is at the address of a connection's metadata. */
  fetchMetadata: FetchDocument = async () => err('unreachable');
  flushed = 0;
  readonly app: ReturnType<typeof createLoginApp>;

  /** Without keys, Stint signs nothing. */
  constructor(samlKeys: SamlKeys = readSamlKeys([]), parts: Partial<LoginDeps> = {}) {
    const clock = { now: () => this.now };
    const deps = loginDeps(this.rows, {
      publicUrl: PUBLIC_URL,
      clock,
      tokens: { issuer: `${PUBLIC_URL}/login`, audience: PUBLIC_URL, keys: SESSION_KEYS },
      samlKeys,
      samlMetadata: samlMetadataOn(this.rows, {
        clock,
        logger: this.logger,
        fetch: (...asked) => this.fetchMetadata(...asked),
      }),
      signOn: {
        current: async () =>
          ok({
            ...SignOn.parse({ connections: [] }),
            connections: this.connections,
            generation: this.generation,
            flushed: this.flushed,
            blocks: this.blocks,
          }),
      },
      passkeys: this.passkeys,
      once: this.once,
      auditLog: this.auditLog,
      vend: { call: async () => ({ ok: false, error: 'vend-unreachable' }) },
      oidc: fakeOidc([]),
      logger: this.logger,
      ...parts,
    });
    this.app = createLoginApp(deps);
  }

  newBrowser(): Browser {
    return new Browser((request) =>
      new URL(request.url).origin === PUBLIC_URL ? this.app.fetch(request) : fetch(request),
    );
  }

  /** Follows the button to where the identity provider would be. */
  async begin(browser: Browser, path = '/login/start/corp'): Promise<StartedSignOn> {
    const page = await browser.open(`${PUBLIC_URL}${path}`, ({ origin }) => origin === IDP_ORIGIN);
    const url = new URL(page.headers.get('location') ?? '', page.url);
    const request = readRedirected(url.searchParams.get('SAMLRequest'));
    return {
      url,
      requestId: request?.attributes.get('ID') ?? '',
      relayState: url.searchParams.get('RelayState') ?? '',
    };
  }

  /** What the identity provider's page posts. The browser goes on from there until `stop`. */
  post(
    browser: Browser,
    fields: Readonly<Record<string, string>>,
    connectionId = 'corp',
    stop = ({ origin }: URL) => origin === IDP_ORIGIN,
  ): Promise<Page> {
    const body = new URLSearchParams(fields);
    const headers = { origin: IDP_ORIGIN, 'sec-fetch-site': 'cross-site' };
    const url = `${PUBLIC_URL}/login/saml/${connectionId}/acs`;
    return browser.open(url, stop, { method: 'POST', body, headers });
  }

  answer(
    browser: Browser,
    { requestId, relayState }: StartedSignOn,
    forgery: Forgery = {},
    stop?: (next: URL) => boolean,
  ): Promise<Page> {
    const contents = { inResponseTo: requestId, ...forgery.contents };
    const SAMLResponse = encode(samlXml({ ...forgery, contents }));
    return this.post(browser, { SAMLResponse, RelayState: relayState }, 'corp', stop);
  }

  /** Why the last sign-on was refused, as the audit row has it. */
  get refusal(): string {
    const { code, reason, cause } = this.auditLog.events.at(-1) ?? {};
    return [code, reason, cause].filter((part) => part !== undefined).join(' ');
  }
}

export const isSignedOn = (browser: Browser): boolean =>
  browser.jar(new URL(PUBLIC_URL).hostname).has('__Host-stint-session');
