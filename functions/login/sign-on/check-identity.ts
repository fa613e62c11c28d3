// The subject, groups and claims that an identity provider asserts, accepted as they are or not at all: a name that was cut or
// normalised could be another person's. One rule for every kind of connection; for groups it is vend's.
import * as z from 'zod';
import { type GroupsFault, judgeGroups } from '../../../shared/identity/judge-claims.ts';
import type { ConnectionId } from '../../../shared/kernel/names.ts';
import { linkName } from '../../../shared/kernel/person-link.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { personName } from '../../../shared/people/person.ts';
import type { SignedOn } from '../../../shared/people/session.ts';
import { PrincipalName } from '../../../shared/rules/values/principal-key.ts';

const MAX_CLAIM_CHARACTERS = 512;
/** As many as groups: a person in many departments signs in, too. The size of the session token bounds all of them together. */
const MAX_CLAIM_VALUES = 1_000;

const Text = z.string().max(MAX_CLAIM_CHARACTERS);
const ClaimValue = z.union([Text, z.number(), z.boolean(), z.array(Text).max(MAX_CLAIM_VALUES)]);
const Claims = z.record(z.string(), ClaimValue);

interface AssertedIdentity {
  readonly subject: unknown;
  /** Undefined: the provider asserts no groups. */
  readonly groups: unknown;
  /** The provider says that the groups must be fetched from elsewhere. */
  readonly areGroupsElsewhere: boolean;
  /** Which groups count; undefined: all. */
  readonly filter: ((group: string) => boolean) | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
  /** The claim of the person link. Undefined: the connection declares none. */
  readonly person: { readonly value: unknown } | undefined;
}

export type IdentityReason =
  | 'subject-unusable'
  | 'person-link-unusable'
  | GroupsFault['reason']
  | 'claims-unusable';

interface IdentityFault {
  readonly reason: IdentityReason;
  /** For the operator: how many there are, and how many are allowed. */
  readonly cause?: string;
}

/** Fails with the reason of the first member that cannot be accepted. */
export function checkIdentity(
  connection: ConnectionId,
  asserted: AssertedIdentity,
): Result<Pick<SignedOn, 'subject' | 'groups' | 'claims' | 'person'>, IdentityFault> {
  const subject = PrincipalName.safeParse(asserted.subject).data;
  // A name that vend would refuse later is refused now, when the person can be told.
  if (subject === undefined || !PrincipalName.safeParse(personName(connection, subject)).success)
    return err({ reason: 'subject-unusable' });
  const groups = judgeGroups(asserted.groups, asserted.areGroupsElsewhere, asserted.filter);
  if (!groups.ok) return groups;
  const claims = Claims.safeParse(withoutNull(asserted.claims)).data;
  if (!claims) return err({ reason: 'claims-unusable' });
  const identity = { subject, groups: [...groups.value], claims };
  if (!asserted.person) return ok(identity);
  const person = personLink(asserted.person.value);
  return person === undefined ? err({ reason: 'person-link-unusable' }) : ok({ ...identity, person });
}

/**
 * Undefined if it is missing or unusable. Such a person is refused and not signed on without a link: otherwise their leaving would
 * end nothing here.
 */
function personLink(value: unknown): string | undefined {
  const link = PrincipalName.safeParse(value).data;
  return link !== undefined && PrincipalName.safeParse(linkName(link)).success ? link : undefined;
}

/** A claim with the value null is treated as absent. */
const withoutNull = (claims: AssertedIdentity['claims']) =>
  Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined && value !== null));
