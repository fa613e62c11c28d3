// A role as the portal shows it: what vend's GET /v1/roles says of it, read strictly.
import * as z from 'zod';

const NEEDS = ['mfa', 'fresh_sign_in', 'fresh_token', 'network', 'time_window'] as const;
export type Need = (typeof NEEDS)[number];

export const PortalRole = z.object({
  role: z.string(),
  roleArn: z.string(),
  account: z.string(),
  description: z.string(),
  project: z.string().optional(),
  maxDurationSeconds: z.int(),
  needs: z.array(z.enum(NEEDS)),
});
export type PortalRole = Readonly<z.infer<typeof PortalRole>>;
