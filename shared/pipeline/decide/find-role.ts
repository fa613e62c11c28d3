// A role by its id or its ARN. Both spellings lead to one role, so a refusal cannot tell them apart.
import type { Role } from '../../rules/values/role.ts';

export function findRole(name: string, rolesById: ReadonlyMap<string, Role>): Role | undefined {
  return rolesById.get(name) ?? [...rolesById.values()].find(({ roleArn }) => roleArn === name);
}
