// What the login function is made of. index.ts builds it from the environment; tests build it from fakes.
import type { VendClient } from '../../../shared/http/vend-call.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import type { OnceStore } from '../../../shared/kernel/consume-once.ts';
import type { Logger } from '../../../shared/kernel/logger.ts';
import type { ActivityStore } from '../../../shared/people/activity-store.ts';
import type { ConsoleSignIn } from '../../../shared/people/console-sign-in.ts';
import type { DeviceStore } from '../../../shared/people/device-store.ts';
import type { PasskeyStore } from '../../../shared/people/passkey-store.ts';
import type { SessionStore } from '../../../shared/people/session-store.ts';
import type { AuditLog } from '../../../shared/pipeline/audit/audit-log.ts';
import type { SignOnStore } from '../../../shared/rules/sign-on/sign-on.ts';
import type { TokenIssuer } from '../keys/mint-token.ts';
import type { SamlKeys } from '../keys/saml-keys.ts';
import type { PortalAssets } from '../ui/model/assets.ts';
import type { OidcClient } from './oidc-port.ts';

export interface LoginDeps {
  /** Without a slash at its end. Browsers come to no other address. */
  readonly publicUrl: string;
  readonly clientIpHeader: string | undefined;
  /** Set only where a platform replaces what callers send. */
  readonly requestIdHeader: string | undefined;
  readonly clock: Clock;
  readonly tokens: TokenIssuer;
  readonly samlKeys: SamlKeys;
  readonly signOn: SignOnStore;
  readonly sessions: SessionStore;
  readonly passkeys: PasskeyStore;
  readonly devices: DeviceStore;
  readonly once: OnceStore;
  readonly auditLog: Pick<AuditLog, 'record'>;
  readonly vend: VendClient;
  readonly oidc: OidcClient;
  readonly activities: ActivityStore;
  readonly console: ConsoleSignIn;
  /** Hosts over which a console link leads. */
  readonly consoleTargets: readonly string[];
  /** Where people work, for the settings that they copy. */
  readonly region: string;
  readonly assets: PortalAssets;
  readonly logger: Logger;
}
