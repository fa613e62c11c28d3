// The accounts and access configurations of the CloudSSO dialect: the accounts and ids of the roles that vend names to the person.
// A token that is bound to a role shows that role alone.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { callVend, ROLES_CALL } from '../request/call-vend.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import { findHolder } from './access-token.ts';
import { type CloudSsoFault, formatCloudSsoFault, ofVend } from './cloudsso-fault.ts';

interface Assignment {
  readonly account: string;
  readonly role: string;
  readonly description: string;
}

const byName = (a: Assignment, b: Assignment): number =>
  a.account.localeCompare(b.account, 'en') || a.role.localeCompare(b.role, 'en');

async function findAssignments(
  c: LoginContext,
  deps: LoginDeps,
): Promise<Result<readonly Assignment[], CloudSsoFault>> {
  const holder = await findHolder(c, deps);
  if (!holder.ok) return holder;
  const { bound, signedIn } = holder.value;
  const answer = await callVend(c, signedIn, ROLES_CALL, deps);
  if (!answer.ok) return err(ofVend(answer.error));
  const all = answer.value.body.roles.toSorted(byName);
  return ok(
    bound ? all.filter(({ account, role }) => account === bound.account && role === bound.role) : all,
  );
}

/** All of them are in one response. */
const END = { IsTruncated: false, NextToken: '' };

/** GET /access-assignments/accounts. */
export const listAccounts = (deps: LoginDeps) => async (c: LoginContext) => {
  const found = await findAssignments(c, deps);
  if (!found.ok) return formatCloudSsoFault(c, found.error, deps);
  const accounts = [...new Set(found.value.map(({ account }) => account))];
  return c.json({
    Accounts: accounts.map((id) => ({ AccountId: id, DisplayName: id })),
    ...END,
    RequestId: c.get('requestId'),
  });
};

/** GET /access-assignments/access-configurations?AccountId=. An account in which the person may take no role has none. */
export const listAccessConfigurations = (deps: LoginDeps) => async (c: LoginContext) => {
  const found = await findAssignments(c, deps);
  if (!found.ok) return formatCloudSsoFault(c, found.error, deps);
  const asked = c.req.query('AccountId');
  return c.json({
    AccessConfigurationsForAccount: found.value
      .filter(({ account }) => account === asked)
      .map(({ role, description }) => ({
        AccessConfigurationId: role,
        AccessConfigurationName: role,
        AccessConfigurationDescription: description,
      })),
    ...END,
    RequestId: c.get('requestId'),
  });
};
