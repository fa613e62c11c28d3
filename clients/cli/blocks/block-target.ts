// What a person asks to block, in their words → the kind and the name that a block carries. A name that fits nothing in force is
// refused: its author would believe a person to be out who is not.

import { offerNames } from '../../../shared/kernel/nearest-name.ts';
import { LINK_PLACE } from '../../../shared/kernel/person-link.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import {
  BLOCK_KINDS,
  type BlockKind,
  EVERYWHERE,
  MAX_BLOCKED_CHARACTERS,
} from '../../../shared/rules/blocks/block.ts';

/** The ids of the rules in force. */
export interface KnownNames {
  readonly providers: readonly string[];
  readonly connections: readonly string[];
  readonly roles: readonly string[];
  /** Providers whose tokens `login` signs: their subjects are `connection:subject`. */
  readonly ownProviders: readonly string[];
  /** Whether a connection declares `person`, so that `person:VALUE` names people. */
  readonly hasLinks: boolean;
}

interface BlockTarget {
  readonly kind: BlockKind;
  readonly name: string;
}

const PREFIX = new RegExp(`^(${BLOCK_KINDS.join('|')}):(.+)$`, 's');

/**
 * `subject:`, `group:`, `provider:` or `role:` in front says the kind. Without it, `place:name` is a subject, and a name alone a
 * provider, a connection or a role, if it is only one of them. Fails with a sentence that says what to write.
 */
export function readBlockTarget(text: string, known: KnownNames): Result<BlockTarget, string> {
  const [, kind, name = ''] = PREFIX.exec(text) ?? [];
  const given = BLOCK_KINDS.find((one) => one === kind);
  if (given !== undefined) return checkTarget({ kind: given, name }, known);
  if (text.includes(':')) return checkTarget({ kind: 'subject', name: text }, known);
  const isPlace = placesOf(known).includes(text);
  const isRole = known.roles.includes(text);
  if (isPlace && isRole)
    return err(`${text} is a provider and a role: write provider:${text} or role:${text}`);
  if (isPlace) return ok({ kind: 'provider', name: text });
  if (isRole) return ok({ kind: 'role', name: text });
  return err(
    `${text} is no provider, connection or role in force: ${offerNames(text, [...placesOf(known), ...known.roles])}. A subject is written as provider:subject, and a group as group:provider:group`,
  );
}

const placesOf = ({ providers, connections }: KnownNames): readonly string[] => [
  ...new Set([...providers, ...connections]),
];

function checkTarget({ kind, name }: BlockTarget, known: KnownNames): Result<BlockTarget, string> {
  const places = placesOf(known);
  if (kind === 'role' || kind === 'provider') {
    const names = kind === 'role' ? known.roles : places;
    return names.includes(name)
      ? ok({ kind, name })
      : err(`there is no ${kind} ${name} in force: ${offerNames(name, names)}`);
  }
  const colon = name.indexOf(':');
  const [place, rest] = [name.slice(0, Math.max(colon, 0)), name.slice(colon + 1)];
  if (colon < 1 || rest === '')
    return err(`write the ${kind} as provider:name, or *:name for every provider`);
  if (name.length > MAX_BLOCKED_CHARACTERS)
    return err(`the ${kind} is too long: write at most ${MAX_BLOCKED_CHARACTERS} characters`);
  if (rest.includes('*'))
    return err(
      `a block holds one name, and * in it stands for nothing: name each ${kind}, or block everybody of a provider with provider:id`,
    );
  if (place === LINK_PLACE && kind === 'subject' && known.hasLinks) return ok({ kind, name });
  if (place !== EVERYWHERE && !places.includes(place))
    return err(`there is no provider or connection ${place} in force: ${offerNames(place, places)}`);
  // As stint audit and stint whoami show a person: with the provider of login's tokens in front. Login knows no such name.
  const isPerson = known.ownProviders.includes(place) && known.connections.includes(rest.split(':')[0] ?? '');
  return ok({ kind, name: kind === 'subject' && isPerson && rest.includes(':') ? rest : name });
}
