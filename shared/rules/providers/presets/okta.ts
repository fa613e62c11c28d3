// Okta (developer.okta.com: OpenID Connect & OAuth 2.0 API). The user id is `sub` in an ID token and `uid` in an access
// token, whose `sub` is the login: text that administrators and, by settings, users can change.
import { err, ok } from '../../../kernel/result.ts';
import { isId } from './ids.ts';
import { claimOf, groupsIn, type Preset, type PresetClaims } from './preset.ts';

/** Users begin with 00u, applications with 0oa; both are 20 characters. */
const ID = /^0(?:0u|oa)[A-Za-z0-9]{17}$/;

function idOf(claims: PresetClaims): unknown {
  const [sub, client] = [claimOf(claims, 'sub'), claimOf(claims, 'cid')];
  if (client === undefined) return sub;
  // Of client credentials there is no user, and the subject is the client.
  return claimOf(claims, 'uid') ?? (sub === client ? client : undefined);
}

export const OKTA: Preset = {
  groupsClaim: 'groups',
  hasGroups: true,
  namesGroups: () => true,
  algorithms: ['RS256'],
  // Only access tokens name the client that asked for them.
  tokenTypeOf: (claims) => (claimOf(claims, 'cid') === undefined ? 'id' : 'access'),
  needsTenants: () => false,
  checkIssuer: (issuer) =>
    /^https:\/\/[^/]+(?:\/oauth2\/[A-Za-z0-9]+)?$/.test(issuer)
      ? undefined
      : 'write https://<your domain>/oauth2/<authorization server>, or https://<your domain>',
  // Access tokens of the org authorization server, which are for Okta's own API.
  isSharedAudience: (audience, issuer) => audience === new URL(issuer).origin,
  checkRecipient: ({ subject }) =>
    subject === undefined || ID.test(subject)
      ? []
      : [
          {
            path: ['subject'],
            message: 'write the user id, 00u…, or the client id, 0oa…: a login can change',
          },
        ],
  readCaller(claims, { groups: claim = 'groups' }) {
    const subject = idOf(claims);
    if (!isId(ID, subject)) return err('subject-unusable');
    return ok({ subject, groups: groupsIn(claims, claim) });
  },
};
