// The answer of STS to GetCallerIdentity → who signed. The parts of the answer must agree, and an unknown form is refused, so
// that an answer to another request cannot pass for one (CVE-2020-16250).
import * as z from 'zod';
import type { Claims } from '../../../identity/principal.ts';
import type { RamMember } from '../../../rules/values/ram-member.ts';

const MAX_ID_CHARACTERS = 128;
const Id = z
  .string()
  .regex(/^[A-Za-z0-9]+$/)
  .max(MAX_ID_CHARACTERS);

/** Members that STS may add are ignored; each of these must be there, in its form. */
const Common = z.object({ AccountId: z.string(), Arn: z.string(), RequestId: z.string() });
const Answer = z.discriminatedUnion('IdentityType', [
  Common.extend({ IdentityType: z.literal('Account'), PrincipalId: Id }),
  Common.extend({ IdentityType: z.literal('RAMUser'), PrincipalId: Id, UserId: Id }),
  Common.extend({ IdentityType: z.literal('AssumedRoleUser'), PrincipalId: z.string(), RoleId: Id }),
]);
type Answer = z.infer<typeof Answer>;

// Seen: acs:ram::A:user/U, acs:ram::A:root; of a role acs:ram::A:assumed-role/R/S (Alibaba Cloud's own
// ack-ram-authenticator), acs:sts::A:assumed-role/R/S (SAML pages) and acs:ram::A:role/R/S (AssumeRole).
const ARN =
  /^acs:(?:ram|sts)::(\d{1,20}):(?:(root)|(user|role|assumed-role)\/([A-Za-z0-9._-]{1,64})(?:\/([\w+=,.@-]{1,64}))?)$/;

interface ParsedArn {
  readonly member: RamMember;
  /** The caller of AssumeRole chose it, so it does not identify that caller. */
  readonly session: string | undefined;
}

function parseArn(arn: string): ParsedArn | undefined {
  const [, account, root, type, name, session] = ARN.exec(arn) ?? [];
  if (account === undefined) return undefined;
  if (root !== undefined) return { member: { kind: 'root', account }, session: undefined };
  if (name === undefined || (type === 'user' && session !== undefined)) return undefined;
  return { member: { kind: type === 'user' ? 'user' : 'role', account, name }, session };
}

const KIND_OF = { Account: 'root', RAMUser: 'user', AssumedRoleUser: 'role' } as const;

/** From PrincipalId, which is `<RoleId>:<session>` for a role session. The ARN may not name the session. */
function sessionOf({ PrincipalId, RoleId }: Extract<Answer, { RoleId: string }>): string | undefined {
  const session = PrincipalId.startsWith(`${RoleId}:`) ? PrincipalId.slice(RoleId.length + 1) : '';
  return /^[\w+=,.@-]{1,64}$/.test(session) ? session : undefined;
}

export interface CallerIdentity {
  readonly member: RamMember;
  /** Ids that are never used again for another user or role, and the session's name. */
  readonly ids: Claims;
}

/** Undefined for an answer that is not of the one form, or whose account, type, name and session disagree. */
export function readCallerIdentity(value: unknown): CallerIdentity | undefined {
  const parsed = Answer.safeParse(value);
  const answer = parsed.success ? parsed.data : undefined;
  const arn = answer && parseArn(answer.Arn);
  if (!answer || !arn || arn.member.account !== answer.AccountId) return undefined;
  if (arn.member.kind !== KIND_OF[answer.IdentityType]) return undefined;
  const { member } = arn;
  switch (answer.IdentityType) {
    case 'Account':
      return { member, ids: { principalId: answer.PrincipalId } };
    case 'RAMUser':
      return { member, ids: { principalId: answer.PrincipalId, userId: answer.UserId } };
    case 'AssumedRoleUser': {
      const sessionName = sessionOf(answer);
      if (sessionName === undefined || (arn.session ?? sessionName) !== sessionName) return undefined;
      return { member, ids: { principalId: answer.PrincipalId, roleId: answer.RoleId, sessionName } };
    }
  }
}
