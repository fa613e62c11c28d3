// What the pages load besides themselves. Built by scripts/build/portal-assets.ts; a path holds the hash of its content,
// so it may be kept for ever.
import * as z from 'zod';

const Asset = z.object({
  path: z.string().startsWith('/portal/assets/'),
  type: z.string(),
  body: z.string(),
});

export const PortalAssets = z.object({ stylesheet: Asset, script: Asset, icon: Asset });
export type PortalAssets = Readonly<z.infer<typeof PortalAssets>>;
