// The stylesheet, script and icon of the pages, built by scripts/build/portal-assets.ts. Each path contains the hash of the
// content, so browsers may cache it for ever.
import * as z from 'zod';

const Asset = z.object({
  path: z.string().startsWith('/portal/assets/'),
  type: z.string(),
  body: z.string(),
});

export const PortalAssets = z.object({ stylesheet: Asset, script: Asset, icon: Asset });
export type PortalAssets = Readonly<z.infer<typeof PortalAssets>>;
