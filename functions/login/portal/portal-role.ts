// A role as the portal shows it: what vend's GET /v1/roles says of it, read strictly.
import * as z from 'zod';

/** Every one that vend may name: a page that does not know one shows no role at all. */
export const VEND_NEEDS = ['mfa', 'fresh_sign_in', 'fresh_token', 'dpop', 'network', 'time_window'] as const;

/** Where login does not know the browser's address, no network that the browser is in will help. */
export type Need = (typeof VEND_NEEDS)[number] | 'network_unseen';

export const VendRole = z.object({
  role: z.string(),
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
