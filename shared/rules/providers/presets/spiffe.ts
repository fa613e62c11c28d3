// SPIFFE (github.com/spiffe/spiffe: JWT-SVID, SPIFFE ID). `sub` is the SPIFFE ID; the standard asks for no `iss` and no `iat`, and
// allows `JOSE` as type. A token without `iss` finds its provider by the trust domain in `sub`.
import { err, ok } from '../../../kernel/result.ts';
import { claimOf, type Preset } from './preset.ts';

const DOMAIN = '[a-z0-9._-]{1,255}';
const SEGMENT = '(?!\\.{1,2}(?:/|$))[A-Za-z0-9._-]+';
const SPIFFE_ID = new RegExp(`^spiffe://(${DOMAIN})(?:/${SEGMENT})+$`);
const TRUST_DOMAIN = new RegExp(`^${DOMAIN}$`);

/** What stands for the issuer of a token without `iss`: the trust domain that its subject names. */
export function spiffeIssuer(subject: unknown): string | undefined {
  const domain = typeof subject === 'string' ? SPIFFE_ID.exec(subject)?.[1] : undefined;
  return domain === undefined ? undefined : `spiffe://${domain}`;
}

export const SPIFFE: Preset = {
  subjectClaim: 'sub',
  hasGroups: false,
  namesGroups: () => false,
  algorithms: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512'],
  headerTypes: ['jose'],
  mayLack: ['iss', 'iat'],
  tenants: 'the trust domain, such as prod.example.com, whose workloads may come',
  // The keys vouch for one trust domain and no other (SPIFFE Trust Domain and Bundle section 4).
  takesOneTenant: true,
  checkTenant: (tenant) =>
    TRUST_DOMAIN.test(tenant)
      ? undefined
      : 'write the trust domain in lower case, as in prod.example.com, without spiffe://',
  needsTenants: () => true,
  checkIssuer: () => undefined,
  isSharedAudience: () => false,
  checkRecipient({ subject, group }, { tenants = [] }) {
    if (group !== undefined)
      return [{ path: ['group'], message: 'name subjects, or anyone with when: a SPIFFE ID is in no group' }];
    if (subject === undefined || tenants.some((domain) => spiffeIssuer(subject) === `spiffe://${domain}`))
      return [];
    return [
      {
        path: ['subject'],
        message: 'write spiffe://<trust domain>/<path>, of the provider’s own trust domain',
      },
    ];
  },
  readCaller(claims, { tenants = [] }) {
    const subject = claimOf(claims, 'sub');
    const issuer = spiffeIssuer(subject);
    if (issuer === undefined) return err('subject-unusable');
    return tenants.some((domain) => issuer === `spiffe://${domain}`)
      ? ok({ subject, groups: undefined })
      : err('tenant-not-allowed');
  },
};
