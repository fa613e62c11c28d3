// Who may receive a grant, and where table `access` keeps the grants: one row for a subject, a group, or anyone of a provider.
// Names are compared byte for byte and never normalised.
import * as z from 'zod';
import type { ProviderId, Revision } from '../../kernel/names.ts';
import { sha256 } from '../../kernel/sha256.ts';

export type PrincipalSelector =
  | { readonly kind: 'sub'; readonly name: string }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'any' };

/** Tablestore allows 1,024 bytes in a key; the prefix takes at most 110. */
export const MAX_PRINCIPAL_NAME_BYTES = 512;

/** Groups in one proof of identity. Each group that a grant names costs one row of `access` to read. */
export const MAX_GROUPS = 1_000;

/** Control, format (zero width, text direction), surrogate and line separator characters: a reviewer cannot see them. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** The name of a subject or group as an administrator writes it. */
export const PrincipalName = z
  .string()
  .min(1)
  .refine(
    (name) => Buffer.byteLength(name) <= MAX_PRINCIPAL_NAME_BYTES,
    `use at most ${MAX_PRINCIPAL_NAME_BYTES} bytes`,
  )
  .refine(
    (name) => !INVISIBLE.test(name),
    'remove the control or invisible characters; where a caller’s name has them, write anyone: true and compare it in when',
  );

/** Hex digits in front of the key, so that neighbouring subjects do not share a partition. */
const SPREAD_DIGITS = 8;

/**
 * `<hash>|<revision>|<provider>|sub|<subject>` and so on. Revision and provider cannot hold `|`, and the name comes
 * last, so no two selectors share a key.
 */
export function principalKey(revision: Revision, provider: ProviderId, selector: PrincipalSelector): string {
  const name = selector.kind === 'any' ? '' : `|${selector.name}`;
  const key = `${revision}|${provider}|${selector.kind}${name}`;
  return `${sha256(key, 'hex').slice(0, SPREAD_DIGITS)}|${key}`;
}

/** Column names allow no hyphen and grant ids no underscore, so the mapping is one to one. */
export const grantColumn = (grantId: string): string => `g_${grantId.replaceAll('-', '_')}`;

/** A row of `access` as read: column name → JSON of one grant. Unparsed, so it cannot be used for a decision. */
export type StoredAccessRow = Readonly<Record<string, string>>;
