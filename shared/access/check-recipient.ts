// Whether anybody can be whom a grant is given to, as far as the kind of provider tells.
import type { Grant } from './document.ts';
import type { PathFault } from './document-fault.ts';
import type { Provider } from './provider.ts';
import type { AliyunProvider } from './providers/aliyun.ts';
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

export const checkRecipient = (to: Grant['to'], provider: Provider): readonly PathFault[] =>
  provider.kind === 'aliyun' ? checkAliyunRecipient(to, provider) : [];
