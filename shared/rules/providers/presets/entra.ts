// Microsoft Entra ID (learn.microsoft.com: access token claims reference, secure applications by claims validation). `oid`
// within `tid` names one person for ever; email, upn and preferred_username can be set by others (nOAuth, CVE-2023-3128).
import { err, ok } from '../../../kernel/result.ts';
import { isId } from './ids.ts';
import { claimOf, groupsIn, type Preset, type PresetClaims } from './preset.ts';

const GUID_PATTERN = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const GUID = new RegExp(`^${GUID_PATTERN}$`);

/** Version 2.0 on the three clouds, version 1.0, and External ID for customers, whose host is the tenant as well. */
const ISSUERS = [
  new RegExp(
    `^https://login\\.(?:microsoftonline\\.(?:com|us)|partner\\.microsoftonline\\.cn)/(${GUID_PATTERN})/v2\\.0$`,
  ),
  new RegExp(`^https://sts\\.(?:windows\\.net|chinacloudapi\\.cn)/(${GUID_PATTERN})/$`),
  new RegExp(`^https://(${GUID_PATTERN})\\.ciamlogin\\.com/\\1/v2\\.0$`),
] as const;

/**
 * Azure AD B2C (learn.microsoft.com: tokens overview). All user flows of a tenant have this issuer, and its keys are at an
 * address of each flow. Its tokens have no `tid`, and the object id in `sub`, unless the flow adds `oid`.
 */
const B2C = new RegExp(`^https://[a-z0-9-]+\\.b2clogin\\.com/(${GUID_PATTERN})/v2\\.0/$`);

/** The tenant of personal accounts: anybody can make one. */
const PERSONAL = '9188040d-6c67-4c5b-b112-36a304b66dad';

const MICROSOFT_GRAPH = ['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000'];

const tenantOf = (issuer: string): string | undefined =>
  [...ISSUERS, B2C].map((pattern) => pattern.exec(issuer)?.[1]).find((tenant) => tenant !== undefined);

const isOfTenant = (claims: PresetClaims, issuer: string): boolean => {
  const tid = claimOf(claims, 'tid');
  return tid === tenantOf(issuer) || (tid === undefined && B2C.test(issuer));
};

const subjectOf = (claims: PresetClaims, issuer: string): unknown =>
  claimOf(claims, 'oid') ?? (B2C.test(issuer) ? claimOf(claims, 'sub') : undefined);

export const ENTRA: Preset = {
  subjectClaim: 'oid',
  groupsClaim: 'groups',
  hasGroups: true,
  // The names of app roles are the application's own.
  namesGroups: (claim) => claim === 'groups' || claim === 'roles',
  algorithms: ['RS256'],
  // Version 1.0: its discovery document sends to another host.
  jwksUri: (issuer) =>
    ISSUERS[1].test(issuer) && issuer.startsWith('https://sts.windows.net/')
      ? `https://login.microsoftonline.com/${tenantOf(issuer)}/discovery/keys`
      : undefined,
  needsKeys: (issuer) =>
    B2C.test(issuer)
      ? 'add jwksUri, https://<tenant>.b2clogin.com/<tenant id>/<user flow>/discovery/v2.0/keys: B2C has none at its issuer'
      : undefined,
  needsTenants: () => false,
  checkIssuer(issuer) {
    const tenant = tenantOf(issuer);
    if (tenant === undefined)
      return 'write https://login.microsoftonline.com/<tenant id>/v2.0, with the id of one tenant: common and organizations let every tenant in';
    return tenant === PERSONAL ? 'name a tenant of your own: anybody can make a personal account' : undefined;
  },
  isSharedAudience: (audience) => MICROSOFT_GRAPH.includes(audience),
  checkRecipient({ subject, group }, { groups: claim = 'groups' }) {
    if (subject !== undefined && !GUID.test(subject))
      return [
        {
          path: ['subject'],
          message: 'write the object id (oid), in lower case: an address can pass to somebody else',
        },
      ];
    // The names of app roles are the application's own.
    return claim !== 'groups' || group === undefined || GUID.test(group)
      ? []
      : [
          {
            path: ['group'],
            message: 'write the object id of the group, in lower case: no token has its name',
          },
        ];
  },
  readCaller(claims, { issuer, groups: claim = 'groups' }) {
    if (!isOfTenant(claims, issuer)) return err('tenant-not-allowed');
    const subject = subjectOf(claims, issuer);
    if (!isId(GUID, subject)) return err('subject-unusable');
    const groups = groupsIn(claims, claim);
    // Names of groups instead of object ids: an administrator of another system may make one of the same name.
    const areIds = [groups].flat().every((group) => isId(GUID, group));
    return claim === 'groups' && groups !== undefined && !areIds
      ? err('groups-unusable')
      : ok({ subject, groups });
  },
};
