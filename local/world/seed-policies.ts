// The one custom policy of the demo account, for trying `stint policy fetch`; the system policies are there already.

import { ACCOUNT } from '../demo/demo-account.ts';
import type { PolicyStore } from '../ram/policy-store.ts';

const MEDIA_READER = {
  Version: '1',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['oss:GetObject', 'oss:ListObjects'],
      Resource: ['acs:oss:*:*:media', 'acs:oss:*:*:media/*'],
    },
  ],
};

export function seedPolicies(policies: PolicyStore): void {
  const address = { type: 'Custom', name: 'media-reader', accountId: ACCOUNT } as const;
  policies.publish(address, JSON.stringify(MEDIA_READER));
}
