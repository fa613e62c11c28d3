// Loads the verifier of DPoP proofs with the first proof that comes: most deployments see none, and their cold start does
// not pay for it.
import type { OnceStore } from '../../../kernel/consume-once.ts';
import type { DpopVerifier } from './dpop-verifier.ts';

export type OpenDpop = () => Promise<DpopVerifier>;

export function createOpenDpop(once: OnceStore): OpenDpop {
  let opened: Promise<DpopVerifier> | undefined;
  return () => {
    opened ??= import('./dpop-verifier.ts')
      .then(({ createDpopVerifier }) => createDpopVerifier(once))
      .catch((error: unknown) => {
        opened = undefined; // so that the next proof tries to load it again
        throw error;
      });
    return opened;
  };
}
