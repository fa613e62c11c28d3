// A partner who signs its own assertions, in memory.
import type * as z from 'zod';
import { AssertionProvider } from '../../shared/rules/providers/assertion.ts';
import { AUDIENCE, grantTo, NOW } from './builders.ts';
import { generateKeys, type Keys, keySet, seconds, type TokenParts, token } from './issuer.ts';
import { type Settings, startVend } from './vend-app.ts';

export const PARTNER = 'https://partner.example.com';
export const PARTNER_KEYS = generateKeys();

type Client = z.input<typeof AssertionProvider>['clients'][number];

export const client = (id = PARTNER, keys: Keys = PARTNER_KEYS): Client => ({
  id,
  jwks: JSON.parse(JSON.stringify(keySet(keys))),
});

export function partners(parts: Partial<z.input<typeof AssertionProvider>> = {}): AssertionProvider {
  return AssertionProvider.parse({ id: 'partners', kind: 'assertion', clients: [client()], ...parts });
}

let made = 0;

/** A good one, each with a jti of its own. */
export function assertion({ claims, ...parts }: TokenParts = {}): string {
  made += 1;
  return token({
    keys: PARTNER_KEYS,
    alg: 'ES256',
    claims: {
      iss: PARTNER,
      sub: PARTNER,
      aud: AUDIENCE,
      iat: seconds(NOW) - 5,
      exp: seconds(NOW) + 60,
      jti: `assertion-${made}`,
      ...claims,
    },
    ...parts,
  });
}

/** The whole app, with a grant for the partner. */
export function startVendForPartner(settings: Settings = {}) {
  const app = startVend(settings);
  app.store.providers = [...app.store.providers, partners()];
  app.store.grants = [...app.store.grants, grantTo({ kind: 'sub', name: PARTNER }, OPEN, 'partners')];
  return app;
}

const OPEN = {
  sessionPolicy: {
    variables: {},
    document: {
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: ['oss:PutObject'], Resource: 'acs:oss:*:*:media/partner/*' }],
    },
  },
};
