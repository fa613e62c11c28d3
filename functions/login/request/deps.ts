// The dependencies of the login function. index.ts builds them from the environment; tests build them from fakes.
import type { VendClient } from '../../../shared/http/vend-call.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import type { OnceStore } from '../../../shared/kernel/consume-once.ts';
import type { Logger } from '../../../shared/kernel/logger.ts';
import type { LoginNumber } from '../../../shared/kernel/number-names.ts';
import type { Numbers } from '../../../shared/kernel/numbers.ts';
import type { Tracer } from '../../../shared/kernel/tracer.ts';
import type { ActivityStore } from '../../../shared/people/activity-store.ts';
import type { ConsoleSignIn } from '../../../shared/people/console-port.ts';
import type { DeviceStore } from '../../../shared/people/device-store.ts';
import type { DirectoryStore } from '../../../shared/people/directory-store.ts';
import type { LeaverStore } from '../../../shared/people/leaver-store.ts';
import type { PasskeyStore } from '../../../shared/people/passkey-store.ts';
import type { RecheckStore } from '../../../shared/people/recheck.ts';
import type { ScimTokenStore } from '../../../shared/people/scim-token.ts';
import type { SessionStore } from '../../../shared/people/session-store.ts';
import type { AuditLog } from '../../../shared/pipeline/audit/audit-log.ts';
import type { SignOnStore } from '../../../shared/rules/sign-on/sign-on.ts';
import type { TokenIssuer } from '../keys/mint-token.ts';
import type { OwnKeys } from '../keys/own-keys.ts';
import type { SamlKeys } from '../keys/saml-key-set.ts';
import type { PortalAssets } from '../ui/model/assets.ts';
import type { OidcClient } from './oidc-port.ts';
import type { SamlMetadata } from './saml-metadata-port.ts';

export interface CommandLinePackage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** A strong validator (RFC 9110 section 8.8.3), with its quotes. */
  readonly etag: string;
}

export interface LoginDeps {
  /** The only origin that browsers use, without a slash at its end. */
  readonly publicUrl: string;
  /** The origin of the CloudSSO dialect. Undefined: Stint does not speak it. */
  readonly cloudSsoUrl: string | undefined;
  readonly clientIpHeader: string | undefined;
  /** Set only where a platform overwrites what callers send. */
  readonly requestIdHeader: string | undefined;
  readonly clock: Clock;
  /** Before a request is served; `tokens.keys` and `samlKeys` may be others afterwards. */
  readonly readKeys: OwnKeys['ready'];
  readonly tokens: TokenIssuer;
  readonly samlKeys: SamlKeys;
  readonly samlMetadata: SamlMetadata;
  readonly signOn: SignOnStore;
  readonly sessions: SessionStore;
  readonly passkeys: PasskeyStore;
  readonly rechecks: RecheckStore;
  readonly leavers: LeaverStore;
  readonly devices: DeviceStore;
  readonly directories: DirectoryStore;
  readonly scimTokens: ScimTokenStore;
  readonly once: OnceStore;
  readonly auditLog: Pick<AuditLog, 'record'>;
  readonly vend: VendClient;
  readonly oidc: OidcClient;
  readonly activities: ActivityStore;
  readonly console: ConsoleSignIn;
  /** The page of the console that a sign-in leads to, if the person asks for no other. */
  readonly consoleUrl: string;
  /** The sources that the form "Open console" may lead to; see consoleTargets. */
  readonly consoleTargets: readonly string[];
  /** The region in the settings that people copy. */
  readonly region: string;
  readonly assets: PortalAssets;
  /** The package of the command line, of this version. */
  readonly commandLine: () => CommandLinePackage;
  readonly logger: Logger;
  readonly numbers: Numbers<LoginNumber>;
  /** Undefined: no traces are sent. */
  readonly tracer: () => Tracer | undefined;
}
