// A test that names what does not exist would pass for the wrong reason.
import type { AccessDocument } from '../document/document.ts';
import type { PathFault } from '../values/document-fault.ts';

export function checkTests({ providers, roles, tests }: AccessDocument): readonly PathFault[] {
  const providerIds = new Set<string>(providers.map(({ id }) => id));
  const roleIds = new Set<string>(roles.map(({ id }) => id));
  return tests.flatMap(({ as, role }, i) => [
    ...(providerIds.has(as.provider)
      ? []
      : [{ path: ['tests', i, 'as', 'provider'], message: 'name an entry of providers' }]),
    ...(roleIds.has(role) ? [] : [{ path: ['tests', i, 'role'], message: 'name an entry of roles' }]),
  ]);
}
