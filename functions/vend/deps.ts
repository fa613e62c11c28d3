// The dependencies of the vend function. index.ts builds them from the environment, tests build them from fakes.

import type { Gateway } from '../../shared/config.ts';
import type { KeySource } from '../../shared/identity/key-source.ts';
import type { KnownPrincipals } from '../../shared/identity/known-principals.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { OnceStore } from '../../shared/kernel/consume-once.ts';
import type { Logger } from '../../shared/kernel/logger.ts';
import type { VendNumbers } from '../../shared/kernel/numbers.ts';
import type { Tracer } from '../../shared/kernel/tracer.ts';
import type { LeaverStore } from '../../shared/people/leaver-store.ts';
import type { AssumeRole } from '../../shared/pipeline/assume/assume-role.ts';
import type { AuditLog } from '../../shared/pipeline/audit/audit-log.ts';
import type { CallerIdentities } from '../../shared/pipeline/authenticate/aliyun/caller-identities.ts';
import type { OpenDpop } from '../../shared/pipeline/authenticate/dpop/open-dpop.ts';
import type { RulesStore } from '../../shared/pipeline/grants/rules-store.ts';
import type { RequestLimits } from '../../shared/pipeline/limit/limit-requests.ts';

export interface VendDeps {
  /** The `aud` that a token must have. */
  readonly audience: string;
  /** The beginning of the URLs that callers use. */
  readonly publicUrl: string;
  /** The header in which the platform gives the caller's address. Undefined: the address is unknown. */
  readonly clientIpHeader: string | undefined;
  /** Undefined: client certificates are not accepted, since no gateway is trusted to pass them on. */
  readonly gateway: Gateway | undefined;
  /** Set only where the platform overwrites what callers send: a caller must not choose the key of its audit row. */
  readonly requestIdHeader: string | undefined;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly store: RulesStore;
  readonly keys: KeySource;
  readonly known: KnownPrincipals;
  readonly callers: CallerIdentities;
  readonly openDpop: OpenDpop;
  readonly once: OnceStore;
  /** At most 2 seconds old. */
  readonly leavers: Pick<LeaverStore, 'find'>;
  readonly requestLimits: RequestLimits;
  readonly assumeRole: AssumeRole;
  readonly auditLog: AuditLog;
  readonly logger: Logger;
  readonly numbers: VendNumbers;
  /** Undefined: no traces are sent, or the module that sends them is not loaded yet. */
  readonly tracer: () => Tracer | undefined;
  /** Whether each dependency answers. `hubs`: whether every hub role can be assumed; undefined where there is none. */
  readonly probes: {
    readonly tablestore: () => Promise<boolean>;
    readonly sts: () => Promise<boolean>;
    readonly hubs?: (() => Promise<boolean>) | undefined;
  };
}
