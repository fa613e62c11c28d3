// Blocks, as part of every decision: of the caller, before its grants are read, and of the role, once a grant gives it. Pure.
import type { Principal } from '../../identity/principal.ts';
import type { Failure } from '../../kernel/failure.ts';
import { PERSON_CLAIM } from '../../kernel/login-claims.ts';
import type { RoleId } from '../../kernel/names.ts';
import { linkName } from '../../kernel/person-link.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import {
  type Block,
  type BlockableCaller,
  type Blocks,
  blockOfCaller,
  blockOfRole,
  EVERYWHERE,
} from '../../rules/blocks/block.ts';
import type { Decision } from './decision.ts';

/**
 * The names of the caller. A session token of the portal names the person in `sub`, as `connection:subject`, and the connection and
 * the person link in claims. Another issuer's token that has these claims is taken at its word: it can only block itself.
 */
function blockable({ provider, subject, groups, claims }: Principal): BlockableCaller {
  const { sub, connection, [PERSON_CLAIM]: link } = claims;
  const places = typeof connection === 'string' ? [provider, connection] : [provider];
  const subjects = typeof sub === 'string' && sub !== subject ? [subject, sub] : [subject];
  return {
    places,
    groups,
    subjects: [
      ...(typeof link === 'string' ? [linkName(link)] : []),
      ...subjects.flatMap((name) => {
        const person = name.slice(name.indexOf(':') + 1);
        const spelled = [`${provider}:${name}`, `${EVERYWHERE}:${name}`, `${EVERYWHERE}:${person}`];
        return name === person ? spelled : [...spelled, name];
      }),
    ],
  };
}

/** `access_denied`, like any other refusal; explain names the block and its end. */
const blockedBy = ({ id, until }: Block): Result<never, Failure> =>
  err({
    code: 'access_denied',
    reason: 'blocked',
    cause: id,
    denialDetail: { kind: 'block', block: id, until: until.toISOString() },
  });

/** Refused with `blocked` if the caller's subject, one of its groups or its provider is blocked. */
export function refuseBlockedCaller(principal: Principal, blocks: Blocks, now: Date): Result<void, Failure> {
  // Nearly always there is none, and the caller's names need not be spelled.
  const block = blocks.all.length === 0 ? undefined : blockOfCaller(blocks, blockable(principal), now);
  return block ? blockedBy(block) : ok(undefined);
}

/**
 * The decision, or `blocked` in the place of one that gives the role, now or after a step-up. Other refusals stay: callers without
 * a grant of the role must not learn that it exists.
 */
export function refuseIfRoleBlocked(
  decision: Decision,
  role: RoleId | undefined,
  blocks: Blocks,
  now: Date,
): Decision {
  if (role === undefined || (!decision.ok && decision.error.code !== 'step_up_required')) return decision;
  const block = blockOfRole(blocks, role, now);
  return block ? blockedBy(block) : decision;
}
