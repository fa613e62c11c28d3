// A RoleSessionName is valid for STS whatever the subject is, and no two principals share one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProviderId } from '../../../shared/kernel/names.ts';
import { sessionName } from '../../../shared/pipeline/assume/issue-credentials.ts';

const principal = (provider: string, issuer: string, subject: string) => ({
  kind: 'oidc' as const,
  provider: ProviderId.parse(provider),
  issuer,
  subject,
  groups: [],
  claims: {},
  mfa: false,
  authenticatedAt: undefined,
  expiresAt: undefined,
  proofHash: '',
});

const providerId = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
const who = fc.tuple(
  providerId,
  fc.constantFrom('https://a', 'https://b'),
  fc.string({ unit: 'binary', minLength: 1 }),
);

describe('a session name', () => {
  it('is always what STS takes, and within the SourceIdentity rules too', () => {
    fc.assert(
      fc.property(who, ([provider, issuer, subject]) => {
        expect(sessionName(principal(provider, issuer, subject))).toMatch(/^[A-Za-z0-9.@_-]{2,64}$/);
      }),
    );
  });

  it('differs whenever provider, issuer or subject does', () => {
    fc.assert(
      fc.property(who, who, (one, two) => {
        const same = JSON.stringify(one) === JSON.stringify(two);
        expect(sessionName(principal(...one)) === sessionName(principal(...two))).toBe(same);
      }),
    );
  });

  it.each([
    ['alice@example.com', /^app\.alice@example-com\.[0-9a-f]{16}$/],
    ['auth0|5f7c8ec7c33c6c004bbafe82', /^app\.auth0-5f7c8ec7c33c6c004bbafe82\.[0-9a-f]{16}$/],
    ['x'.repeat(500), /^app\.x{30}\.[0-9a-f]{16}$/],
    ['张三', /^app\.--\.[0-9a-f]{16}$/],
  ])('stays readable for %s', (subject, expected) => {
    expect(sessionName(principal('app', 'https://a', subject))).toMatch(expected);
  });
});
