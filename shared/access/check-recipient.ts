// Whether anybody can be whom a grant is given to, as far as the kind of provider tells.
import { presetOf } from './check-provider.ts';
import type { Grant } from './document.ts';
import type { PathFault } from './document-fault.ts';
import type { Provider } from './provider.ts';
import type { AliyunProvider } from './providers/aliyun.ts';
import type { AssertionProvider } from './providers/assertion.ts';
import type { OidcProvider } from './providers/oidc.ts';
import { isTrusted, parseSubject } from './ram-member.ts';

const SUBJECT_HELP =
  'write <account>:user/<name>, <account>:role/<name> or <account>:root: no ARN, no session';

function checkAliyunRecipient(to: Grant['to'], { id, trust }: AliyunProvider): readonly PathFault[] {
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

/** Whom nobody registered is nobody, and partners list no groups. */
function checkClient(to: Grant['to'], { clients }: AssertionProvider): readonly PathFault[] {
  if ('group' in to)
    return [{ path: ['to', 'group'], message: 'name a subject, or anyone: partners are in no group' }];
  const isUnknown = 'subject' in to && !clients.some(({ id }) => id === to.subject);
  return isUnknown
    ? [{ path: ['to', 'subject'], message: 'name the id of one of the provider’s clients' }]
    : [];
}

/** As the preset makes names. */
function checkNamed({ to, when }: Recipient, provider: OidcProvider): readonly PathFault[] {
  const faults = presetOf(provider)?.checkRecipient({ ...to, hasCondition: when !== undefined }) ?? [];
  return faults.map(({ path, message }) => ({ path: ['to', ...path], message }));
}

type Recipient = Pick<Grant, 'to' | 'when'>;

export function checkRecipient(grant: Recipient, provider: Provider): readonly PathFault[] {
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
