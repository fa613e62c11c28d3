// Loads what verifies DPoP proofs with the first that comes: most deployments see none, and a cold start shall not pay
// for it.
import type { OnceStore } from '../../../kernel/consume-once.ts';
import type { DpopVerifier } from './dpop-verifier.ts';

export type OpenDpop = () => Promise<DpopVerifier>;

export function createOpenDpop(once: OnceStore): OpenDpop {
  let opened: Promise<DpopVerifier> | undefined;
  return () => {
    opened ??= import('./dpop-verifier.ts')
      .then(({ createDpopVerifier }) => createDpopVerifier(once))
      .catch((error: unknown) => {
        opened = undefined; // a failure to load it must not be what all later callers are given
        throw error;
      });
    return opened;
  };
}
