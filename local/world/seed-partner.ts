// Puts a partner's user into the local RAM. It has no policy: to ask STS who one is needs none (GetCallerIdentity).

import { PARTNER_ACCOUNT, PARTNER_USER } from '../demo/demo-account.ts';
import type { LocalIam } from '../iam/local-iam.ts';
import type { KeptKey } from './kept-key.ts';

export function seedPartner(iam: LocalIam, key: KeptKey): void {
  const user = iam.putUser({ ...key, accountId: PARTNER_ACCOUNT, name: PARTNER_USER, policies: [] });
  if (!user.ok) throw new Error(`the demo partner is not valid: ${JSON.stringify(user.error)}`);
}
