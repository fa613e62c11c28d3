// What the login function is made of. index.ts builds it from the environment; tests build it from fakes.
import type { ConsoleSignIn } from '../../../shared/people/console-sign-in.ts';
import type {
  ActivityStore,
  AuditLog,
  Clock,
  DeviceStore,
  Logger,
  OnceStore,
  PasskeyStore,
  SessionStore,
  SignOnStore,
  VendClient,
} from '../../../shared/ports.ts';
import type { TokenIssuer } from '../keys/mint-token.ts';
import type { SamlKeys } from '../keys/saml-keys.ts';
import type { PortalAssets } from '../ui/model/portal-assets.ts';
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
