// Against holders of other tokens of login, and login functions of other deployments: vend takes only session tokens
// that its own login issued, for five minutes and not beyond the session.
import { decodeJwt, type JWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { makeSessionKeys, rotateSessionKeys } from '../../clients/cli/keys/make-session-keys.ts';
import { mintToken } from '../../functions/login/keys/mint-token.ts';
import { readSessionKeys, SessionJwks } from '../../functions/login/keys/session-key-set.ts';
import { ConnectionId } from '../../shared/kernel/names.ts';
import { type Session, SessionId } from '../../shared/people/session.ts';
import { AUDIENCE, grantTo, NOW, provider } from '../support/builders.ts';
import { startVend } from '../support/vend-app.ts';

const ISSUER = 'https://vend.example.com/login';
const KEYS = makeSessionKeys();
const keysOf = (jwks: ReturnType<typeof makeSessionKeys>) => readSessionKeys(SessionJwks.parse(jwks));

const session: Session = {
  id: SessionId.parse('A'.repeat(22)),
  connection: ConnectionId.parse('corporate'),
  subject: 'alice',
  groups: ['media'],
  claims: { department: 'video' },
  methods: ['pwd', 'mfa'],
  authenticatedAt: new Date(NOW.getTime() - 60_000),
  signedOnAt: NOW,
  lastSeenAt: NOW,
  rotatedAt: NOW,
  secretHash: 'x',
  formToken: 'y',
  browser: '',
  version: 1,
};
const IN_AN_HOUR = new Date(NOW.getTime() + 3_600_000);

const mint = async (
  parts: { issuer?: string; audience?: string; jwks?: typeof KEYS; endsAt?: Date } = {},
) => {
  const { issuer = ISSUER, audience = AUDIENCE, jwks = KEYS, endsAt = IN_AN_HOUR } = parts;
  return (await mintToken(session, endsAt, NOW, { issuer, audience, keys: keysOf(jwks) })).reveal();
};

function startWithLogin(published: readonly JWK[] = keysOf(KEYS).published) {
  const vend = startVend();
  const staff = { id: 'staff', issuer: ISSUER, algorithms: ['ES256' as const], maxTokenAgeSeconds: 300 };
  vend.store.providers = [provider(staff)];
  vend.store.grants = [grantTo({ kind: 'sub', name: 'corporate:alice' }, {}, 'staff')];
  vend.keys.sets.set(ISSUER, { keys: [...published] });
  return vend;
}

describe('vend takes a session token', () => {
  it('of its own login, for whom the session is of', async () => {
    const { status, body } = await startWithLogin().send('GET', '/v1/identity', { token: await mint() });
    expect(status).toBe(200);
    expect(body).toMatchObject({ provider: 'staff', subject: 'corporate:alice', groups: ['media'] });
  });

  it('for five minutes and not for longer, and not beyond the session', async () => {
    const vend = startWithLogin();
    const token = await mint();
    expect(decodeJwt(token).exp).toBe(NOW.getTime() / 1000 + 300);
    const short = await mint({ endsAt: new Date(NOW.getTime() + 30_000) });
    expect(decodeJwt(short).exp).toBe(NOW.getTime() / 1000 + 30);
    vend.clock.advance(331_000);
    expect((await vend.send('GET', '/v1/identity', { token })).status).toBe(401);
  });

  it('after a rotation of the keys, and before one: nobody is signed out', async () => {
    const rotated = rotateSessionKeys(KEYS);
    const [before, after] = [await mint(), await mint({ jwks: rotated })];
    // A copy of the keys from before the rotation holds the next one already, and one from after it the last.
    for (const published of [keysOf(KEYS).published, keysOf(rotated).published])
      for (const token of [before, after])
        expect((await startWithLogin(published).send('GET', '/v1/identity', { token })).status).toBe(200);
  });
});

describe('vend refuses a session token', () => {
  it.each<readonly [string, () => Promise<string>]>([
    ['of another deployment’s audience', () => mint({ audience: 'https://other.example.com' })],
    ['of another deployment’s login', () => mint({ issuer: 'https://other.example.com/login' })],
    ['that another deployment’s key signed', () => mint({ jwks: makeSessionKeys() })],
  ])('%s', async (_, make) => {
    expect((await startWithLogin().send('GET', '/v1/identity', { token: await make() })).status).toBe(401);
  });
});

describe('a session token', () => {
  it('says what the connection maps, and lets it say nothing of Stint’s own', async () => {
    const claims = {
      department: 'video',
      sub: 'root',
      iss: 'x',
      aud: 'x',
      exp: 9e9,
      groups: ['admin'],
      amr: ['x'],
    };
    const token = await mintToken({ ...session, claims }, IN_AN_HOUR, NOW, {
      issuer: ISSUER,
      audience: AUDIENCE,
      keys: keysOf(KEYS),
    });
    expect(decodeJwt(token.reveal())).toMatchObject({
      iss: ISSUER,
      aud: AUDIENCE,
      sub: 'corporate:alice',
      groups: ['media'],
      amr: ['pwd', 'mfa'],
      department: 'video',
      exp: NOW.getTime() / 1000 + 300,
    });
  });

  /**
   * @attack An identity provider that writes the address into a session token
   * @removed login's own word over mapped claims
   * @failed 1 of 9: tells of an address only where login itself asks: `expected '203.0.113.7' to be
   *   undefined`
   * @note mapping a claim of that name is refused as well: 1 of 21
   * @also test/unit/rules/sign-on.test.ts
   */
  it('tells of an address only where login itself asks, whatever an identity provider wrote', async () => {
    const claims = { caller_address: '203.0.113.7' };
    const issuer = { issuer: ISSUER, audience: AUDIENCE, keys: keysOf(KEYS) };
    const told = async (askingFor?: { address: string | undefined }) => {
      const minted = await mintToken({ ...session, claims }, IN_AN_HOUR, NOW, issuer, askingFor);
      return decodeJwt(minted.reveal())['caller_address'];
    };
    expect(await told()).toBeUndefined();
    expect(await told({ address: '198.51.100.1' })).toBe('198.51.100.1');
    expect(await told({ address: undefined })).toBeNull();
  });

  it('is verified with keys that are published without their private halves', () => {
    const { published } = keysOf(KEYS);
    expect(published).toHaveLength(2);
    expect(JSON.stringify(published)).not.toContain('"d"');
  });
});
