// Kubernetes service accounts, ACK's RRSA among them (kubernetes.io: Managing Service Accounts). Only tokens of the
// TokenRequest API, which have an end and an audience; the old ones in Secrets have neither.
import { err, ok } from '../../../kernel/result.ts';
import type { PathFault } from '../../values/document-fault.ts';
import { claimOf, memberOf, type Preset, type PresetRecipient } from './preset.ts';

/** RFC 1123 label, and subdomain. */
const ACCOUNT =
  /^system:serviceaccount:([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?):([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)$/;
const ALL_ACCOUNTS = 'system:serviceaccounts';
const GROUP = /^system:serviceaccounts(?::[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?$/;

/** Tokens for the API server, which every pod has. */
const API_SERVER = /^(?:https:\/\/)?kubernetes\.default(?:\.svc(?:\..+)?)?$/;

function checkRecipient({ subject, group }: PresetRecipient): readonly PathFault[] {
  if (subject !== undefined && !ACCOUNT.test(subject))
    return [{ path: ['subject'], message: 'write system:serviceaccount:<namespace>:<name>' }];
  if (group !== undefined && !GROUP.test(group))
    return [
      {
        path: ['group'],
        message: 'write system:serviceaccounts:<namespace>, or system:serviceaccounts for all',
      },
    ];
  return [];
}

export const KUBERNETES: Preset = {
  subjectClaim: 'sub',
  hasGroups: true,
  namesGroups: () => false,
  algorithms: ['RS256', 'ES256', 'ES384', 'ES512'],
  needsTenants: () => false,
  checkIssuer: () => undefined,
  isSharedAudience: (audience, issuer) => API_SERVER.test(audience) || audience === issuer,
  checkRecipient,
  readCaller(claims) {
    const subject = claimOf(claims, 'sub');
    const [, namespace, name] = (typeof subject === 'string' && ACCOUNT.exec(subject)) || [];
    if (namespace === undefined) return err('subject-unusable');
    const bound = claimOf(claims, 'kubernetes.io');
    if (memberOf(bound, 'namespace') !== namespace) return err('type-wrong');
    if (memberOf(memberOf(bound, 'serviceaccount'), 'name') !== name) return err('type-wrong');
    // As the API server itself groups them.
    return ok({ subject, groups: [ALL_ACCOUNTS, `${ALL_ACCOUNTS}:${namespace}`] });
  },
};
