// The names of callers from a code host or a CI service: the ids of owner and repository, because names can be given up and taken
// by another owner; and always both, so that no grant means one branch of every repository.
import type { DocumentPath, PathFault } from '../../values/document-fault.ts';
import type { PresetEntry, PresetRecipient } from './preset.ts';

/** The part after the repository: a git ref has no space in it; the name of an environment may. */
export type PartName = 'ref' | 'label';
const PARTS: Readonly<Record<PartName, string>> = { ref: '[^\\s*?]+', label: '(?!\\s)[^*?]+(?<!\\s)' };

const OTHER_NAMES_HELP =
  '* and ? are no wildcards here, and no space is around a name. For several names, or one with these in it, name the repository as subject and compare the claim in when';

/** Regular expressions of the ids, without capturing groups. */
interface Ids {
  readonly owner: string;
  readonly repository: string;
}

const NUMBERS: Ids = { owner: '\\d+', repository: '\\d+' };

export function repositoryNames(
  owner: string,
  repository: string,
  kinds: Readonly<Record<string, PartName>>,
  ids: Ids = NUMBERS,
) {
  const base = `(${owner}:(${ids.owner})/${repository}:${ids.repository})`;
  const shape = `${owner}:<id>/${repository}:<id>`;
  const parts = Object.entries(kinds);
  const rules = {
    subject: new RegExp(`^${base}$`, 'u'),
    // With no part there is no group.
    group:
      parts.length === 0
        ? /^(?!)/
        : new RegExp(`^${base}/(?:${parts.map(([kind, part]) => `${kind}:${PARTS[part]}`).join('|')})$`, 'u'),
    subjectHelp: `write ${shape}, with the ${ids === NUMBERS ? 'numbers' : 'ids'}: names can pass to somebody else, and a pattern is not read as one`,
    groupHelp:
      parts.length === 0
        ? 'name a subject: these tokens list no groups'
        : `write ${shape}/${parts.map(([kind]) => `${kind}:<name>`).join(' or …/')}`,
  };
  const ofRepository = new RegExp(`^${base}(?:/|$)`, 'u');

  function checkShape(to: PresetRecipient): readonly PathFault[] {
    const isOfRepository = to.group !== undefined && ofRepository.test(to.group);
    const groupHelp = isOfRepository ? `${rules.groupHelp}: ${OTHER_NAMES_HELP}` : rules.groupHelp;
    return checkRecipientNames(to, { ...rules, groupHelp });
  }

  /** Tokens of other owners are refused, so the grant would name a caller that never comes. */
  function checkOwner({ subject, group }: PresetRecipient, { tenants }: PresetEntry): readonly PathFault[] {
    const ownerId = ofRepository.exec(subject ?? group ?? '')?.[2];
    if (ownerId === undefined || tenants === undefined || tenants.includes(ownerId)) return [];
    const path = [subject === undefined ? 'group' : 'subject'];
    return [{ path, message: 'name one of the provider’s tenants, by its id, or add this one to them' }];
  }

  return {
    subject: (ownerId: string, repositoryId: string): string =>
      `${owner}:${ownerId}/${repository}:${repositoryId}`,
    checkRecipient(to: PresetRecipient, entry: PresetEntry): readonly PathFault[] {
      const faults = checkShape(to);
      return faults.length > 0 ? faults : checkOwner(to, entry);
    },
  };
}

const NUMBER = /^\d{1,20}$/;
export const isNumber = (value: unknown): value is string => typeof value === 'string' && NUMBER.test(value);

const at = (key: string, message: string): readonly PathFault[] => [
  { path: [key] satisfies DocumentPath, message },
];

/** Names must have the form that the preset makes: a grant to a pattern, or to a name that can pass on, would give nothing. */
function checkRecipientNames(
  { subject, group, anyone, hasCondition }: PresetRecipient,
  names: {
    readonly subject: RegExp;
    readonly group: RegExp;
    readonly subjectHelp: string;
    readonly groupHelp: string;
  },
): readonly PathFault[] {
  if (subject !== undefined && !names.subject.test(subject)) return at('subject', names.subjectHelp);
  if (group !== undefined && !names.group.test(group)) return at('group', names.groupHelp);
  if (anyone && !hasCondition)
    return at(
      'anyone',
      'add when, or name a subject or a group: every repository of these tenants could take it, on any branch',
    );
  return [];
}
