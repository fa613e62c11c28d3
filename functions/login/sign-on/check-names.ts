// What an identity provider calls somebody, if it can be taken as it is: a name that was cut, folded or mistaken would be
// somebody else's. The same for every kind of connection, and groups by the same rule as vend's.
import * as z from 'zod';
import { type GroupsFault, judgeGroups } from '../../../shared/identity/judge-claims.ts';
import type { ConnectionId } from '../../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { personName } from '../../../shared/people/person.ts';
import type { SignedOn } from '../../../shared/people/session.ts';
import { PrincipalName } from '../../../shared/rules/values/principal-key.ts';

const MAX_CLAIM_CHARACTERS = 512;
const MAX_CLAIM_VALUES = 98;

const Text = z.string().max(MAX_CLAIM_CHARACTERS);
const ClaimValue = z.union([Text, z.number(), z.boolean(), z.array(Text).max(MAX_CLAIM_VALUES)]);
const Claims = z.record(z.string(), ClaimValue);

interface GivenNames {
  readonly subject: unknown;
  /** Undefined: it says nothing of groups. */
  readonly groups: unknown;
  /** It says that groups are somewhere else. */
  readonly areGroupsElsewhere: boolean;
  readonly claims: Readonly<Record<string, unknown>>;
}

export type NameReason = 'subject-unusable' | GroupsFault['reason'] | 'claims-unusable';

interface NameFault {
  readonly reason: NameReason;
  /** For the operator: how many, and how many may be. */
  readonly cause?: string;
}

/** A claim of null says nothing, and is not one that has no value. */
const saidOf = (claims: GivenNames['claims']) =>
  Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined && value !== null));

export function checkNames(
  connection: ConnectionId,
  given: GivenNames,
): Result<Pick<SignedOn, 'subject' | 'groups' | 'claims'>, NameFault> {
  const subject = PrincipalName.safeParse(given.subject).data;
  // What vend would refuse later is refused now, where the person can be told.
  if (subject === undefined || !PrincipalName.safeParse(personName(connection, subject)).success)
    return err({ reason: 'subject-unusable' });
  const groups = judgeGroups(given.groups, given.areGroupsElsewhere);
  if (!groups.ok) return groups;
  const claims = Claims.safeParse(saidOf(given.claims)).data;
  if (!claims) return err({ reason: 'claims-unusable' });
  return ok({ subject, groups: [...groups.value], claims });
}
