// Alibaba Cloud IDaaS EIAM (help.aliyun.com: Integrate SSO by OIDC, rules for id_token extended fields). `sub` is the user id by
// default; an administrator can let it be another field, such as a name that passes on, and such a token is refused. That the id
// begins with `user_` is from the examples of its API. Groups are there with an extended field, which the entry names.
import { err, ok } from '../../../kernel/result.ts';
import { isId } from './ids.ts';
import { claimOf, groupsIn, type Preset } from './preset.ts';

const USER = /^user_[a-z0-9]{8,64}$/;

/** Of an application by the public entry, and of the instance's own authorization server. */
const ISSUERS = [
  /^https:\/\/eiam-api-[a-z0-9-]+\.aliyuncs\.com\/v2\/idaas_[a-z0-9]+\/app_[a-z0-9]+\/oidc$/,
  /^https:\/\/[a-z0-9-]+\.aliyunidaas\.com\/api\/v2\/(?:app_[a-z0-9]+\/oidc|iauths_[a-z0-9_]+\/oauth2)$/,
];

export const ALIYUN_IDAAS: Preset = {
  subjectClaim: 'sub',
  hasGroups: true,
  namesGroups: () => true,
  algorithms: ['RS256'],
  needsTenants: () => false,
  checkIssuer: (issuer) =>
    ISSUERS.some((pattern) => pattern.test(issuer))
      ? undefined
      : 'write the Issuer that the application shows, https://eiam-api-<region>.aliyuncs.com/v2/<instance>/<application>/oidc',
  isSharedAudience: () => false,
  checkRecipient: ({ subject }) =>
    subject === undefined || USER.test(subject)
      ? []
      : [{ path: ['subject'], message: 'write the user id, user_…: a name can pass to somebody else' }],
  readCaller(claims, { groups: claim = false }) {
    const subject = claimOf(claims, 'sub');
    if (!isId(USER, subject)) return err('subject-unusable');
    return ok({ subject, groups: groupsIn(claims, claim) });
  },
};
