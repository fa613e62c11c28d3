// Roles, custom policies and what is attached, over the RAM SDK: what `stint setup` and `stint role` need to see and change.
import { ok, type Result } from '../../kernel/result.ts';
import type { CloudAction, CloudFault } from './cloud-fault.ts';
import {
  type AccountPlace,
  change,
  look,
  type ManagementOptions,
  nothing,
  unlessGone,
} from './manage-account.ts';
import { openRamSdk, policyJson } from './ram-sdk.ts';

/** The tag by which Stint knows what it made. Its value says which command made it. */
export const MADE_TAG = 'stint';

export interface RoleInRam {
  readonly name: string;
  readonly arn: string;
  /** The trust policy as JSON, unread. */
  readonly trust: unknown;
  readonly maxSessionSeconds: number;
  /** The value of the tag; undefined: Stint did not make the role. */
  readonly madeBy: string | undefined;
}

export interface PolicyInRam {
  readonly name: string;
  /** The default version as JSON, unread. */
  readonly document: unknown;
  /** The number of the default version. RAM counts up, so that a number between two that are known is another writer's. */
  readonly version: number;
  readonly madeBy: string | undefined;
}

export interface NewRole {
  readonly name: string;
  readonly trust: unknown;
  readonly description: string;
  readonly maxSessionSeconds?: number;
  readonly madeBy: string;
}

interface NewPolicy {
  readonly name: string;
  readonly document: unknown;
  readonly description: string;
  readonly madeBy: string;
}

export interface RoleChange {
  readonly trust?: unknown;
  readonly maxSessionSeconds?: number;
}

/** A policy as it is attached. */
export interface AttachedPolicy {
  readonly type: 'System' | 'Custom';
  readonly name: string;
}

type Changed = Promise<Result<void, CloudFault>>;
type Found<T> = Promise<Result<T | undefined, CloudFault>>;

/** Names are RAM's names in the caller's account. What does not exist is undefined. */
export interface RamAdministration {
  findRole(name: string): Found<RoleInRam>;
  createRole(role: NewRole): Changed;
  changeRole(name: string, change: RoleChange): Changed;
  deleteRole(name: string): Changed;
  findPolicy(name: string): Found<PolicyInRam>;
  createPolicy(policy: NewPolicy): Changed;
  /** The text of one version as JSON, unread; undefined: RAM keeps it no more. */
  findVersion(name: string, version: number): Found<unknown>;
  /** Makes a new default version, and gives its number; the oldest version goes where RAM keeps no more. */
  changePolicy(name: string, document: unknown): Promise<Result<number, CloudFault>>;
  /** With all its versions. */
  deletePolicy(name: string): Changed;
  listAttached(role: string): Promise<Result<readonly AttachedPolicy[] | undefined, CloudFault>>;
  attach(role: string, policy: AttachedPolicy): Changed;
  detach(role: string, policy: AttachedPolicy): Changed;
  /** Marks what Stint did not make as taken over. */
  tag(kind: 'role' | 'policy', name: string, madeBy: string): Changed;
}

/** RAM CreatePolicyVersion, RotateStrategy. */
const ROTATE = 'DeleteOldestNonDefaultVersionWhenLimitExceeded';

const isType = (type: string | undefined): type is AttachedPolicy['type'] =>
  type === 'System' || type === 'Custom';

/** `v3` → 3. */
const numberOf = (versionId: string | undefined): number =>
  Number(/^v(\d{1,9})$/.exec(versionId ?? '')?.[1] ?? 0);

/** Loads the SDK with the first call. */
export function openRamAdministration(
  options: ManagementOptions,
  { accountId }: Pick<AccountPlace, 'accountId'>,
): RamAdministration {
  const load = openRamSdk(options);
  const onRole = (action: string, name: string): CloudAction => ({
    action: `ram:${action}`,
    resource: `acs:ram:*:${accountId}:role/${name}`,
  });
  const onPolicy = (action: string, name: string, owner = accountId): CloudAction => ({
    action: `ram:${action}`,
    resource: `acs:ram:*:${owner}:policy/${name}`,
  });

  async function readTag(kind: 'role' | 'policy', name: string) {
    const { sdk, client } = await load();
    const what = (kind === 'role' ? onRole : onPolicy)('ListTagResources', name);
    const asked = await look(what, () =>
      client.listTagResources(new sdk.ListTagResourcesRequest({ resourceType: kind, resourceNames: [name] })),
    );
    if (!asked.ok) return asked;
    const tag = asked.value?.body?.tagResources?.find(({ tagKey }) => tagKey === MADE_TAG);
    return ok(tag?.tagValue);
  }
  const tags = (madeBy: string) => [{ key: MADE_TAG, value: madeBy }];

  return {
    async findRole(name) {
      const { sdk, client } = await load();
      const found = await look(onRole('GetRole', name), () =>
        client.getRole(new sdk.GetRoleRequest({ roleName: name })),
      );
      if (!found.ok) return found;
      const role = found.value?.body?.role;
      if (role === undefined) return ok(undefined);
      const madeBy = await readTag('role', name);
      if (!madeBy.ok) return madeBy;
      return ok({
        name,
        arn: role.arn ?? '',
        trust: policyJson(role.assumeRolePolicyDocument),
        maxSessionSeconds: Number(role.maxSessionDuration ?? 0),
        madeBy: madeBy.value,
      });
    },
    async createRole({ name, trust, description, maxSessionSeconds, madeBy }) {
      const { sdk, client } = await load();
      const request = new sdk.CreateRoleRequest({
        roleName: name,
        assumeRolePolicyDocument: JSON.stringify(trust),
        description,
        tag: tags(madeBy),
        ...(maxSessionSeconds === undefined ? {} : { maxSessionDuration: maxSessionSeconds }),
      });
      return nothing(await change(onRole('CreateRole', name), () => client.createRole(request)));
    },
    async changeRole(name, { trust, maxSessionSeconds }) {
      const { sdk, client } = await load();
      const request = new sdk.UpdateRoleRequest({
        roleName: name,
        ...(trust === undefined ? {} : { newAssumeRolePolicyDocument: JSON.stringify(trust) }),
        ...(maxSessionSeconds === undefined ? {} : { newMaxSessionDuration: maxSessionSeconds }),
      });
      return nothing(await change(onRole('UpdateRole', name), () => client.updateRole(request)));
    },
    async deleteRole(name) {
      const { sdk, client } = await load();
      const request = new sdk.DeleteRoleRequest({ roleName: name });
      return nothing(await change(onRole('DeleteRole', name), () => client.deleteRole(request)));
    },
    async findPolicy(name) {
      const { sdk, client } = await load();
      const found = await look(onPolicy('GetPolicy', name), () =>
        client.getPolicy(new sdk.GetPolicyRequest({ policyName: name, policyType: 'Custom' })),
      );
      if (!found.ok) return found;
      const version = found.value?.body?.defaultPolicyVersion;
      if (version === undefined) return ok(undefined);
      const madeBy = await readTag('policy', name);
      if (!madeBy.ok) return madeBy;
      return ok({
        name,
        document: policyJson(version.policyDocument),
        version: numberOf(version.versionId),
        madeBy: madeBy.value,
      });
    },
    async findVersion(name, version) {
      const { sdk, client } = await load();
      const request = new sdk.GetPolicyVersionRequest({
        policyName: name,
        policyType: 'Custom',
        versionId: `v${version}`,
      });
      const found = await look(onPolicy('GetPolicyVersion', name), () => client.getPolicyVersion(request));
      if (!found.ok) return found;
      return ok(found.value && policyJson(found.value.body?.policyVersion?.policyDocument));
    },
    async createPolicy({ name, document, description, madeBy }) {
      const { sdk, client } = await load();
      const request = new sdk.CreatePolicyRequest({
        policyName: name,
        policyDocument: JSON.stringify(document),
        description,
        tag: tags(madeBy),
      });
      return nothing(await change(onPolicy('CreatePolicy', name), () => client.createPolicy(request)));
    },
    async changePolicy(name, document) {
      const { sdk, client } = await load();
      const request = new sdk.CreatePolicyVersionRequest({
        policyName: name,
        policyDocument: JSON.stringify(document),
        setAsDefault: true,
        rotateStrategy: ROTATE,
      });
      const made = await change(onPolicy('CreatePolicyVersion', name), () =>
        client.createPolicyVersion(request),
      );
      return made.ok ? ok(numberOf(made.value.body?.policyVersion?.versionId)) : made;
    },
    async deletePolicy(name) {
      const { sdk, client } = await load();
      const request = new sdk.DeletePolicyRequest({ policyName: name, cascadingDelete: true });
      return nothing(await change(onPolicy('DeletePolicy', name), () => client.deletePolicy(request)));
    },
    async listAttached(role) {
      const { sdk, client } = await load();
      const listed = await look(onRole('ListPoliciesForRole', role), () =>
        client.listPoliciesForRole(new sdk.ListPoliciesForRoleRequest({ roleName: role })),
      );
      if (!listed.ok) return listed;
      if (listed.value === undefined) return ok(undefined);
      const policies = listed.value.body?.policies?.policy ?? [];
      return ok(
        policies.flatMap(({ policyName = '', policyType }) =>
          isType(policyType) ? [{ type: policyType, name: policyName }] : [],
        ),
      );
    },
    async attach(role, { type, name }) {
      const { sdk, client } = await load();
      const request = new sdk.AttachPolicyToRoleRequest({
        roleName: role,
        policyName: name,
        policyType: type,
      });
      const done = await change(onRole('AttachPolicyToRole', role), () => client.attachPolicyToRole(request));
      return !done.ok && done.error.code === 'EntityAlreadyExists.Role.Policy'
        ? ok(undefined)
        : nothing(done);
    },
    async detach(role, { type, name }) {
      const { sdk, client } = await load();
      const request = new sdk.DetachPolicyFromRoleRequest({
        roleName: role,
        policyName: name,
        policyType: type,
      });
      const done = await change(onRole('DetachPolicyFromRole', role), () =>
        client.detachPolicyFromRole(request),
      );
      return unlessGone(done);
    },
    async tag(kind, name, madeBy) {
      const { sdk, client } = await load();
      const what = (kind === 'role' ? onRole : onPolicy)('TagResources', name);
      const request = new sdk.TagResourcesRequest({
        resourceType: kind,
        resourceNames: [name],
        tag: tags(madeBy),
      });
      return nothing(await change(what, () => client.tagResources(request)));
    },
  };
}
