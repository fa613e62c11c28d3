// The primary keys of table `access`: one row for a subject, a group, or anyone of a provider.

import type { ProviderId, Revision } from '../../kernel/names.ts';
import { sha256 } from '../../kernel/sha256.ts';

/** Tablestore allows 1,024 bytes in a key; the prefix takes at most 110. */
export const MAX_PRINCIPAL_NAME_BYTES = 512;

/** Groups that one proof may list: of those that no grant names, nothing is read. */
export const MAX_GROUPS = 1_000;

/** Hex digits in front of the key, so that neighbouring subjects do not share a partition. */
const SPREAD_DIGITS = 8;

export type PrincipalSelector =
  | { readonly kind: 'sub'; readonly name: string }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'any' };

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
