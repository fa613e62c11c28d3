// What the vend function is made of. index.ts builds it from the environment; tests build it from fakes.

import type { Gateway } from '../../shared/config.ts';
import type { KeySource } from '../../shared/identity/key-source.ts';
import type { KnownPrincipals } from '../../shared/identity/known-principals.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { OnceStore } from '../../shared/kernel/consume-once.ts';
import type { Logger } from '../../shared/kernel/logger.ts';
import type { AssumeRole } from '../../shared/pipeline/assume/assume-role.ts';
import type { AuditLog } from '../../shared/pipeline/audit/audit-log.ts';
import type { CallerIdentities } from '../../shared/pipeline/authenticate/aliyun/caller-identities.ts';
import type { OpenDpop } from '../../shared/pipeline/authenticate/dpop/open-dpop.ts';
import type { RulesStore } from '../../shared/pipeline/grants/rules-store.ts';
import type { RequestLimits } from '../../shared/pipeline/limit/limit-requests.ts';

export interface VendDeps {
  readonly audience: string;
  /** What the URLs that callers write begin with. */
  readonly publicUrl: string;
  readonly clientIpHeader: string | undefined;
  /** Undefined: nobody's word about a client certificate is taken. */
  readonly gateway: Gateway | undefined;
  /** Set only where a platform replaces what callers send: an audit row's key must not be a caller's choice. */
  readonly requestIdHeader: string | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly store: RulesStore;
  readonly keys: KeySource;
  readonly known: KnownPrincipals;
  readonly callers: CallerIdentities;
  readonly openDpop: OpenDpop;
  readonly once: OnceStore;
  readonly requestLimits: RequestLimits;
  readonly assumeRole: AssumeRole;
  readonly auditLog: AuditLog;
  readonly logger: Logger;
  /** Asks each dependency for a sign of life. */
  readonly probes: { readonly tablestore: () => Promise<boolean>; readonly sts: () => Promise<boolean> };
}
