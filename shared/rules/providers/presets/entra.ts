// Microsoft Entra ID (learn.microsoft.com: access token claims reference, secure applications by claims validation). `oid`
// within `tid` names one person for ever; email, upn and preferred_username can be set by others (nOAuth, CVE-2023-3128).
import { err, ok } from '../../../kernel/result.ts';
import { claimOf, groupsIn, type Preset } from './preset.ts';

const GUID_PATTERN = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const GUID = new RegExp(`^${GUID_PATTERN}$`);

/** Version 2.0 on the three clouds, and version 1.0. */
const ISSUERS = [
  new RegExp(
    `^https://login\\.(?:microsoftonline\\.(?:com|us)|partner\\.microsoftonline\\.cn)/(${GUID_PATTERN})/v2\\.0$`,
  ),
  new RegExp(`^https://sts\\.(?:windows\\.net|chinacloudapi\\.cn)/(${GUID_PATTERN})/$`),
] as const;

/** The tenant of personal accounts: anybody can make one. */
const PERSONAL = '9188040d-6c67-4c5b-b112-36a304b66dad';

const MICROSOFT_GRAPH = ['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000'];

const tenantOf = (issuer: string): string | undefined =>
  ISSUERS.map((pattern) => pattern.exec(issuer)?.[1]).find((tenant) => tenant !== undefined);

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
    if (claimOf(claims, 'tid') !== tenantOf(issuer)) return err('tenant-not-allowed');
    const subject = claimOf(claims, 'oid');
    if (typeof subject !== 'string' || !GUID.test(subject)) return err('subject-unusable');
    const groups = groupsIn(claims, claim);
    // Names of groups instead of object ids: an administrator of another system may make one of the same name.
    const areIds = [groups].flat().every((group) => typeof group === 'string' && GUID.test(group));
    return claim === 'groups' && groups !== undefined && !areIds
      ? err('groups-unusable')
      : ok({ subject, groups });
  },
};
