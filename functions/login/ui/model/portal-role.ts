// A role as the portal shows it: what vend's GET /v1/roles says of it, read strictly.
import * as z from 'zod';
import { RoleId } from '../../../../shared/kernel/names.ts';

/** Every one that vend may name: a page that does not know one shows no role at all. */
export const VEND_NEEDS = ['mfa', 'fresh_sign_in', 'fresh_token', 'dpop', 'network', 'time_window'] as const;

/** Where login does not know the browser's address, no network that the browser is in will help. */
export type Need = (typeof VEND_NEEDS)[number] | 'network_unseen';

/** What somebody can add by showing once more who they are. */
const PROOFS: ReadonlySet<Need> = new Set(['mfa', 'fresh_sign_in', 'fresh_token']);

/** That alone: whoever is in the wrong network, too, would come back to a role that is still closed. */
export const isOpenedByProof = ({ needs }: Pick<PortalRole, 'needs'>): boolean =>
  needs.length > 0 && needs.every((need) => PROOFS.has(need));

export const VendRole = z.object({
  role: RoleId,
  roleArn: z.string(),
  account: z.string(),
  description: z.string(),
  project: z.string().optional(),
  maxDurationSeconds: z.int(),
  needs: z.array(z.enum(VEND_NEEDS)),
});

export type PortalRole = Readonly<Omit<z.infer<typeof VendRole>, 'needs'>> & {
  readonly needs: readonly Need[];
};

export const toPortalRole = (
  { needs, ...role }: z.infer<typeof VendRole>,
  isAddressKnown: boolean,
): PortalRole => ({
  ...role,
  needs: needs.map((need) => (need === 'network' && !isAddressKnown ? 'network_unseen' : need)),
});
