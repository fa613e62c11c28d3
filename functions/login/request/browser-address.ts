// The address of the browser that asks. Undefined where no header is configured, or it holds no single address.
import { clientAddress } from '../../../shared/kernel/client-address.ts';
import type { LoginDeps } from './deps.ts';
import type { LoginContext } from './login-env.ts';

export const browserAddress = (
  c: LoginContext,
  { clientIpHeader }: Pick<LoginDeps, 'clientIpHeader'>,
): string | undefined =>
  clientAddress(clientIpHeader === undefined ? undefined : c.req.header(clientIpHeader));
