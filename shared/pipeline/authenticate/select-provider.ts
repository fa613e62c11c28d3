// The unverified `iss` chooses among the configured providers by exact comparison, and does nothing else.
import { decodeJwt } from 'jose';
import type { Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { Provider } from '../../rules/document/provider.ts';

interface Selected {
  readonly provider: Provider;
  /** As the token says; not verified. */
  readonly issuer: string;
}

export function selectProvider(
  token: Secret<string>,
  providersByIssuer: ReadonlyMap<string, Provider>,
): Result<Selected, Failure> {
  let issuer: unknown;
  try {
    issuer = decodeJwt(token.reveal()).iss;
  } catch {
    return err({ code: 'invalid_token', reason: 'token-malformed' });
  }
  // A list of issuers, or a number, is not an issuer (CVE-2025-30144): Map.get compares type and value.
  const provider = typeof issuer === 'string' ? providersByIssuer.get(issuer) : undefined;
  return provider && typeof issuer === 'string'
    ? ok({ provider, issuer })
    : err({ code: 'invalid_token', reason: 'issuer-unknown' });
}
