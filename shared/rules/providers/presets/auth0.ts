// Auth0 (auth0.com/docs: ID token structure, access token profiles). `sub` is `<connection>|<id>` of a person, and
// `<client id>@clients` of an application; Auth0 gives neither to another owner. E-mail addresses and nicknames change.
import { err, ok } from '../../../kernel/result.ts';
import { isId } from './ids.ts';
import { claimOf, groupsIn, type Preset } from './preset.ts';

const SUBJECT = /^(?:[A-Za-z0-9_-]{1,128}\|.+|[A-Za-z0-9]{1,64}@clients)$/u;

/** Of role-based access control, in access tokens. Roles are there with an Action, under a claim whose name is a URL. */
const PERMISSIONS = 'permissions';

export const AUTH0: Preset = {
  subjectClaim: 'sub',
  groupsClaim: PERMISSIONS,
  hasGroups: true,
  namesGroups: () => true,
  algorithms: ['RS256', 'RS512', 'PS256'],
  // With the RFC 9068 profile the header says at+jwt.
  takesAccessTokens: true,
  needsTenants: () => false,
  checkIssuer: (issuer) =>
    /^https:\/\/[^/]+\/$/.test(issuer)
      ? undefined
      : 'write https://<tenant>.<region>.auth0.com/, or your own domain, with the slash at the end',
  // In the access token of every person who signs in, and in those for Auth0's own API.
  isSharedAudience: (audience) => /\/(?:userinfo|api\/v2\/)$/.test(audience),
  checkRecipient: ({ subject }) =>
    subject === undefined || SUBJECT.test(subject)
      ? []
      : [
          {
            path: ['subject'],
            message:
              'write the user id, <connection>|<id>, or <client id>@clients: an address can pass to somebody else',
          },
        ],
  readCaller(claims, { groups: claim = PERMISSIONS }) {
    const subject = claimOf(claims, 'sub');
    if (!isId(SUBJECT, subject)) return err('subject-unusable');
    return ok({ subject, groups: groupsIn(claims, claim) });
  },
};
