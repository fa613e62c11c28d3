// Issuers' keys ↔ rows. What vend saw is in table `keys`, what administrators decided in `catalog`, which vend cannot
// write: the function that meets a new key cannot approve it.
import * as z from 'zod';
import type { ProviderId } from '../../kernel/names.ts';
import type { KeyDecision } from '../../rules/values/issuer-key.ts';
import { CATALOG, KEYS } from './tables.ts';
import type { Row, RowWrite } from './tablestore-rows.ts';

type Range = readonly [from: string, to: string];

/** `}` follows `|` in byte order. No revision's kind starts so: those have a slash. */
export const DECISIONS: Range = ['key|', 'key}'];
export const decisionsOf = (provider: ProviderId): Range => [`key|${provider}|`, `key|${provider}}`];

/** No character of a provider's id comes before `!`, so no longer id lies between. */
export const sightingsOf = (provider: ProviderId): Range => [provider, `${provider}!`];
/** `{` follows the last letter. */
export const SIGHTINGS: Range = ['0', '{'];

/** Anything may be in a kid, and of any length. */
const MAX_KID_CHARACTERS = 255;

export interface SeenKey {
  readonly provider: string;
  readonly thumbprint: string;
  readonly kid: string;
  readonly alg: string;
  readonly firstSeen: Date;
  /** The day, in UTC. */
  readonly lastSeen: string;
}

const SeenColumns = z.object({
  kid: z.string(),
  alg: z.string(),
  first_seen: z.iso.datetime(),
  last_seen: z.iso.date(),
});

export const LAST_SEEN = 'last_seen';

export function toSeenRow({ provider, thumbprint, kid, alg, firstSeen, lastSeen }: SeenKey): RowWrite {
  const columns = {
    kid: kid.slice(0, MAX_KID_CHARACTERS),
    alg,
    first_seen: firstSeen.toISOString(),
    [LAST_SEEN]: lastSeen,
  };
  return { table: KEYS, key: [provider, thumbprint], columns };
}

export function fromSeenRow({ key: [provider = '', thumbprint = ''], columns }: Row): SeenKey | undefined {
  const parsed = SeenColumns.safeParse(columns);
  if (!parsed.success) return undefined;
  const { kid, alg, first_seen, last_seen } = parsed.data;
  return { provider, thumbprint, kid, alg, firstSeen: new Date(first_seen), lastSeen: last_seen };
}

export interface Decided {
  readonly provider: string;
  readonly thumbprint: string;
  readonly decision: KeyDecision;
  readonly decidedAt: Date;
  readonly decidedBy: string;
}

const DecisionColumns = z.object({
  decision: z.enum(['approved', 'revoked']),
  decided_at: z.iso.datetime(),
  decided_by: z.string(),
});

export function toDecisionRow({ provider, thumbprint, decision, decidedAt, decidedBy }: Decided): RowWrite {
  const columns = { decision, decided_at: decidedAt.toISOString(), decided_by: decidedBy };
  return { table: CATALOG, key: [`key|${provider}|`, thumbprint], columns };
}

export function fromDecisionRow({ key: [kind = '', thumbprint = ''], columns }: Row): Decided | undefined {
  const parsed = DecisionColumns.safeParse(columns);
  if (!parsed.success) return undefined;
  const { decision, decided_at, decided_by } = parsed.data;
  const provider = kind.split('|')[1] ?? '';
  return { provider, thumbprint, decision, decidedAt: new Date(decided_at), decidedBy: decided_by };
}
