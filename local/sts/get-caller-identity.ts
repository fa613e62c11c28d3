// GetCallerIdentity: whose key signed this. Needs no permission.
import type { Identity } from '../iam/identity.ts';
import type { AnswerBody } from '../rpc/render-answer.ts';

export function getCallerIdentity({ principal, arn }: Identity): AnswerBody {
  const { accountId } = principal;
  const common = { AccountId: accountId, Arn: arn };
  switch (principal.kind) {
    case 'root':
      return { IdentityType: 'Account', ...common, PrincipalId: accountId, UserId: accountId };
    case 'user':
      return { IdentityType: 'RAMUser', ...common, PrincipalId: principal.userId, UserId: principal.userId };
    case 'role':
      return {
        IdentityType: 'AssumedRoleUser',
        ...common,
        PrincipalId: `${principal.roleId}:${principal.sessionName}`,
        RoleId: principal.roleId,
      };
  }
}
