// Secrets on their way into a table, where the permission to read the table protects them.
import { err, ok, type Result } from './result.ts';
import { Secret } from './secret.ts';

/** Where a secret belongs. A sealed secret opens in this place alone, so that two rows cannot be exchanged. */
export interface SealedPlace {
  readonly table: string;
  readonly row: string;
}

/** `unreadable`: it was not sealed here, by this way, for this place. `unavailable`: another try may succeed. */
export interface SealFault {
  readonly kind: 'unreadable' | 'unavailable';
  /** A code, never a text of the secret. */
  readonly cause: string;
}

export interface Seal {
  seal(place: SealedPlace, secret: Secret<string>): Promise<Result<string, SealFault>>;
  open(place: SealedPlace, sealed: string): Promise<Result<Secret<string>, SealFault>>;
}

const PLAIN = 'plain.';

const unreadable = (cause: string): Result<never, SealFault> => err({ kind: 'unreadable', cause });

/** Leaves secrets as they are, and opens none that was wrapped. */
export const createPlainSeal = (): Seal => ({
  seal: async (_, secret) => ok(`${PLAIN}${secret.reveal()}`),
  open: async (_, sealed) =>
    sealed.startsWith(PLAIN) ? ok(new Secret(sealed.slice(PLAIN.length))) : unreadable('malformed'),
});
