// How callers from a code host are named: by the numbers of owner and repository, since names can be given up and taken
// by somebody else, and always by both, so that no grant means one branch of every repository.
import { checkNames, type PresetRecipient } from './preset.ts';

/** A git ref or an environment: no space, no wildcard, nothing that a reviewer cannot see. */
const WITHIN = '[^\\s*?\\p{C}]+';

export function repositoryNames(owner: string, repository: string, kinds: readonly string[]) {
  const base = `${owner}:\\d+/${repository}:\\d+`;
  const shape = `${owner}:<id>/${repository}:<id>`;
  const rules = {
    subject: new RegExp(`^${base}$`, 'u'),
    group: new RegExp(`^${base}/(?:${kinds.join('|')}):${WITHIN}$`, 'u'),
    subjectHelp: `write ${shape}, with the numbers: names can pass to somebody else, and a pattern is not read as one`,
    groupHelp: `write ${shape}/${kinds.map((kind) => `${kind}:<name>`).join(` or …/`)}`,
  };
  return {
    subject: (ownerId: string, repositoryId: string): string =>
      `${owner}:${ownerId}/${repository}:${repositoryId}`,
    checkRecipient: (to: PresetRecipient) => checkNames(to, rules),
  };
}

const NUMBER = /^\d{1,20}$/;
export const isNumber = (value: unknown): value is string => typeof value === 'string' && NUMBER.test(value);
