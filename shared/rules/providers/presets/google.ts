// Google accounts (developers.google.com: OpenID Connect). `sub` is never used again for another account; `hd` says which
// Workspace domain answers for it, and is missing from an account that anybody can make. A service account has an address in the
// domain of its project (cloud.google.com: service account identity tokens), whose id no other project ever gets.
import { err, ok } from '../../../kernel/result.ts';
import { claimOf, isOfTenant, type Preset, type PresetClaims } from './preset.ts';

const ISSUER = 'https://accounts.google.com';
const ID = /^\d{1,30}$/;
const DOMAIN = /^(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/;

const SERVICE_ACCOUNTS = /^[a-z0-9-]{1,63}@((?:[a-z0-9-]{1,63}\.)+iam\.gserviceaccount\.com)$/;

/** A person's Workspace domain, or the domain of a service account's project. */
function tenantOf(claims: PresetClaims): unknown {
  const domain = claimOf(claims, 'hd');
  if (domain !== undefined || claimOf(claims, 'email_verified') !== true) return domain;
  const email = claimOf(claims, 'email');
  return typeof email === 'string' ? SERVICE_ACCOUNTS.exec(email)?.[1] : undefined;
}

export const GOOGLE: Preset = {
  subjectClaim: 'sub',
  hasGroups: false,
  namesGroups: () => false,
  algorithms: ['RS256'],
  jwksUri: () => 'https://www.googleapis.com/oauth2/v3/certs',
  tenants:
    'the Workspace domains (hd) whose accounts, and the domains (<project>.iam.gserviceaccount.com) whose service accounts may come',
  checkTenant: (tenant) =>
    DOMAIN.test(tenant) ? undefined : 'write a domain in lower case, as in example.com',
  needsTenants: () => true,
  checkIssuer: (issuer) => (issuer === ISSUER ? undefined : `write ${ISSUER}`),
  isSharedAudience: () => false,
  checkRecipient({ subject, group }) {
    if (subject !== undefined && !ID.test(subject))
      return [
        {
          path: ['subject'],
          message: 'write the account’s number, sub: an address can pass to somebody else',
        },
      ];
    return group === undefined
      ? []
      : [{ path: ['group'], message: 'name subjects: Google’s tokens list no groups' }];
  },
  readCaller(claims, entry) {
    if (!isOfTenant(tenantOf(claims), entry)) return err('tenant-not-allowed');
    return ok({ subject: claimOf(claims, 'sub'), groups: undefined });
  },
};
