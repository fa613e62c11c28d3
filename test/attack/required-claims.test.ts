// Another customer of an issuer that many share, with claims like ours: `require` names the one that cannot be like ours.
import { describe, expect, it } from 'vitest';
import { lintDocument } from '../../shared/access/lint-document.ts';
import { RequiredClaims } from '../../shared/access/required-claims.ts';
import { grantTo, permissionTo, provider } from '../support/builders.ts';
import { token } from '../support/issuer.ts';
import { startLogin } from '../support/login-app.ts';
import { startOpenIdProvider } from '../support/openid-provider.ts';
import { connection as samlConnection, samlXml, verdict } from '../support/saml-idp.ts';
import { connectionTo, isSignedOn, signOnAs } from '../support/sign-on.ts';
import { startVend } from '../support/vend-app.ts';
import { acceptedDocument, edited } from '../unit/access/documents.ts';

const OURS = { organization_id: 'ours', tier: ['gold', 'silver'], verified: true };
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

  it.each(LACKING)(
    'refuses one with %s, and tells the operator alone of which claim',
    async (_, claims, missed) => {
      const app = start();
      const { status, text } = await app.vend({}, { token: token({ claims: { ...claims } }) });
      expect([status, text.includes(missed)]).toEqual([401, false]);
      const cause = `claim ${missed} is not as required`;
      expect(app.auditLog.events[0]).toMatchObject({ reason: 'tenant-not-allowed', cause });
    },
  );

  it('does not take a member that every object has for a claim', async () => {
    const app = start({ constructor: 'x' });
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
