// AssumeRoleWithOIDC as STS answers it: in every place, method and format in which clients ask, with credentials that POST
// /v1/credentials would have given.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grantTo, provider } from '../support/builders.ts';
import { CANARY } from '../support/canaries.ts';
import { token } from '../support/issuer.ts';
import { startVend, type Vend } from '../support/vend-app.ts';
import { SPIFFE } from '../support/vendor-claims.ts';
import { askWire, ROLE_ARN, STS_QUERY, stsForm, type WireAnswer } from '../support/wires.ts';

const CREDENTIALS = {
  AccessKeyId: 'STS.key1',
  AccessKeySecret: `${CANARY.stsSecret}-1`,
  SecurityToken: `${CANARY.securityToken}-1`,
  Expiration: '2026-03-01T12:30:00Z',
};

const parsed = ({ text }: WireAnswer) => JSON.parse(text);
const ask = (app: Vend, own: Readonly<Record<string, string>> = {}, proof = token()) =>
  askWire(app, { query: STS_QUERY, form: { ...stsForm(proof), ...own } }, proof);

describe('the STS wire gives credentials', () => {
  const all = () => ({ ...STS_QUERY, ...stsForm(token()) });
  it.each([
    ['POST, action in the query, the rest in the form', '/', { query: STS_QUERY, form: stsForm(token()) }],
    ['POST at /sts', '/sts', { query: STS_QUERY, form: stsForm(token()) }],
    ['POST at /sts/', '/sts/', { query: STS_QUERY, form: stsForm(token()) }],
    ['POST, all in the form', '/', { form: all() }],
    ['POST, all in the query and no body', '/', { query: all() }],
    ['POST, all in the query and an empty form', '/', { query: all(), form: '' }],
    ['GET', '/', { method: 'GET', query: all() }],
    ['POST at an endpoint that ends with a slash', '/sts//', { query: STS_QUERY, form: stsForm(token()) }],
    ['POST at a host with a slash', '//', { query: STS_QUERY, form: stsForm(token()) }],
    ['GET at /sts/', '/sts/', { method: 'GET', query: all() }],
  ])('%s', async (_, path, request) => {
    const app = startVend();
    const answer = await askWire(app, { path, ...request }, token());
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json;charset=utf-8');
    const [order] = app.assumer.orders;
    expect(parsed(answer)).toEqual({
      RequestId: app.auditLog.events[0]?.requestId,
      AssumedRoleUser: {
        Arn: `${ROLE_ARN}/${order?.sessionName}`,
        AssumedRoleId: `300000000000000001:${order?.sessionName}`,
      },
      OIDCTokenInfo: {
        Issuer: 'https://id.example.com',
        Subject: 'alice',
        ClientIds: 'https://vend.example.com',
        IssuanceTime: '2026-03-01T11:59:50Z',
        ExpirationTime: '2026-03-01T12:50:00Z',
        VerificationInfo: 'Success',
      },
      Credentials: CREDENTIALS,
    });
  });

  it('and says every audience of the token', async () => {
    const proof = token({ claims: { aud: ['https://vend.example.com', 'https://other.example'] } });
    const { OIDCTokenInfo } = parsed(await ask(startVend(), {}, proof));
    expect(OIDCTokenInfo.ClientIds).toBe('https://vend.example.com,https://other.example');
  });

  it('and names the provider of a token that may lack its issuer', async () => {
    const app = startVend();
    const subject = String(SPIFFE.subject);
    app.store.providers = [provider({ ...SPIFFE.entry, preset: 'spiffe', groups: undefined })];
    app.store.grants = [grantTo({ kind: 'sub', name: subject }, { sessionPolicy: 'inherit' })];
    const { OIDCTokenInfo } = parsed(await ask(app, {}, token({ claims: SPIFFE.claims })));
    expect([OIDCTokenInfo.Issuer, OIDCTokenInfo.Subject]).toEqual(['https://spire.example.com', subject]);
  });

  it('also where STS does not tell the id of the session', async () => {
    const app = startVend();
    app.assumer.change = { assumedRoleId: undefined };
    const { AssumedRoleUser } = parsed(await ask(app));
    expect(AssumedRoleUser).toEqual({ Arn: `${ROLE_ARN}/${app.assumer.orders[0]?.sessionName}` });
  });

  it('in XML that is well-formed whatever the token says', async () => {
    const aud = ['https://vend.example.com', 'a\u0000\u001B\uFFFF</ClientIds>&b'];
    const { Format: _, ...query } = STS_QUERY;
    const { text } = await askWire(startVend(), { query, form: stsForm(token({ claims: { aud } })) });
    const told = 'https://vend.example.com,a\uFFFD\uFFFD\uFFFD&lt;/ClientIds&gt;&amp;b';
    expect(text).toContain(`<ClientIds>${told}</ClientIds>`);
  });

  it('in XML, which is the default of STS, with what XML needs escaped', async () => {
    const app = startVend();
    app.assumer.change = { accessKeyId: `<a&"b">` };
    const { Format: _, ...query } = STS_QUERY;
    const answer = await askWire(app, { query, form: stsForm(token()) });
    expect(answer.headers.get('content-type')).toBe('text/xml;charset=utf-8');
    expect(answer.text).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?><AssumeRoleWithOIDCResponse><RequestId>[^<]+<\/RequestId>/,
    );
    expect(answer.text).toContain('<AccessKeyId>&lt;a&amp;&quot;b&quot;&gt;</AccessKeyId>');
    expect(answer.text).toContain('<Expiration>2026-03-01T12:30:00Z</Expiration></Credentials>');
  });

  it.each([
    ['JSON', undefined, 'application/json'],
    ['json', undefined, 'application/json'],
    ['XML', 'application/json', 'text/xml'],
    [undefined, 'application/json', 'application/json'],
    [undefined, '*/*', 'text/xml'],
  ])('in the format that Format %s and Accept %s ask for', async (format, accept, type) => {
    const { Format: _, ...query } = STS_QUERY;
    const answer = await askWire(startVend(), {
      query: { ...query, ...(format === undefined ? {} : { Format: format }) },
      form: stsForm(token()),
      headers: accept === undefined ? {} : { accept },
    });
    expect(answer.headers.get('content-type')).toBe(`${type};charset=utf-8`);
  });

  it('of a role that is named by its id', async () => {
    expect((await ask(startVend(), { RoleArn: 'media-uploader' })).status).toBe(200);
  });

  it('for a token with the line break of its file', async () => {
    const app = startVend();
    expect((await ask(app, { OIDCToken: `${token()}\r\n` })).status).toBe(200);
  });

  it('in the same audit row as POST /v1/credentials writes, with the wire in it', async () => {
    const app = startVend();
    await ask(app);
    await app.vend({ durationSeconds: 1_800, token: token() }, { token: null });
    const [bySts, byOwn] = app.auditLog.events;
    expect(bySts).toEqual({ ...byOwn, requestId: bySts?.requestId, wire: 'sts', reused: false });
    expect(byOwn?.reused).toBe(true);
  });

  it('and says a SourceIdentity where there is one', async () => {
    const app = startVend({ sourceIdentity: true });
    expect(parsed(await ask(app)).SourceIdentity).toBe(app.assumer.orders[0]?.sourceIdentity);
  });
});

describe('the duration is shortened to what the grant gives', () => {
  it.each([
    ['longer than the grant', '3600', '2026-03-01T12:30:00Z'],
    ['longer than anything', '9'.repeat(400), '2026-03-01T12:30:00Z'],
    ['shorter', '900', '2026-03-01T12:15:00Z'],
  ])('%s', async (_, DurationSeconds, expiration) => {
    expect(parsed(await ask(startVend(), { DurationSeconds })).Credentials.Expiration).toBe(expiration);
  });

  it('absent: the longest of the grant', async () => {
    const { DurationSeconds: _, ...form } = stsForm(token());
    const answer = await askWire(startVend(), { query: STS_QUERY, form });
    expect(parsed(answer).Credentials.Expiration).toBe('2026-03-01T12:30:00Z');
  });

  it('under 900 s, where the grant gives no more', async () => {
    const app = startVend();
    app.store.grants = [grantTo({ kind: 'any' }, { constraints: { effectiveSeconds: 300 } })];
    expect(parsed(await ask(app)).Credentials.Expiration).toBe('2026-03-01T12:05:00Z');
  });

  it('never longer than the grant, whatever is asked for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 900, max: 1_000_000 }),
        fc.integer({ min: 900, max: 43_200 }),
        fc.integer({ min: 0, max: 999 }),
        async (asked, maxDurationSeconds, milliseconds) => {
          const app = startVend();
          app.clock.advance(milliseconds);
          app.store.grants = [grantTo({ kind: 'any' }, { maxDurationSeconds })];
          const answer = parsed(await ask(app, { DurationSeconds: String(asked) }));
          const { Expiration: expiration } = answer.Credentials;
          expect(expiration).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
          const left = Date.parse(expiration) - app.clock.now().getTime();
          expect(left).toBeLessThanOrEqual(Math.min(asked, maxDurationSeconds) * 1_000);
        },
      ),
    );
  });
});

describe('Policy narrows', () => {
  it('as the policy of POST /v1/credentials does', async () => {
    const app = startVend();
    const policy = {
      Version: '1',
      Statement: [
        { Effect: 'Allow', Action: 'oss:GetObject', Resource: 'acs:oss:*:*:media/users/alice/one' },
      ],
    };
    expect((await ask(app, { Policy: JSON.stringify(policy) })).status).toBe(200);
    expect(app.assumer.orders[0]?.sessionPolicy.json).toContain('users/alice/one');
  });
});

describe('a browser that is sent to the host alone', () => {
  it.each(['/', '/?utm_source=mail'])('is led to the portal: %s', async (path) => {
    const app = startVend();
    for (const method of ['GET', 'HEAD']) {
      const response = await app.app.request(path, { method });
      expect([response.status, response.headers.get('location')]).toEqual([302, '/portal']);
    }
    expect(app.auditLog.events).toEqual([]);
  });

  it.each(['Action', 'Version', 'Format', 'RoleArn', 'OIDCToken'])(
    'is not a program that sends %s, even empty, and nothing else',
    async (name) => {
      const app = startVend();
      // askWire expects no redirection.
      await askWire(app, { method: 'GET', query: { [name]: '' } });
      expect(app.auditLog.events).toMatchObject([{ wire: 'sts', stage: 'request', code: 'invalid_request' }]);
    },
  );
});
