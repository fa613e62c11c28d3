// What an identity provider calls somebody, if it can be taken as it is: a name that was cut, folded or mistaken would be
// somebody else's. The same for every kind of connection.
import * as z from 'zod';
import { PrincipalName } from '../../../shared/access/principal-name.ts';
import type { ConnectionId } from '../../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { personName } from '../../../shared/people/person.ts';
import type { SignedOn } from '../../../shared/people/session.ts';

/** As many as vend takes: more would be a part, or a link to the rest. */
const MAX_GROUPS = 98;
/** The token goes into a header of at most 8 KB. */
const MAX_CLAIM_CHARACTERS = 512;

const Groups = z.array(PrincipalName).max(MAX_GROUPS);
const Text = z.string().max(MAX_CLAIM_CHARACTERS);
const ClaimValue = z.union([Text, z.number(), z.boolean(), z.array(Text).max(MAX_GROUPS)]);
const Claims = z.record(z.string(), ClaimValue);

interface GivenNames {
  readonly subject: unknown;
  /** Undefined: it says nothing of groups. */
  readonly groups: unknown;
  readonly claims: Readonly<Record<string, unknown>>;
}

export type NameReason = 'subject-unusable' | 'groups-unusable' | 'claims-unusable';

export function checkNames(
  connection: ConnectionId,
  given: GivenNames,
): Result<Pick<SignedOn, 'subject' | 'groups' | 'claims'>, NameReason> {
  const subject = PrincipalName.safeParse(given.subject).data;
  // What vend would refuse later is refused now, where the person can be told.
  if (subject === undefined || !PrincipalName.safeParse(personName(connection, subject)).success)
    return err('subject-unusable');
  const groups = Groups.safeParse(given.groups ?? []).data;
  if (!groups) return err('groups-unusable');
  const claims = Claims.safeParse(given.claims).data;
  return claims ? ok({ subject, groups: [...new Set(groups)], claims }) : err('claims-unusable');
}
