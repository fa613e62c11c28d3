// What RAM has of roles and policies, over the RAM SDK, for the checks: it reads, and changes nothing.
import type { FoundPolicy, FoundRole, RamReader } from '../../checks/cloud-reader.ts';
import { ok } from '../../kernel/result.ts';
import { look, type ManagementOptions, unseen } from './manage-account.ts';
import { openRamSdk, policyJson } from './ram-sdk.ts';

/** Names of roles: `acs:ram:*:<account>:role/<name>` in RAM policies. */
const SYSTEM = 'system';

/** Loads the SDK with the first look. `accountId`: the account of the credentials. */
export function openRamReader(options: ManagementOptions, accountId: string): RamReader {
  const load = openRamSdk(options);
  const roleResource = (name: string) => `acs:ram:*:${accountId}:role/${name}`;

  return {
    async role(name) {
      const { sdk, client } = await load();
      const what = { action: 'ram:GetRole', resource: roleResource(name) };
      const found = await look(what, () => client.getRole(new sdk.GetRoleRequest({ roleName: name })));
      if (!found.ok) return unseen(found.error);
      const role = found.value?.body?.role;
      if (role === undefined) return ok(undefined);
      const seen: FoundRole = {
        trust: policyJson(role.assumeRolePolicyDocument),
        maxSessionSeconds: Number(role.maxSessionDuration ?? 0),
      };
      return ok(seen);
    },
    async policy(name, type) {
      const { sdk, client } = await load();
      const owner = type === 'System' ? SYSTEM : accountId;
      const what = { action: 'ram:GetPolicy', resource: `acs:ram:*:${owner}:policy/${name}` };
      const request = new sdk.GetPolicyRequest({ policyName: name, policyType: type });
      const found = await look(what, () => client.getPolicy(request));
      if (!found.ok) return unseen(found.error);
      const current = found.value?.body?.defaultPolicyVersion;
      if (current === undefined) return ok(undefined);
      const seen: FoundPolicy = {
        version: current.versionId ?? '',
        document: policyJson(current.policyDocument),
      };
      return ok(seen);
    },
    async attached(roleName) {
      const { sdk, client } = await load();
      const what = { action: 'ram:ListPoliciesForRole', resource: roleResource(roleName) };
      const request = new sdk.ListPoliciesForRoleRequest({ roleName });
      const found = await look(what, () => client.listPoliciesForRole(request));
      if (!found.ok) return unseen(found.error);
      const policies = found.value?.body?.policies?.policy;
      return ok(
        policies?.map(({ policyName = '', policyType }) => ({
          name: policyName,
          type: policyType === 'System' ? 'System' : 'Custom',
        })),
      );
    },
  };
}
