// Against sign-ins whose claims say too much, too little or nonsense: what the identity provider did not say stays
// unsaid, and OpenID Connect and SAML are judged by one rule.
import fc from 'fast-check';
import { decodeJwt } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_SIGN_ON_CHARACTERS } from '../../functions/login/keys/check-token-size.ts';
import { readIdToken } from '../../functions/login/sign-on-oidc/idp-tokens.ts';
import { SignedOn } from '../../shared/people/session.ts';
import { OidcConnection } from '../../shared/rules/sign-on/oidc-connection.ts';
import type { Browser } from '../support/browser.ts';
import { type Login, startLogin } from '../support/login-app.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { connection as samlConnection, samlXml, verdict, verify } from '../support/saml-idp.ts';
import { connectionTo, isSignedOn, signOnAs, startSignOn } from '../support/sign-on.ts';
import '../support/fast-check-seed.ts';

let provider: OpenIdProvider;
let login: Login;

const start = (parts: object = {}) => {
  login = startLogin({ connections: [connectionTo(provider, parts)] });
};

beforeEach(async () => {
  provider = await startOpenIdProvider();
  start();
});

/** What vend is told of the person. */
async function claimsForVend(browser: Browser): Promise<Readonly<Record<string, unknown>>> {
  expect(await isSignedOn(browser)).toBe(true);
  return decodeJwt(login.asked.at(-1)?.token ?? '');
}

const signOn = async (claims: object) => {
  const { browser, page } = await signOnAs(login, provider, claims);
  const { reason, cause } = login.auditLog.events.at(-1) ?? {};
  return { browser, status: page.status, reason, cause };
};

describe('what the identity provider did not say', () => {
  /**
   * @attack Silent sign-on that counts as a fresh one
   * @removed the absence of `auth_time`
   * @failed 2 of 40: is not said to vend: `expected [ true, false, false, false ] to deeply equal [ false,
   *   false, false, false ]`
   * @note a test of a document gives none either
   */
  it('is not said to vend: when, and how, somebody proved who they are', async () => {
    const { browser } = await signOn({ auth_time: undefined });
    const told = await claimsForVend(browser);
    expect(['auth_time' in told, 'amr' in told, 'acr' in told, 'email_verified' in told]).toEqual(
      Array(4).fill(false),
    );
  });

  it('is what was said, where it was', async () => {
    const authTime = Math.floor(Date.now() / 1000) - 3_000;
    const { browser } = await signOn({ auth_time: authTime, amr: ['pwd'] });
    expect(await claimsForVend(browser)).toMatchObject({ auth_time: authTime, amr: ['pwd'] });
  });

  it.each([
    ['', {}, null],
    ['', { maxAuthAgeSeconds: 900 }, '900'],
    ['?fresh', {}, '300'],
    ['?fresh', { maxAuthAgeSeconds: 60 }, '60'],
    ['?fresh', { maxAuthAgeSeconds: 900 }, '300'],
  ])('is asked for where somebody needs it: %s %j', async (query, parts, expected) => {
    start(parts);
    expect((await startSignOn(login.browser(), query)).get('max_age')).toBe(expected);
  });

  it('refuses the sign-on where the connection needs it', async () => {
    start({ maxAuthAgeSeconds: 900 });
    expect(await signOn({ auth_time: undefined })).toMatchObject({ status: 403, reason: 'answer-refused' });
  });
});

describe('a moment of sign-in that is none', () => {
  /**
   * @attack Session that its own reader refuses (`auth_time` in milliseconds)
   * @removed the range; the future
   * @failed 3; 2 of 138: refuses the sign-on, and makes no session that nobody can read: `expected [ 303, … ]
   *   to deeply equal [ 403, 'auth-time-unusable', false ]`
   * @note each covers part of the other
   */
  it.each([
    ['milliseconds', Date.now()],
    ['of the far future', 9e10],
    ['of the next hour', Math.floor(Date.now() / 1000) + 3_600],
    ['the beginning of time', 0],
    ['as large as a number can be', Number.MAX_VALUE],
  ])('refuses the sign-on, and makes no session that nobody can read: %s', async (_, authTime) => {
    const { browser, status, reason } = await signOn({ auth_time: authTime });
    expect([status, reason, await isSignedOn(browser)]).toEqual([403, 'auth-time-unusable', false]);
  });

  it.each([
    ['before 1970', -1],
    ['text', '1790000000'],
    ['null', null],
    ['a list', [1]],
  ])('refuses it by the library: %s', async (_, authTime) => {
    const { browser, status } = await signOn({ auth_time: authTime });
    expect([status, await isSignedOn(browser)]).toEqual([403, false]);
  });

  it('with a fraction is its second', async () => {
    const authTime = Math.floor(Date.now() / 1000) - 60;
    const { browser } = await signOn({ auth_time: authTime + 0.5 });
    expect((await claimsForVend(browser))['auth_time']).toBe(authTime);
  });
});

describe('groups at a sign-in', () => {
  it('may be one, as a text', async () => {
    const { browser } = await signOn({ groups: 'staff' });
    expect((await claimsForVend(browser))['groups']).toEqual(['staff']);
  });

  /**
   * @attack Groups that the identity provider keeps elsewhere, taken for none (OIDC, SAML)
   * @removed the refusal of overage
   * @failed 10 of 138: are not none for want of a list: a link in their place: `expected [ 303, undefined,
   *   true ] to deeply equal [ 403, 'groups-overage', false ]`
   * @note `vend` and descriptions of callers go through the same line
   */
  it.each<[string, object, string]>([
    ['a link in their place', { _claim_names: { groups: 'src1' }, _claim_sources: {} }, 'groups-overage'],
    ['a link beside a part', { groups: ['a'], _claim_names: { groups: 'src1' } }, 'groups-overage'],
    ['a source that nothing names', { _claim_sources: { src1: {} } }, 'groups-overage'],
    ['names of links that are none', { _claim_names: 'groups' }, 'groups-overage'],
    ['only that there are some', { hasgroups: true }, 'groups-overage'],
    ['the same in text', { hasgroups: 'true' }, 'groups-overage'],
    ['null', { groups: null }, 'groups-unusable'],
    ['several in one text', { groups: 'staff,contractors' }, 'groups-unusable'],
    ['a list as text', { groups: '["contractors"]' }, 'groups-unusable'],
    ['an object', { groups: { contractors: true } }, 'groups-unusable'],
    ['a list with null', { groups: ['staff', null] }, 'groups-unusable'],
  ])('are not none for want of a list: %s', async (_, claims, expected) => {
    const { browser, status, reason } = await signOn(claims);
    expect([status, reason, await isSignedOn(browser)]).toEqual([403, expected, false]);
  });

  it.each([{ hasgroups: false }, { hasgroups: 'false' }, { _claim_names: { address: 'src1' } }])(
    'are none where nothing says that there are: %j',
    async (claims) => {
      const { browser } = await signOn(claims);
      expect((await claimsForVend(browser))['groups']).toEqual([]);
    },
  );

  const HIDING = [
    'contractors\u200b',
    '\ufeffstaff',
    'a\u00adb',
    '\u{1f468}\u200d\u{1f4bb} devs',
    '\u2060ops',
  ];

  it('that hide a character are others than those without, by OpenID Connect and by SAML', async () => {
    const { browser } = await signOn({ groups: HIDING });
    expect((await claimsForVend(browser))['groups']).toEqual(HIDING);
    const verified = verify(samlXml({ contents: { attributes: { groups: HIDING } } }));
    expect(verified.ok && verified.value.signedOn.groups).toEqual(HIDING);
  });

  it.each(['a\u0000', 'a\u202eb', 'a\u2066b', 'a\ud800', ''])(
    'are no names that turn a line around: %j',
    async (name) => {
      const { status, reason } = await signOn({ groups: ['staff', name] });
      expect([status, reason]).toEqual([403, 'groups-unusable']);
    },
  );

  it('may be elsewhere where the connection reads none', async () => {
    start({ groups: undefined });
    expect(await signOn({ hasgroups: true, _claim_names: { groups: 'src1' } })).toMatchObject({
      status: 303,
    });
  });

  it.each([
    ['elsewhere', { hasgroups: true }, true],
    ['too many', { groups: Array.from({ length: 1_001 }, (_, i) => `g${i}`) }, true],
    ['unusable', { groups: null }, false],
  ])('that are %s get a page of their own if it is their number', async (_, claims, isTheirNumber) => {
    const { page } = await signOnAs(login, provider, claims);
    expect(page.text.includes('You are in too many groups')).toBe(isTheirNumber);
  });

  it('that no session token could carry refuse the sign-on, which says how many there are', async () => {
    const { status, reason, cause } = await signOn({
      groups: ['a'.repeat(500), ...Array(39).keys()].map((_, i) => `${i}${'a'.repeat(500)}`),
    });
    expect([status, reason]).toEqual([403, 'claims-too-large']);
    expect(cause).toMatch(new RegExp(`^40 groups and .*, of at most ${MAX_SIGN_ON_CHARACTERS}$`));
  });
});

describe('the vendors’ own limits of groups, at a sign-in', () => {
  const ids = (count: number) =>
    Array.from({ length: count }, (_, i) => `${String(i).padStart(8, '0')}-0000-4000-8000-000000000000`);
  const groupsOf = async (claims: object) =>
    (await claimsForVend((await signOn(claims)).browser))['groups'] as readonly string[];

  // Okta's expressions end at 100, and Entra ID's tokens at 200; other providers have no limit.
  it.each([100, 101, 200, 201])('%i are all there', async (count) => {
    expect(await groupsOf({ groups: ids(count) })).toHaveLength(count);
  });

  it('of 1,000, those that the connection takes, since all fit into no session token', async () => {
    expect(await signOn({ groups: ids(1_000) })).toMatchObject({ status: 403, reason: 'claims-too-large' });
    start({ groups: { claim: 'groups', prefix: '0000009' } });
    expect(await groupsOf({ groups: ids(1_000) })).toHaveLength(10);
  });

  it('Entra ID’s link in place of 201 leaves app roles whole', async () => {
    const link = { _claim_names: { groups: 'src1' }, _claim_sources: {} };
    expect(await signOn({ ...link, roles: ['Uploader'] })).toMatchObject({ reason: 'groups-overage' });
    start({ groups: 'roles' });
    expect(await groupsOf({ ...link, roles: ['Uploader'] })).toEqual(['Uploader']);
  });
});

describe('SAML: groups at a sign-in', () => {
  const LINK = {
    'http://schemas.microsoft.com/claims/groups.link': ['https://graph.example/getMemberObjects'],
  };
  const ROLE = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role';

  /**
   * @attack A SAML link in place of groups
   * @removed the look for the link
   * @failed 2 of 40: a link in their place refuses the sign-on: `expected 'alice signed on' to be
   *   'groups-overage'`
   */
  it.each([
    ['in their place', LINK],
    ['beside a part', { ...LINK, groups: ['staff'] }],
  ])('a link %s refuses the sign-on', (_, attributes) => {
    expect(verdict(samlXml({ contents: { attributes } }))).toBe('groups-overage');
  });

  it.each([150, 151, 200])('%i are all there; Entra ID writes 150 at most', (count) => {
    const groups = Array.from(
      { length: count },
      (_, i) => `${String(i).padStart(8, '0')}-0000-4000-8000-000000000000`,
    );
    const verified = verify(samlXml({ contents: { attributes: { groups } } }));
    expect(verified.ok && verified.value.signedOn.groups).toEqual(groups);
  });

  it('a link says nothing of app roles, nor where the connection reads no groups', () => {
    const xml = samlXml({ contents: { attributes: { ...LINK, [ROLE]: ['Uploader'] } } });
    expect(verdict(xml, { connection: samlConnection({ groups: ROLE }) })).toBe('alice signed on');
    expect(verdict(xml, { connection: samlConnection({ groups: undefined }) })).toBe('alice signed on');
  });

  it('are one for one value, and none for none', () => {
    const groupsOf = (attributes: Record<string, string[]>) => {
      const verified = verify(samlXml({ contents: { attributes } }));
      return verified.ok ? verified.value.signedOn.groups : verified.error;
    };
    expect([groupsOf({ groups: ['staff'] }), groupsOf({})]).toEqual([['staff'], []]);
  });
});

describe('whatever an ID token says', () => {
  const connection = OidcConnection.parse({
    id: 'corporate',
    kind: 'oidc',
    name: 'Example Corp',
    issuer: 'https://id.example.com',
    clientId: 'stint',
    groups: 'groups',
    claims: { department: 'department' },
  });
  const now = new Date('2026-11-22T00:00:00Z');
  const anything = fc
    .oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.double(),
      fc.constantFrom(...['groups', 'true'], null, now.getTime(), now.getTime() / 1000),
    )
    .map((value) => (Object.is(value, -0) ? 0 : value)); // as which -0 is kept
  const orAnything = <T>(...good: readonly T[]) =>
    fc.oneof({ arbitrary: fc.constantFrom(...good), weight: 4 }, anything);
  const claims = fc.record(
    {
      auth_time: orAnything(1, 1_790_000_000, now.getTime() / 1000),
      amr: orAnything(['pwd'], ['pwd', 'mfa'], []),
      acr: orAnything('1', 'urn:mfa'),
      groups: orAnything<unknown>(['staff', 'contractors'], ['staff', 'staff'], 'staff', []),
      sid: orAnything('s1', ''),
      department: orAnything<unknown>('sales', '', 7, false, ['a', 'b'], null),
      hasgroups: orAnything<unknown>(false, 'false'),
      _claim_names: orAnything({}, { address: 'src1' }),
    },
    { requiredKeys: [] },
  );

  it('is refused, or makes a session that its own reader takes, and says no more than was said', () => {
    let taken = 0;
    fc.assert(
      fc.property(claims, (said) => {
        const token = { iss: 'x', aud: 'x', sub: 'alice', iat: 0, exp: 0, ...said };
        const read = readIdToken(token, connection, now);
        if (!read.ok) return;
        taken++;
        const kept = SignedOn.parse(JSON.parse(JSON.stringify(read.value)));
        expect(kept).toEqual(read.value);
        const at = typeof said.auth_time === 'number' ? Math.floor(said.auth_time) * 1000 : undefined;
        expect(kept.authenticatedAt?.getTime()).toBe(at);
        expect(kept.groups.length > 0).toBe(said.groups !== undefined && String(said.groups) !== '');
        expect('department' in kept.claims).toBe((said.department ?? null) !== null);
        if (said.amr === undefined && said.acr === undefined) expect(kept.methods).toEqual([]);
        if (said.sid === undefined) expect(kept.idpSession).toBeUndefined();
      }),
      { numRuns: 500 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});
