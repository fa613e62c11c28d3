// The name that changes are kept under.
import { expect, it } from 'vitest';
import { formatAuthor } from '../../../clients/cli/base/cloud-settings.ts';
import { Secret } from '../../../shared/kernel/secret.ts';

const settings = {
  credentials: () => ({
    accessKeyId: 'LTAI5t',
    accessKeySecret: new Secret('not shown'),
    securityToken: undefined,
  }),
};

it.each([
  [{ USER: 'ada', USERNAME: 'grace' }, 'ada (LTAI5t)'],
  [{ USERNAME: 'grace' }, 'grace (LTAI5t)'],
  [{}, 'unknown (LTAI5t)'],
])('of %j is %s', (env, name) => {
  expect(formatAuthor({ env }, settings)).toBe(name);
});
