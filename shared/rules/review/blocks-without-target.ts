// Blocks that refuse no request under new rules, because what they name is not in them. A role that is renamed is the dangerous
// case: a block of its old name does not hold back who asks by the new one.
import { LINK_PLACE } from '../../kernel/person-link.ts';
import { type Block, type BlockKind, EVERYWHERE } from '../blocks/block.ts';
import type { CompiledAccess } from '../document/compiled-access.ts';
import type { Provider } from '../document/provider.ts';
import { hasGroups } from '../providers/oidc.ts';
import { directoryOf } from '../sign-on/directory.ts';
import type { Connection, SignOn } from '../sign-on/sign-on.ts';
import { groupFilter, namedClaim } from '../values/groups-source.ts';

type Targets = Pick<CompiledAccess, 'providers' | 'roles' | 'signOn'>;

const canVouchFor = (group: string, provider: Provider): boolean =>
  provider.kind === 'oidc' && hasGroups(provider) && groupFilter(provider.groups)?.(group) !== false;

const canSignIn = (group: string, { groups }: Connection): boolean =>
  namedClaim(groups) !== undefined && groupFilter(groups)?.(group) !== false;

/** Whether the directory of the connection's people can give them the group. */
function canBeGiven(group: string, { id }: Connection, signOn: SignOn | undefined): boolean {
  const directory = signOn && directoryOf(signOn, id);
  return directory !== undefined && groupFilter(directory.groups)?.(group) !== false;
}

const placeOf = (name: string): string => name.slice(0, name.indexOf(':'));

/** Whether a caller can come with the group: its provider, connection or directory has groups, and its filter does not leave this one out. */
function canBeIn(name: string, { providers, signOn }: Targets): boolean {
  const place = placeOf(name);
  const group = name.slice(place.length + 1);
  const isMeant = ({ id }: { readonly id: string }): boolean => place === EVERYWHERE || place === id;
  return (
    providers.some((one) => isMeant(one) && canVouchFor(group, one)) ||
    (signOn?.connections ?? []).some(
      (one) => isMeant(one) && (canSignIn(group, one) || canBeGiven(group, one, signOn)),
    )
  );
}

/** In the order of the blocks. A subject of a provider that stays is not judged: the rules do not list people. */
export function blocksWithoutTarget(blocks: readonly Block[], targets: Targets): readonly Block[] {
  const { providers, roles, signOn } = targets;
  const places = new Set<string>([EVERYWHERE]);
  for (const { id } of [...providers, ...(signOn?.connections ?? [])]) places.add(id);
  const hasLinks = signOn?.connections.some(({ person }) => person !== undefined) ?? false;
  const roleIds = new Set<string>(roles.map(({ id }) => id));
  return blocks.filter(({ kind, name }) => {
    if (kind === 'role') return !roleIds.has(name);
    if (kind === 'group') return !canBeIn(name, targets);
    if (kind === 'subject' && placeOf(name) === LINK_PLACE && hasLinks) return false;
    return !places.has(kind === 'provider' ? name : placeOf(name));
  });
}

const WHY = {
  role: 'they have no such role',
  provider: 'they have no such provider or connection',
  subject: 'they have no such provider or connection',
  group: 'they have no such provider or connection, or it lists no groups, or its filter leaves this one out',
} as const satisfies Record<BlockKind, string>;

/** Of one that is not in force yet. The name comes from an administrator: show it made safe. */
export const explainNoTarget = ({ kind, name }: Pick<Block, 'kind' | 'name'>): string =>
  `a block of ${kind} ${name} refuses nothing under the rules in force: ${WHY[kind]}`;

/** What became of the target, and the way to end the block. The name comes from an administrator: show it made safe. */
export const formatBlockWithoutTarget = ({ id, kind, name, until }: Block): string =>
  `the block ${id} of ${kind} ${name}, until ${until.toISOString()}, refuses nothing under these rules: ${WHY[kind]}. If it has another name now, block that; to end this one: stint unblock ${id}`;
