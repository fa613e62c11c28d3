// Blocks that may miss whom they are meant for under new rules: their provider or connection stays, and takes the names of its callers
// from elsewhere. The rules do not list people, so that a plan cannot tell whether a person still has the name.
import { LINK_PLACE } from '../../kernel/person-link.ts';
import { type Block, EVERYWHERE } from '../blocks/block.ts';
import type { CompiledAccess } from '../document/compiled-access.ts';
import type { Provider } from '../document/provider.ts';
import type { Connection } from '../sign-on/sign-on.ts';
import { namedClaim } from '../values/groups-source.ts';

type Places = Pick<CompiledAccess, 'providers' | 'signOn'>;
type Place = Provider | Connection;

const placesIn = ({ providers, signOn }: Places): readonly Place[] => [
  ...providers,
  ...(signOn?.connections ?? []),
];

/** Of whom the names are, and where a token, a certificate or an answer has them. */
const ISSUER_FIELDS = ['kind', 'issuer', 'entityId', 'preset'] as const;
const SUBJECT_FIELDS = [...ISSUER_FIELDS, 'subject', 'nameIdFormat'] as const;

const valuesOf = (place: Place, fields: readonly string[]): readonly unknown[] =>
  fields.map((field) => Reflect.get(place, field) ?? null);

/** Two readings of a place with the same text name the same caller alike. */
const NAMING = {
  subject: (place: Place): string => JSON.stringify(valuesOf(place, SUBJECT_FIELDS)),
  group: (place: Place): string =>
    JSON.stringify([
      valuesOf(place, ISSUER_FIELDS),
      'groups' in place ? (namedClaim(place.groups) ?? null) : null,
    ]),
  /** Of `person:VALUE`. */
  link: (place: Place): string =>
    JSON.stringify([
      valuesOf(place, ISSUER_FIELDS),
      'person' in place ? (place.person?.claim ?? null) : null,
    ]),
} as const;

/** In the order of the blocks. Of `*` and of a person link, any place that names its callers in another way counts. */
export function blocksOfRenamed(blocks: readonly Block[], before: Places, wanted: Places): readonly Block[] {
  const old = new Map<string, Place>(placesIn(before).map((place) => [place.id, place]));
  const places = placesIn(wanted);
  return blocks.filter(({ kind, name }) => {
    if (kind !== 'subject' && kind !== 'group') return false;
    const id = name.slice(0, name.indexOf(':'));
    const isLink = kind === 'subject' && id === LINK_PLACE;
    const naming = NAMING[isLink ? 'link' : kind];
    return places
      .filter((place) => isLink || id === EVERYWHERE || place.id === id)
      .some((place) => {
        const was = old.get(place.id);
        return was !== undefined && naming(was) !== naming(place);
      });
  });
}

/** What to do. The name comes from an administrator: show it made safe. */
export const formatBlockOfRenamed = ({ id, kind, name, until }: Block): string =>
  `the block ${id} of ${kind} ${name}, until ${until.toISOString()}, may refuse nothing under these rules: its provider or connection names ${kind === 'group' ? 'groups' : 'callers'} in another way, and a block is compared with the new name. Look for the name in stint audit afterwards, and block that`;
