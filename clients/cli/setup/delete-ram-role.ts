// Deletes a RAM role that has policies. Its maker has been checked: only what Stint made is deleted.
import type { CloudFault } from '../../../shared/adapters/alibaba-cloud/cloud-fault.ts';
import { unlessGone } from '../../../shared/adapters/alibaba-cloud/manage-account.ts';
import type { RamAdministration } from '../../../shared/adapters/alibaba-cloud/ram-administration.ts';
import type { Result } from '../../../shared/kernel/result.ts';

/** RAM refuses to delete a role with policies. They are detached; the policies themselves stay. */
export async function deleteRamRole(name: string, ram: RamAdministration): Promise<Result<void, CloudFault>> {
  const attached = await ram.listAttached(name);
  if (!attached.ok) return attached;
  for (const policy of attached.value ?? []) {
    const detached = await ram.detach(name, policy);
    if (!detached.ok) return detached;
  }
  return unlessGone(await ram.deleteRole(name));
}
