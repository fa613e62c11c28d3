// Blocks that refuse no request under new rules, because what they name is not in them. A role that is renamed is the dangerous
// case: a block of its old name does not hold back who asks by the new one.
import { type Block, EVERYWHERE } from '../blocks/block.ts';
import type { CompiledAccess } from '../document/compiled-access.ts';

/** In the order of the blocks. A subject or group of a provider that stays is not judged: the rules do not list people. */
export function blocksWithoutTarget(
  blocks: readonly Block[],
  { providers, roles, signOn }: Pick<CompiledAccess, 'providers' | 'roles' | 'signOn'>,
): readonly Block[] {
  const places = new Set<string>([EVERYWHERE]);
  for (const { id } of [...providers, ...(signOn?.connections ?? [])]) places.add(id);
  const roleIds = new Set<string>(roles.map(({ id }) => id));
  return blocks.filter(({ kind, name }) => {
    if (kind === 'role') return !roleIds.has(name);
    return !places.has(kind === 'provider' ? name : name.slice(0, name.indexOf(':')));
  });
}

/** What became of the target, and the way to end the block. The name comes from an administrator: show it made safe. */
export const formatBlockWithoutTarget = ({ id, kind, name, until }: Block): string =>
  `the block ${id} of ${kind} ${name}, until ${until.toISOString()}, refuses nothing under these rules: ${
    kind === 'role' ? 'they have no such role' : 'they have no such provider or connection'
  }. If it has another name now, block that; to end this one: stint unblock ${id}`;
