// Can any caller be the recipient of a grant, as far as the kind of provider tells?

import type { GrantEntry } from '../document/document.ts';
import type { Provider } from '../document/provider.ts';
import type { AliyunProvider } from '../providers/aliyun.ts';
import type { AssertionProvider } from '../providers/assertion.ts';
import { splitSubject } from '../providers/composed-subject.ts';
import { composedOf, type OidcProvider, toPresetEntry } from '../providers/oidc.ts';
import type { PathFault } from '../values/document-fault.ts';
import { isTrusted, parseSubject } from '../values/ram-member.ts';
import { presetOf } from './check-provider.ts';

const SUBJECT_HELP =
  'write <account>:user/<name>, <account>:role/<name> or <account>:root: no ARN, no session';

function checkAliyunRecipient(to: GrantEntry['to'], { id, trust }: AliyunProvider): readonly PathFault[] {
  if ('group' in to)
    return [
      { path: ['to', 'group'], message: 'callers by account are in no group: name a subject, or anyone' },
    ];
  if (!('subject' in to)) return [];
  const member = parseSubject(to.subject);
  if (!member) return [{ path: ['to', 'subject'], message: SUBJECT_HELP }];
  if (trust.some((entry) => isTrusted(member, entry))) return [];
  return [
    { path: ['to', 'subject'], message: `name a caller whom provider ${id} trusts, or add it to its trust` },
  ];
}

/** Only a registered partner can call, and partners have no groups. */
function checkClient(to: GrantEntry['to'], { clients }: AssertionProvider): readonly PathFault[] {
  if ('group' in to)
    return [{ path: ['to', 'group'], message: 'name a subject, or anyone: partners are in no group' }];
  const isUnknown = 'subject' in to && !clients.some(({ id }) => id === to.subject);
  return isUnknown
    ? [{ path: ['to', 'subject'], message: 'name the id of one of the provider’s clients' }]
    : [];
}

/** Names must have the form that the preset makes. */
function checkNamed({ to, when }: Recipient, provider: OidcProvider): readonly PathFault[] {
  const recipient = { ...to, hasCondition: when !== undefined };
  const composed = composedOf(provider);
  if (composed && 'subject' in to && !splitSubject(to.subject, composed.length))
    return [
      {
        path: ['to', 'subject'],
        message: `write the values of ${composed.join(', ')}, joined by /; in a value, % is %25 and / is %2F`,
      },
    ];
  const faults = presetOf(provider)?.checkRecipient(recipient, toPresetEntry(provider)) ?? [];
  return faults.map(({ path, message }) => ({ path: ['to', ...path], message }));
}

type Recipient = Pick<GrantEntry, 'to' | 'when'>;

const EVERYBODY_HELP = 'write anyone: true for every caller of the provider: * is no wildcard here';
const SUBJECTS_HELP =
  'write the whole name: * is no wildcard here. For several callers write anyone: true with when: subject.startsWith("…")';
const GROUPS_HELP =
  'write the whole name: * is no wildcard here. For several groups write anyone: true with when: groups.exists(g, g.startsWith("…"))';

/**
 * Names are compared byte for byte. An author who writes a * means many callers, and would give the role to none, or to the
 * one who takes that very name. A condition reaches a caller who really has a * in the name.
 */
function checkWildcard(to: GrantEntry['to']): readonly PathFault[] {
  const [key, name = ''] =
    'group' in to ? ['group', to.group] : ['subject', 'subject' in to ? to.subject : ''];
  if (!name.includes('*')) return [];
  const help = key === 'group' ? GROUPS_HELP : SUBJECTS_HELP;
  return [{ path: ['to', key], message: /^\*+$/.test(name) ? EVERYBODY_HELP : help }];
}

function checkOfKind(grant: Recipient, provider: Provider): readonly PathFault[] {
  switch (provider.kind) {
    case 'oidc':
      return checkNamed(grant, provider);
    case 'assertion':
      return checkClient(grant.to, provider);
    case 'aliyun':
      return checkAliyunRecipient(grant.to, provider);
    case 'certificate':
      return [];
  }
}

export function checkRecipient(grant: Recipient, provider: Provider): readonly PathFault[] {
  const faults = checkOfKind(grant, provider);
  // A partner's id may hold anything, also a *, and is registered.
  return faults.length > 0 || provider.kind === 'assertion' ? faults : checkWildcard(grant.to);
}
