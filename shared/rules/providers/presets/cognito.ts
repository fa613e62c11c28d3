// Amazon Cognito user pools (docs.aws.amazon.com: understanding the access token, the identity token). `sub` is a UUID that no
// other user gets; user names and addresses can be used again. Access tokens have `client_id` in place of `aud`, and those of
// client credentials have the client as `sub`.
import { err, ok } from '../../../kernel/result.ts';
import { isId, isUuid } from './ids.ts';
import { claimOf, groupsIn, type Preset, type PresetClaims } from './preset.ts';

const ISSUER = /^https:\/\/cognito-idp\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/[a-z0-9-]+_[A-Za-z0-9]+$/;
const CLIENT = /^[a-z0-9]{20,128}$/;
const GROUPS = 'cognito:groups';
const TYPES: readonly unknown[] = ['id', 'access'];

function subjectOf(claims: PresetClaims): string | undefined {
  const sub = claimOf(claims, 'sub');
  if (isUuid(sub)) return sub;
  const isClient = isId(CLIENT, sub) && sub === claimOf(claims, 'client_id');
  return isClient ? sub : undefined;
}

export const COGNITO: Preset = {
  subjectClaim: 'sub',
  groupsClaim: GROUPS,
  hasGroups: true,
  namesGroups: () => true,
  algorithms: ['RS256'],
  takesAccessTokens: true,
  tokenTypeOf: (claims) => (claimOf(claims, 'token_use') === 'access' ? 'access' : 'id'),
  audienceClaim: 'client_id',
  needsTenants: () => false,
  checkIssuer: (issuer) =>
    ISSUER.test(issuer) ? undefined : 'write https://cognito-idp.<region>.amazonaws.com/<user pool id>',
  isSharedAudience: () => false,
  checkRecipient: ({ subject }) =>
    subject === undefined || isUuid(subject) || CLIENT.test(subject)
      ? []
      : [
          {
            path: ['subject'],
            message: 'write the user’s UUID, sub, or a client id: a name can pass to somebody else',
          },
        ],
  readCaller(claims, { groups: claim = GROUPS }) {
    if (!TYPES.includes(claimOf(claims, 'token_use'))) return err('type-wrong');
    const subject = subjectOf(claims);
    return subject === undefined ? err('subject-unusable') : ok({ subject, groups: groupsIn(claims, claim) });
  },
};
