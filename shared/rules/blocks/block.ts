// Blocks: what an operator takes from a subject, a group, a provider or a role for some time, whatever the rules give. They
// stand beside the revisions, so that no apply ends one.
import * as z from 'zod';
import { linkName } from '../../kernel/person-link.ts';

export const BLOCK_KINDS = ['subject', 'group', 'provider', 'role'] as const;
export type BlockKind = (typeof BLOCK_KINDS)[number];

/** Longer is no emergency: the rules should say it. */
export const MAX_BLOCK_SECONDS = 90 * 86_400;
/** Every instance reads all of them every 2 seconds. */
export const MAX_BLOCKS = 200;
/** A subject or a group, with its provider in front. */
export const MAX_BLOCKED_CHARACTERS = 600;
export const MAX_REASON_CHARACTERS = 200;

/** Stands for every provider and every connection; no id can be this. */
export const EVERYWHERE = '*';

export const BlockId = z
  .string()
  .regex(/^b-[0-9a-f]{8}$/)
  .brand<'BlockId'>();
export type BlockId = z.infer<typeof BlockId>;

const Time = z.iso.datetime().transform((text) => new Date(text));

export const Block = z.object({
  id: BlockId,
  kind: z.enum(BLOCK_KINDS),
  /**
   * Of a subject or a group, `place:name`, where the place is the id of a provider or of a connection, or `*`; of a person link,
   * `person:VALUE`, as a subject; otherwise the id of a provider, a connection or a role.
   */
  name: z.string().min(1).max(MAX_BLOCKED_CHARACTERS),
  reason: z.string().max(MAX_REASON_CHARACTERS),
  blockedBy: z.string(),
  since: Time,
  /** From then on it has no effect. */
  until: Time,
});
export type Block = z.infer<typeof Block>;

/** All blocks of one reading. */
export interface Blocks {
  /** Two readings with the same text are the same. */
  readonly text: string;
  readonly all: readonly Block[];
}

export const NO_BLOCKS: Blocks = { text: '', all: [] };

/** The names of one caller, as blocks spell them. */
export interface BlockableCaller {
  /** Providers and connections that vouch for the caller. */
  readonly places: readonly string[];
  /** `place:subject`, for each spelling. */
  readonly subjects: readonly string[];
  readonly groups: readonly string[];
}

const isInForce = ({ until }: Block, now: Date): boolean => now < until;

function concerns({ kind, name }: Block, { places, subjects, groups }: BlockableCaller): boolean {
  switch (kind) {
    case 'subject':
      return subjects.includes(name);
    case 'group':
      // Cut from the block's name: a caller may be in a thousand groups, and there may be 200 blocks.
      return [...places, EVERYWHERE].some(
        (place) => name.startsWith(`${place}:`) && groups.includes(name.slice(place.length + 1)),
      );
    case 'provider':
      return places.includes(name);
    case 'role':
      return false;
  }
}

/** The block of this caller that ends last; undefined if there is none now. */
export const blockOfCaller = ({ all }: Blocks, caller: BlockableCaller, now: Date): Block | undefined =>
  lastToEnd(all.filter((block) => isInForce(block, now) && concerns(block, caller)));

/** The block of this role that ends last; undefined if there is none now. */
export const blockOfRole = ({ all }: Blocks, role: string, now: Date): Block | undefined =>
  lastToEnd(all.filter((block) => isInForce(block, now) && block.kind === 'role' && block.name === role));

const lastToEnd = (blocks: readonly Block[]): Block | undefined =>
  [...blocks].sort((a, b) => b.until.getTime() - a.until.getTime())[0];

/** The blocks that have not ended. */
export const blocksInForce = ({ all }: Blocks, now: Date): readonly Block[] =>
  all.filter((block) => isInForce(block, now));

interface BlockablePerson {
  readonly connection: string;
  readonly subject: string;
  readonly groups: readonly string[];
  /** The person link. */
  readonly person?: string | undefined;
}

/** A person of a connection: `connection:subject`, the subject everywhere, and the person link. */
export const blockablePerson = ({
  connection,
  subject,
  groups,
  person,
}: BlockablePerson): BlockableCaller => ({
  places: [connection],
  subjects: [
    `${connection}:${subject}`,
    `${EVERYWHERE}:${subject}`,
    ...(person === undefined ? [] : [linkName(person)]),
  ],
  groups,
});
