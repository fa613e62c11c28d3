// Google accounts (developers.google.com: OpenID Connect). `sub` is never used again for another account; `hd` says which
// Workspace domain answers for it, and is missing from an account that anybody can make.
import { err, ok } from '../../../kernel/result.ts';
import { claimOf, isOfTenant, type Preset } from './preset.ts';

const ISSUER = 'https://accounts.google.com';
const ID = /^\d{1,30}$/;
const DOMAIN = /^(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/;

export const GOOGLE: Preset = {
  subjectClaim: 'sub',
  hasGroups: false,
  namesGroups: () => false,
  algorithms: ['RS256'],
  jwksUri: () => 'https://www.googleapis.com/oauth2/v3/certs',
  tenants: 'the Workspace domains (hd) whose accounts may come',
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
    if (!isOfTenant(claimOf(claims, 'hd'), entry)) return err('tenant-not-allowed');
    return ok({ subject: claimOf(claims, 'sub'), groups: undefined });
  },
};
