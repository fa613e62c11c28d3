// Failures that a test orders in advance. Nothing fails by chance: each fault strikes the next matching requests.
import type { OtsErrorCode, Refusal } from './errors.ts';
import type { OtsOperation } from './protocol/messages.ts';

export const SERVER_BUSY: Refusal = { code: 'OTSServerBusy', message: 'The server is busy.' };

export type FaultKind =
  /** 503 OTSServerBusy, nothing executed. */
  | { readonly kind: 'busy' }
  /** 409 OTSRowOperationConflict, nothing executed. */
  | { readonly kind: 'conflict' }
  /** Any other code, nothing executed. */
  | { readonly kind: 'refuse'; readonly code: OtsErrorCode }
  /** BatchWriteRow and BatchGetRow: rows with these indexes (in request order) fail with OTSServerBusy, the rest succeed. */
  | { readonly kind: 'rows-busy'; readonly rows: readonly number[] }
  /** Executed at once, answered after `delayMs`. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Neither executed nor ever answered; the connection stays open. */
  | { readonly kind: 'hang' }
  /** Not executed; the connection is dropped. */
  | { readonly kind: 'lost-before-commit' }
  /** Executed and durable; the connection is dropped instead of an answer. */
  | { readonly kind: 'lost-after-commit' }
  /** Executed; the answer stops in the middle of its body, then the connection is dropped. */
  | { readonly kind: 'cut-body' }
  /** Executed; status 200 with bytes that are no protobuf message. */
  | { readonly kind: 'garbage' };

export type OtsFault = FaultKind & {
  readonly operation: OtsOperation | '*';
  /** How many matching requests it strikes; default 1. */
  readonly times?: number;
};

export interface FaultPlan {
  add(fault: OtsFault): void;
  clear(): void;
  /** How many strikes are still to come. */
  remaining(): number;
}

export class OtsFaults implements FaultPlan {
  #planned: { readonly fault: OtsFault; left: number }[] = [];

  add(fault: OtsFault): void {
    this.#planned.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#planned = [];
  }

  remaining(): number {
    return this.#planned.reduce((sum, { left }) => sum + left, 0);
  }

  /** The fault that strikes this request, if any; the earliest planned first. */
  take(operation: OtsOperation): FaultKind | undefined {
    const struck = this.#planned.find(
      ({ fault }) => fault.operation === '*' || fault.operation === operation,
    );
    if (struck === undefined) return undefined;
    struck.left -= 1;
    if (struck.left <= 0) this.#planned = this.#planned.filter((planned) => planned !== struck);
    return struck.fault;
  }
}

/** The refusal that a fault stands for; undefined for faults of the network. */
export function refusalOf(fault: FaultKind | undefined): Refusal | undefined {
  switch (fault?.kind) {
    case 'busy':
      return SERVER_BUSY;
    case 'conflict':
      return { code: 'OTSRowOperationConflict', message: 'Data is being modified by the other request.' };
    case 'refuse':
      return { code: fault.code, message: 'Ordered by the fault plan.' };
    default:
      return undefined;
  }
}
