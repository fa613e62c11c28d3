// Only an entry for this deployment's own login may vouch for addresses, and only with tokens of five minutes.
import { describe, expect, it } from 'vitest';
import { edited, faultsOf, VALID } from './documents.ts';

const withLogin = (issuer: string, more: string) =>
  edited(
    'providers:\n',
    `providers:\n  - { id: login, kind: oidc, issuer: "${issuer}", algorithms: [ES256], ${more} }\n`,
    VALID,
  );
const LOGIN = 'https://vend.example.com/login';

describe('addressFromToken', () => {
  it('is taken for a login, with tokens of five minutes', () => {
    expect(faultsOf(withLogin(LOGIN, 'addressFromToken: true, maxTokenAgeSeconds: 300'))).toEqual([]);
  });

  it.each<readonly [string, string, string, RegExp]>([
    [
      'an issuer that is no login',
      'https://id.example.org',
      'maxTokenAgeSeconds: 300',
      /addressFromToken: .*own login/,
    ],
    ['a login’s neighbour', 'https://vend.example.com/login/x', 'maxTokenAgeSeconds: 300', /own login/],
    ['tokens that live longer', LOGIN, 'maxTokenAgeSeconds: 301', /maxTokenAgeSeconds: use at most 300/],
    ['the default age of tokens', LOGIN, 'groups: groups', /maxTokenAgeSeconds: use at most 300/],
    ['a vendor’s tokens', 'https://sso.example.com/realms/login', 'preset: keycloak', /own login/],
  ])('is refused with %s', (_, issuer, more, said) => {
    expect(faultsOf(withLogin(issuer, `addressFromToken: true, ${more}`)).join('\n')).toMatch(said);
  });
});
