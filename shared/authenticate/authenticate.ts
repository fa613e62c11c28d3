// Stage 1: a proof of identity → the principal that it proves. Only dispatches: by the proof's form, then by the kind
// of provider that it claims to come from; verifying is the business of the kind's folder.
import type { Failure } from '../errors.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Secret } from '../kernel/secret.ts';
import type { KeySource, OnceStore, Rules } from '../ports.ts';
import { hashProof } from './hash-proof.ts';
import type { KnownPrincipals } from './known-principals.ts';
import { authenticateOidc } from './oidc/authenticate-oidc.ts';
import type { Principal } from './principal.ts';
import { type Presented, readProof } from './read-proof.ts';
import { selectProvider } from './select-provider.ts';

export interface AuthenticateContext {
  readonly rules: Rules;
  readonly keys: KeySource;
  readonly known: KnownPrincipals;
  readonly once: OnceStore;
  readonly audience: string;
  readonly now: Date;
}

type Authenticated = Promise<Result<Principal, Failure>>;

async function authenticateJwt(token: Secret<string>, context: AuthenticateContext): Authenticated {
  const { rules, known, now } = context;
  const proofHash = hashProof(token);
  const principal = known.find(proofHash, rules.providersById, now);
  if (principal) return ok(principal);
  const provider = selectProvider(token, rules.providersByIssuer);
  if (!provider.ok) return provider;
  switch (provider.value.kind) {
    case 'oidc':
      return authenticateOidc({ token, proofHash }, provider.value, context);
    case 'certificate': // has no issuer by which a token could select it
      return err({ code: 'invalid_token', reason: 'issuer-unknown' });
  }
}

export async function authenticate(presented: Presented, context: AuthenticateContext): Authenticated {
  const proof = readProof(presented);
  if (!proof.ok) return proof;
  switch (proof.value.kind) {
    case 'jwt':
      return authenticateJwt(proof.value.token, context);
    case 'certificate': {
      const { authenticateCertificate } = await import('./certificate/authenticate-certificate.ts');
      return authenticateCertificate(proof.value.text, context);
    }
  }
}
