// Guarantees: keys that the document lists are the only ones used for their provider.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { withStaticKeys } from '../../../shared/adapters/issuer-keys/static-key-source.ts';
import { err } from '../../../shared/kernel/result.ts';
import { StaticJwks } from '../../../shared/rules/providers/static-jwks.ts';
import { provider } from '../../support/builders.ts';
import { FakeKeySource } from '../../support/fakes.ts';
import { generateKeys, keySet, token } from '../../support/issuer.ts';
import { startVend } from '../../support/vend-app.ts';

const OWN = generateKeys();
const NEXT = generateKeys();

const jwksOf = (keys: typeof OWN) => StaticJwks.parse(keySet(keys));

describe('keys in the document', () => {
  it('verify, and nothing is fetched for their owner', async () => {
    const app = startVend();
    app.store.providers = [provider({ jwks: jwksOf(OWN) })];
    expect((await app.vend({}, { token: token({ keys: OWN }) })).status).toBe(200);
    expect((await app.vend()).status).toBe(401); // signed with the keys that the issuer itself publishes
    expect(app.keys.asked).toEqual([]);
  });

  it('serve while the issuer cannot be reached', async () => {
    const app = startVend();
    app.keys.fault = { reason: 'keys-unreachable', cause: 'discovery-network' };
    app.store.providers = [provider({ jwks: jwksOf(OWN) })];
    expect((await app.vend({}, { token: token({ keys: OWN }) })).status).toBe(200);
  });

  it('are two while one is replaced by the other', async () => {
    const both = {
      keys: [
        { ...keySet(OWN).keys[0], kid: 'old' },
        { ...keySet(NEXT).keys[0], kid: 'new' },
      ],
    };
    const app = startVend();
    app.store.providers = [provider({ jwks: StaticJwks.parse(both) })];
    const signed = (kid: string, keys: typeof OWN) =>
      token({ keys, header: { kid }, claims: { nonce: kid } });
    expect((await app.vend({}, { token: signed('old', OWN) })).status).toBe(200);
    expect((await app.vend({}, { token: signed('new', NEXT) })).status).toBe(200);
    expect((await app.vend({}, { token: signed('old', NEXT) })).status).toBe(401);
  });

  /**
   * @attack A weak key in `jwks`, stored before the rules grew stricter
   * @removed the strength where a key is used
   * @failed 1 of 6: verify nothing when they are weak: `expected 200 to be 401`
   */
  it('verify nothing when they are weak, stored before the rules grew stricter, say; the others go on', async () => {
    const WEAK = { ...OWN, RS256: generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }) };
    const [weak] = keySet(WEAK).keys;
    const [good] = keySet(NEXT).keys;
    const app = startVend();
    const jwks = StaticJwks.parse({
      keys: [
        { ...weak, kid: 'weak' },
        { ...good, kid: 'good' },
      ],
    });
    app.store.providers = [provider({ jwks })];
    expect((await app.vend({}, { token: token({ keys: WEAK, header: { kid: 'weak' } }) })).status).toBe(401);
    expect(app.auditLog.events.map(({ reason }) => reason)).toEqual(['key-unknown']);
    expect((await app.vend({}, { token: token({ keys: NEXT, header: { kid: 'good' } }) })).status).toBe(200);
  });

  it('are those of the rules in force', async () => {
    const app = startVend();
    app.store.providers = [provider({ jwks: jwksOf(OWN) })];
    expect((await app.vend({}, { token: token({ keys: OWN }) })).status).toBe(200);
    app.store.providers = [provider({ jwks: jwksOf(NEXT) })];
    expect((await app.vend({}, { token: token({ keys: OWN }) })).status).toBe(401);
    expect((await app.vend({}, { token: token({ keys: NEXT }) })).status).toBe(200);
  });

  it('are asked for by kid and algorithm, and are not there otherwise', async () => {
    const keys = withStaticKeys(new FakeKeySource());
    const owner = provider({ jwks: jwksOf(OWN) });
    expect((await keys.find(owner, { alg: 'RS256', kid: 'key-RS256' })).ok).toBe(true);
    const unknown = err({ reason: 'key-unknown', cause: 'kid' });
    expect(await keys.find(owner, { alg: 'RS256', kid: 'other' })).toEqual(unknown);
    expect(await keys.find(owner, { alg: 'PS256', kid: 'key-RS256' })).toEqual(unknown);
  });
});
