// Against readers of logs, audit rows, refusals and stack traces: no secret, token or claim is in them, and a client
// secret goes to its own token endpoint alone.
import { describe, expect, it } from 'vitest';
import { createConsoleLogger } from '../../shared/adapters/console-logger.ts';
import { createAuditLog } from '../../shared/adapters/tablestore/tablestore-audit-log.ts';
import type { RowWrite } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { ok } from '../../shared/kernel/result.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { grantTo } from '../support/builders.ts';
import { ALL_CANARIES, CANARY, findSecret } from '../support/canaries.ts';
import { token } from '../support/issuer.ts';
import { startLogin } from '../support/login-app.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { connectionTo, signOnAs } from '../support/sign-on.ts';
import { type Sent, startVend, type Vend } from '../support/vend-app.ts';

const CLAIM = 'canary-claim-value';
const lost = { reason: 'store-failed', cause: 'OTSTimeout' } as const;
const leaky = new Error(`refused ${Object.values(CANARY).join(' ')}\n    at ${CANARY.ownToken}`);

type Break = (app: Vend) => unknown;
type Path = readonly [claim: string, status: number, breakIt: Break, body?: object, sent?: Sent];

const nothing = () => undefined;
const PATHS: readonly Path[] = [
  ['a grant', 200, nothing],
  ['a malformed request', 400, nothing, { durationSeconds: CLAIM }],
  ['a malformed policy', 400, nothing, { policy: { Version: CLAIM } }],
  ['a body that is not JSON', 400, nothing, {}, { body: `{"${CLAIM}` }],
  ['an expired token', 401, nothing, {}, { token: token({ claims: { exp: 1, secret: CLAIM } }) }],
  ['an unknown issuer', 401, nothing, {}, { token: token({ claims: { iss: CLAIM } }) }],
  ['an unknown key', 401, nothing, {}, { token: token({ header: { kid: CLAIM } }) }],
  ['an unusable subject', 401, nothing, {}, { token: token({ claims: { sub: [CLAIM] } }) }],
  ['no grant', 403, ({ store }) => Object.assign(store, { grants: [] })],
  [
    'a step-up',
    403,
    ({ store }) =>
      Object.assign(store, { grants: [grantTo({ kind: 'any' }, { constraints: { mfa: true } })] }),
  ],
  [
    'an unreadable grant',
    403,
    ({ store }) =>
      Object.assign(store, { grants: [{ provider: 'app-users', to: { kind: 'any' }, row: { g_x: CLAIM } }] }),
  ],
  ['a role unknown', 403, nothing, { role: CLAIM }],
  [
    'a wider policy',
    422,
    nothing,
    { policy: { Version: '1', Statement: [{ Effect: 'Allow', Action: `oss:${CLAIM}`, Resource: '*' }] } },
  ],
  [
    'throttling',
    429,
    ({ assumer }) => Object.assign(assumer, { fault: { kind: 'throttled', cause: 'Throttling' } }),
  ],
  ['a bug', 500, ({ assumer }) => Object.assign(assumer, { bug: leaky })],
  [
    'a refusal of STS',
    502,
    ({ assumer }) => Object.assign(assumer, { fault: { kind: 'refused', cause: 'NoPermission' } }),
  ],
  [
    'a short answer of STS',
    503,
    ({ assumer }) => Object.assign(assumer, { change: { expiration: new Date(0) } }),
  ],
  ['a lost registration', 503, ({ auditLog }) => Object.assign(auditLog, { registerFault: lost })],
  ['a lost audit row', 503, ({ auditLog }) => Object.assign(auditLog, { recordFault: lost })],
  ['a lost store', 503, ({ store }) => Object.assign(store, { fault: lost })],
  [
    'lost keys',
    503,
    ({ keys }) => Object.assign(keys, { fault: { reason: 'keys-unreachable', cause: 'keys-status' } }),
  ],
];

describe('no secret and no claim leaves by the log, the audit row or a refusal', () => {
  /**
   * @attack Error text in a log
   * @removed the removal of the message from the stack
   * @failed 1 of 29: after a bug (500): `a secret is in the log or the audit rows`
   *
   * @attack Claims in an audit row
   * @removed the fixed list of fields
   * @failed 10 of 29: after a grant (200): `expected 'canary-claim-value' to be undefined`
   *
   * @attack Proof in an audit row
   * @removed the hash of the proof
   * @failed 13 of 29: after a grant (200): `a secret is in the log or the audit rows`
   */
  it.for(PATHS)('after %s (%i)', async ([_, status, breakIt, body = {}, sent = {}]) => {
    const app = startVend();
    breakIt(app);
    const proof = sent.token ?? token({ claims: { secret: CLAIM } });
    const answer = await ('body' in sent
      ? app.send('POST', '/v1/credentials', { ...sent, token: proof })
      : app.vend(body, { ...sent, token: proof }));
    expect(answer.status).toBe(status);
    const written = [app.logger.lines, app.auditLog.events, app.auditLog.keys];
    expect(findSecret(written, [...ALL_CANARIES, CLAIM, proof])).toBeUndefined();
    if (status !== 200) expect(findSecret(answer.text, [...ALL_CANARIES, CLAIM, proof])).toBeUndefined();
  });

  it('and a grant reveals the secrets of its own key and nothing else', async () => {
    const { text } = await startVend().vend();
    expect(text).toContain(CANARY.stsSecret);
    expect(findSecret(text, [CANARY.externalId, CANARY.ownSecret, CANARY.ownToken])).toBeUndefined();
  });

  it('and the audit row holds the hash of the proof, not the proof', async () => {
    const app = startVend();
    await app.vend();
    expect(app.auditLog.events).toEqual([
      expect.objectContaining({ proofHash: expect.stringMatching(/^[\w-]{43}$/) }),
    ]);
  });
});

describe('a client secret leaves for its provider’s token endpoint alone', () => {
  const echo = { error: 'invalid_client', error_description: `no such secret: ${CANARY.clientSecret}` };
  const challenge = { 'www-authenticate': `Basic realm="${CANARY.clientSecret}"` };
  const paths: readonly (readonly [string, number, (provider: OpenIdProvider) => unknown])[] = [
    ['a sign-on', 303, nothing],
    [
      'a refusal that repeats it',
      502,
      (provider) => Object.assign(provider, { refusal: { status: 400, body: echo } }),
    ],
    [
      'a challenge that repeats it',
      502,
      (provider) => Object.assign(provider, { refusal: { status: 401, body: echo, headers: challenge } }),
    ],
    [
      'an answer that is no token',
      403,
      (provider) => Object.assign(provider, { idToken: CANARY.clientSecret }),
    ],
  ];

  describe.each(['client_secret_basic', 'client_secret_post'])('%s', (clientAuthentication) => {
    it.each(paths)('after %s (%i)', async (_, status, breakIt) => {
      const provider = await startOpenIdProvider();
      const login = startLogin({
        connections: [connectionTo(provider, { clientAuthentication })],
        secrets: { corporate: CANARY.clientSecret },
      });
      breakIt(provider);
      const { browser, page } = await signOnAs(login, provider);
      expect(page.status).toBe(status);
      const [header] = provider.authorizations;
      const sent = header?.replace('Basic ', '') ?? provider.tokenRequests[0]?.get('client_secret') ?? '';
      expect(sent.length).toBeGreaterThanOrEqual(CANARY.clientSecret.length);
      const kept = [login.logger.lines, login.auditLog.events, login.people(), login.deps.oidc];
      const shown = [page.text, [...page.headers], browser.visited];
      expect(findSecret([kept, shown], [CANARY.clientSecret, sent])).toBeUndefined();
    });
  });
});

describe('the adapters print no secret', () => {
  it('as stored rows', async () => {
    const rows: RowWrite[] = [];
    const auditLog = createAuditLog({
      async putRows(writes) {
        rows.push(...writes);
        return ok(undefined);
      },
    });
    const app = startVend();
    await app.vend();
    for (const event of app.auditLog.events) await auditLog.record(event);
    for (const key of app.auditLog.keys) await auditLog.register(key);
    expect(rows).toHaveLength(2);
    expect(findSecret(rows, [...ALL_CANARIES, token()])).toBeUndefined();
  });

  /**
   * @attack Secret in a log or a row
   * @removed redaction in `toJSON`
   * @failed 2 of 29: as JSON: `expected '{"secret":"canary-own-secret"}' not to contain 'canary-own-secret'`
   */
  it.each([
    ['JSON', (secret: Secret<string>) => JSON.stringify({ secret })],
    ['text', (secret: Secret<string>) => `${secret}`],
    ['inspection', (secret: Secret<string>) => findSecret({ secret }, [CANARY.ownSecret]) ?? '[secret]'],
    ['its own members', (secret: Secret<string>) => `${Object.values(secret).join()}[secret]`],
  ])('as %s', (_, print) => {
    const printed = print(new Secret(CANARY.ownSecret));
    expect(printed).not.toContain(CANARY.ownSecret);
    expect(printed).toContain('[secret]');
  });

  it('as a log line, which stays one line and a short one', () => {
    const lines: string[] = [];
    const logger = createConsoleLogger('info', (line) => lines.push(line));
    logger.log('error', 'refused', { cause: `first\nsecond${'x'.repeat(10_000)}`, code: 'invalid_token' });
    logger.log('debug', 'refused', { cause: CANARY.ownSecret });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.match(/\n/g)).toHaveLength(1);
    expect(lines[0]?.length).toBeLessThan(700);
  });
});
