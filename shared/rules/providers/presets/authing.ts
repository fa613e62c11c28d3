// Authing (docs.authing.cn: IdToken, verifying a token). `sub` is the id of the user, 24 hexadecimal digits; names, addresses and
// numbers beside it change. Only ID tokens: the shape of its access tokens is not confirmed. Nor is any claim that lists groups
// by default, so the entry names the one that a Pipeline adds.
import { err, ok } from '../../../kernel/result.ts';
import { isId } from './ids.ts';
import { claimOf, groupsIn, type Preset } from './preset.ts';

const USER = /^[0-9a-f]{24}$/;

export const AUTHING: Preset = {
  subjectClaim: 'sub',
  hasGroups: true,
  namesGroups: () => true,
  // Applications sign with HS256 until that is changed; Stint takes no shared secret.
  algorithms: ['RS256'],
  needsTenants: () => false,
  checkIssuer: (issuer) =>
    /^https:\/\/[^/]+\/oidc$/.test(issuer) ? undefined : 'write https://<application>.authing.cn/oidc',
  isSharedAudience: () => false,
  checkRecipient: ({ subject }) =>
    subject === undefined || USER.test(subject)
      ? []
      : [
          {
            path: ['subject'],
            message: 'write the user id, 24 hexadecimal digits: an address can pass to somebody else',
          },
        ],
  readCaller(claims, { groups: claim = false }) {
    const subject = claimOf(claims, 'sub');
    if (!isId(USER, subject)) return err('subject-unusable');
    return ok({ subject, groups: groupsIn(claims, claim) });
  },
};
