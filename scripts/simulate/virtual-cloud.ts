// What stands in place of STS and Tablestore: ports in memory, on the clock of the simulation. They count what would be paid.
import { ok } from '../../shared/kernel/result.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import type { IssuedKey, IssuedKeyRegister } from '../../shared/pipeline/assume/issued-key.ts';
import type { RoleAssumer } from '../../shared/pipeline/assume/role-assumer.ts';
import type { AuditEvent } from '../../shared/pipeline/audit/audit-event.ts';
import type { AuditLog } from '../../shared/pipeline/audit/audit-log.ts';
import type { Counters } from '../../shared/pipeline/limit/counters.ts';
import type { Meter } from './meter.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How long STS takes to give credentials, and to refuse for the number of calls. Assumed, not measured at Alibaba Cloud; a tick of the clock. */
const ASSUME_MS = 100;
const THROTTLE_MS = 100;

/** Not secret, and the same in all answers: a million texts that differ would fill the memory and change no figure. */
const NO_SECRET = new Secret('simulated');

/** One account's STS, which counts the calls of all instances by the second ("FAQ about RAM roles and STS tokens"). */
export function createStsAccount(time: VirtualTime, meter: Meter, callsPerSecond: number): RoleAssumer {
  let second = 0;
  let calls = 0;
  let issued = 0;

  const isThrottled = (): boolean => {
    const now = Math.floor(time.elapsedMs / 1000);
    if (now !== second) [second, calls] = [now, 0];
    calls += 1;
    return calls > callsPerSecond;
  };

  return {
    async assume({ durationSeconds, roleArn, sessionName }) {
      // A session's name begins with its provider.
      meter.stsCall(Math.floor(time.elapsedMs / 1000), sessionName.split('.', 1)[0] ?? '');
      if (isThrottled()) {
        meter.throttled += 1;
        await time.sleep(THROTTLE_MS);
        return { ok: false, error: { kind: 'throttled', cause: 'Throttling.User' } };
      }
      const expiration = new Date(time.now().getTime() + durationSeconds * 1000);
      await time.sleep(ASSUME_MS);
      issued += 1;
      return ok({
        accessKeyId: `STS.${issued}`,
        accessKeySecret: NO_SECRET,
        securityToken: NO_SECRET,
        expiration,
        assumedRoleArn: roleArn,
        assumedRoleId: undefined,
        requestId: 'simulated',
      });
    },
  };
}

/** Of so many rows one is written out, to know how long they are: writing out all takes longer than the rest of a request. */
const SAMPLED_ROWS = 100;

export type VirtualTables = AuditLog & IssuedKeyRegister & { readonly counters: Counters };

/** The tables that all instances share. Every write is durable at once. A counter is forgotten once its hour is over. */
export function createTables(time: VirtualTime, meter: Meter): VirtualTables {
  const { rows, bytes } = meter;
  let counts = new Map<string, number>();
  let earlier = new Map<string, number>();
  let hour = 0;

  /** The hours of counters are shifted by caller, so a counter may be asked in two hours of the clock. */
  const forgetOldCounts = (): void => {
    const now = Math.floor(time.elapsedMs / 3_600_000);
    if (now === hour) return;
    [hour, earlier, counts] = [now, counts, new Map()];
  };
  const lengthOf = (value: AuditEvent | IssuedKey): number => Buffer.byteLength(JSON.stringify(value));

  return {
    async record(event) {
      rows.audit += 1;
      if (event.outcome === 'granted') meter.vend(event.provider ?? '', event.reused === true);
      if (rows.audit % SAMPLED_ROWS === 1) bytes.audit += lengthOf(event) * SAMPLED_ROWS;
      return ok(undefined);
    },
    async register(key) {
      rows.issued += 1;
      if (rows.issued % SAMPLED_ROWS === 1) bytes.issued += lengthOf(key) * SAMPLED_ROWS;
      return ok(undefined);
    },
    counters: {
      async add(counter) {
        rows.counters += 1;
        forgetOldCounts();
        const count = (counts.get(counter) ?? earlier.get(counter) ?? 0) + 1;
        counts.set(counter, count);
        return ok(count);
      },
    },
  };
}
