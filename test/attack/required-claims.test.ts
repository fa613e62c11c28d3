// Against other customers of an issuer that many share: only a caller whose token has the claims that `require` names
// is served, at vend, at the sign-on and in sessions that began before.
import { decodeJwt } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { applyDocument } from '../../clients/cli/documents/apply-document.ts';
import { mintToken } from '../../functions/login/keys/mint-token.ts';
import { createRulesStore } from '../../shared/adapters/tablestore/access-store.ts';
import { createSignOnStore } from '../../shared/adapters/tablestore/tablestore-sign-on-store.ts';
import { lintDocument } from '../../shared/rules/review/lint-document.ts';
import { SignOn } from '../../shared/rules/sign-on/sign-on.ts';
import { RequiredClaims, requirementName } from '../../shared/rules/values/required-claims.ts';
import { Authenticator } from '../support/authenticator.ts';
import { grantTo, NOW, permissionTo, provider } from '../support/builders.ts';
import { approve, ask, redeem, refresh, said, signInOnCommandLine } from '../support/command-line.ts';
import { FakeRows } from '../support/fake-rows.ts';
import { FakeClock } from '../support/fakes.ts';
import { token } from '../support/issuer.ts';
import { PORTAL, startLogin } from '../support/login-app.ts';
import { startOpenIdProvider } from '../support/openid-provider.ts';
import { perform } from '../support/passkeys.ts';
import { startPortalAndVend } from '../support/portal-and-vend.ts';
import { connection as samlConnection, samlXml, verdict, verify } from '../support/saml-idp.ts';
import { connectionTo, isSignedOn, signOnAs } from '../support/sign-on.ts';
import { startVend } from '../support/vend-app.ts';
import { refusedByEveryWay } from '../support/wires.ts';
import { acceptedDocument, edited } from '../unit/rules/documents.ts';

const OURS = { organization_id: 'ours', tier: ['gold', 'silver'], verified: true };
const CUSTOMER = { organization_id: 'ours' };
const TOLD = { organization_id: 'ours', tier: 'silver', verified: true };

const LACKING: readonly (readonly [string, object, string])[] = [
  ['another value', { ...TOLD, organization_id: 'theirs' }, 'organization_id'],
  ['no value', { ...TOLD, organization_id: undefined }, 'organization_id'],
  ['a value in other case', { ...TOLD, organization_id: 'Ours' }, 'organization_id'],
  ['a list with the value', { ...TOLD, organization_id: ['ours'] }, 'organization_id'],
  ['null', { ...TOLD, organization_id: null }, 'organization_id'],
  ['none of several values', { ...TOLD, tier: 'bronze' }, 'tier'],
  ['text for true', { ...TOLD, verified: 'true' }, 'verified'],
];

const start = (required: object = OURS) => {
  const app = startVend();
  app.store.providers = [provider({ require: RequiredClaims.parse(required) })];
  app.store.grants = [grantTo({ kind: 'sub', name: 'alice' }), permissionTo({ kind: 'sub', name: 'alice' })];
  return app;
};

describe('vend', () => {
  it('takes a token with what is required', async () => {
    expect((await start().vend({}, { token: token({ claims: TOLD }) })).status).toBe(200);
  });

  /**
   * @attack Token of another customer of a shared issuer
   * @removed the check of `require`: at vend; by OpenID Connect; by SAML
   * @failed 10; 7; 3 of 33: refuses one with another value: `expected [ 200, false ] to deeply equal [ 401,
   *   false ]`
   */
  it.each(LACKING)(
    'refuses one with %s, and tells the operator alone of which claim',
    async (_, claims, missed) => {
      const app = start();
      const { status, text } = await app.vend({}, { token: token({ claims: { ...claims } }) });
      expect([status, text.includes(missed)]).toEqual([401, false]);
      const cause = `claim ${missed} is not as required`;
      expect(app.auditLog.events[0]).toMatchObject({ reason: 'tenant-not-allowed', cause });
      await refusedByEveryWay(token({ claims: { ...claims } }), start);
    },
  );

  it('does not take a member that every object has for a claim', async () => {
    const app = start(CUSTOMER);
    const member = { value: 'ours', configurable: true, writable: true };
    Object.defineProperty(Object.prototype, 'organization_id', member);
    onTestFinished(() => void Reflect.deleteProperty(Object.prototype, 'organization_id'));
    expect((await app.vend({}, { token: token() })).status).toBe(401);
  });
});

describe('explain', () => {
  it('shows an administrator which claim a described caller lacks', async () => {
    const as = { provider: 'app-users', subject: 'bob', claims: { ...TOLD, organization_id: 'theirs' } };
    const { status, body } = await start().explain({ as }, { token: token({ claims: TOLD }) });
    expect([status, body]).toMatchObject([
      200,
      {
        decision: 'deny',
        refusedWith: 'invalid_token',
        reasons: [{ kind: 'requirement', claim: 'organization_id', seen: 'theirs' }],
      },
    ]);
  });

  it('shows nothing of it to the caller whose own token lacks it', async () => {
    const { status, text } = await start().explain({}, { token: token() });
    expect([status, text.includes('organization_id')]).toEqual([401, false]);
  });
});

describe('sign-on', () => {
  it.each([[TOLD, 303] as const, ...LACKING.map(([, claims]) => [claims, 403] as const)])(
    'by OpenID Connect with %j is answered %i',
    async (claims, expected) => {
      const idp = await startOpenIdProvider();
      const login = startLogin({ connections: [connectionTo(idp, { require: OURS })] });
      const { browser, page } = await signOnAs(login, idp, claims);
      expect([page.status, await isSignedOn(browser)]).toEqual([expected, expected === 303]);
    },
  );

  it.each([
    [{ org: ['ours'] }, 'alice signed on'],
    [{ org: ['theirs'] }, 'claims-unusable'],
    [{ org: ['ours', 'theirs'] }, 'claims-unusable'],
    [{}, 'claims-unusable'],
  ])('by SAML with %j: %s', (attributes, expected) => {
    const connection = samlConnection({ require: { org: 'ours' } });
    expect(verdict(samlXml({ contents: { attributes: { ...attributes } } }), { connection })).toBe(expected);
  });
});

/** Signed on before anything was required; the provider said this. */
async function signedOnBefore(claims: object, parts: object = {}) {
  const idp = await startOpenIdProvider();
  const login = startLogin({ connections: [connectionTo(idp, parts)] });
  const { browser } = await signOnAs(login, idp, { ...TOLD, ...claims });
  const require = (required: object) => {
    login.state.signOn = SignOn.parse({ connections: [connectionTo(idp, { ...parts, require: required })] });
  };
  return { login, browser, require };
}

const MAPPED = { claims: { customer: 'organization_id' } };
const THEIRS = { organization_id: 'theirs' };

describe('what is required later, of people who are signed on,', () => {
  /**
   * @attack Session, command line or passkey of somebody who lacks what is required now
   * @removed the judgement where a session is resumed; what was said at the sign-on
   * @failed 7; 8 of 44: keeps the session of nobody but who meets it: who has another value of it: `expected
   *   true to be false`
   */
  it.each<readonly [string, object, object, boolean]>([
    ['has what is required, which the connection maps', {}, MAPPED, true],
    ['has another value of it', THEIRS, MAPPED, false],
    ['was not asked for it', {}, {}, false],
    ['had to have it before', {}, { require: OURS }, true],
    ['had to have another value', THEIRS, { require: { organization_id: ['ours', 'theirs'] } }, false],
  ])('keeps the session of nobody but who meets it: who %s', async (_, claims, parts, stays) => {
    const { browser, require } = await signedOnBefore(claims, parts);
    expect(await isSignedOn(browser)).toBe(true);
    require(CUSTOMER);
    expect(await isSignedOn(browser)).toBe(stays);
  });

  it.each([
    [{}, 'ok'],
    [THEIRS, 'invalid_grant'],
  ])('counts for command lines: of %j, %s', async (claims, expected) => {
    const { login, browser, require } = await signedOnBefore(claims, MAPPED);
    const token = await signInOnCommandLine(login, browser);
    require(CUSTOMER);
    expect(said(await refresh(login, token))).toBe(expected);
  });

  it.each([
    [{}, 'ok'],
    [THEIRS, 'invalid_grant'],
  ])('counts for a command line that is being signed in: of %j, %s', async (claims, expected) => {
    const { login, browser, require } = await signedOnBefore(claims, MAPPED);
    const asking = ask();
    const code = (await approve(browser, asking)).get('code');
    require(CUSTOMER);
    expect(said(await redeem(login, code, asking))).toBe(expected);
  });

  it('does not go by a mapping that came later', async () => {
    const { login, browser } = await signedOnBefore(THEIRS, { claims: { customer: 'tier' } });
    const [connection] = login.state.signOn.connections;
    const later = {
      ...connection,
      claims: { customer: 'organization_id' },
      require: { organization_id: 'silver' },
    };
    login.state.signOn = SignOn.parse({ connections: [later] });
    expect(await isSignedOn(browser)).toBe(false);
  });

  it('keeps out a passkey whose sign-on does not meet it', async () => {
    for (const [claims, expected] of [[{}, true] as const, [THEIRS, false] as const]) {
      const { login, browser, require } = await signedOnBefore(claims, MAPPED);
      const authenticator = new Authenticator(PORTAL);
      await perform(browser, 'add', authenticator);
      require(CUSTOMER);
      const another = login.browser();
      await perform(another, 'sign-in', authenticator);
      expect(await isSignedOn(another)).toBe(expected);
    }
  });

  it('is judged of SAML by single values, as at the sign-on', () => {
    const connection = samlConnection({ claims: { customer: 'org', all: 'many' } });
    const attributes = { org: ['ours'], many: ['a', 'b'] };
    const verified = verify(samlXml({ contents: { attributes } }), { connection });
    expect(verified.ok && verified.value.signedOn.said).toEqual({ org: 'ours' });
  });
});

describe('a session token that was made before something was required', () => {
  /**
   * @attack Session token from before something was required, at vend
   * @removed the comparison; the reading of connections
   * @failed 1; 1 of 44: is refused by vend, and one of a session that meets it is taken: `expected [ 200,
   *   undefined ] to deeply equal [ 401, 'sign-in-requirement' ]`
   */
  it('is refused by vend, and one of a session that meets it is taken', async () => {
    const { vend, portal } = await startPortalAndVend({});
    const now = vend.clock.now();
    const status = async (requirement?: string) => {
      const said = { ...portal.alice.session, requirement };
      const minted = await mintToken(said, new Date(now.getTime() + 60_000), now, portal.deps.tokens);
      const answer = await vend.send('POST', '/v1/roles', { token: null, body: { token: minted.reveal() } });
      return [answer.status, vend.auditLog.events.at(-1)?.reason];
    };
    expect(await status()).toEqual([200, undefined]);
    const name = requirementName({ require: CUSTOMER });
    vend.store.requirements = new Map([['corporate', name ?? '']]);
    expect(await status()).toEqual([401, 'sign-in-requirement']);
    expect(await status(requirementName({ require: THEIRS }))).toEqual([401, 'sign-in-requirement']);
    expect(await status(name)).toEqual([200, undefined]);
    vend.store.requirements = new Map([['another', name ?? '']]);
    expect(await status()).toEqual([200, undefined]);
  });

  it('is followed by one that says it: in the portal and on the command line', async () => {
    const { login, browser, require } = await signedOnBefore({}, MAPPED);
    const refreshToken = await signInOnCommandLine(login, browser);
    require(CUSTOMER);
    await isSignedOn(browser);
    const { body } = await refresh(login, refreshToken);
    const tokens = [login.asked.at(-1)?.token ?? '', String(body['access_token'])];
    const name = requirementName({ require: CUSTOMER });
    expect(tokens.map((one) => decodeJwt(one)['sign_in_requirement'])).toEqual([name, name]);
  });

  it('is told from one table by login and vend alike', async () => {
    const rows = new FakeRows();
    const connection = {
      id: 'corporate',
      kind: 'oidc',
      name: 'C',
      issuer: 'https://id.example.com',
      clientId: 'stint',
    };
    const connections = [
      { ...connection, require: OURS },
      { ...connection, id: 'open' },
    ];
    const text = JSON.stringify({
      version: 1,
      providers: [],
      roles: [],
      grants: [],
      signOn: { connections },
    });
    const document = {
      rows,
      files: [{ name: 'a', text }],
      appliedBy: 't',
      now: NOW,
      ram: undefined,
    } as const;
    const applied = await applyDocument(document);
    expect(applied).toMatchObject({ ok: true });
    const clock = new FakeClock();
    const ofLogin = await createSignOnStore(rows, clock).current();
    const ofVend = await createRulesStore(rows, clock).current();
    const [corporate] = (ofLogin.ok && ofLogin.value?.connections) || [];
    expect(ofVend.ok && [...(ofVend.value.requirements ?? [])]).toEqual([
      ['corporate', requirementName(corporate ?? {})],
    ]);
  });
});

describe('stint lint', () => {
  const lint = (issuer: string, more = '') =>
    lintDocument(
      acceptedDocument(edited('issuer: https://id.example.com', `issuer: ${issuer}${more}`)).document,
    )
      .filter(({ code }) => code === 'shared-issuer')
      .map(({ path }) => path.join('.'));

  it.each([
    'https://agent.buildkite.com',
    'https://app.terraform.io',
    'https://gitlab.com',
    'https://agent.buildkite.com/',
  ])('warns of %s without a customer', (issuer) => {
    expect(lint(issuer)).toEqual(['providers.0.issuer']);
  });

  it('warns where what is required can be like ours', () => {
    expect(lint('https://agent.buildkite.com', '\n    require: { step_key: deploy }')).toEqual([
      'providers.0.issuer',
    ]);
  });

  it('does not where the customer is named, nor of an issuer of one', () => {
    expect(lint('https://agent.buildkite.com', '\n    require: { organization_id: ours }')).toEqual([]);
    expect(lint('https://id.example.com')).toEqual([]);
  });
});
