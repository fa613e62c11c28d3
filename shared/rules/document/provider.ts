// Whoever vouches for callers, as stored in `catalog`: one member of the union, and one file of providers/, a kind.
import * as z from 'zod';
import { AliyunProvider } from '../providers/aliyun.ts';
import { AssertionProvider } from '../providers/assertion.ts';
import { CertificateProvider } from '../providers/certificate.ts';
import { OidcProvider } from '../providers/oidc.ts';
import type { DocumentPath } from '../values/document-fault.ts';

export const Provider = z.discriminatedUnion(
  'kind',
  [OidcProvider, AssertionProvider, CertificateProvider, AliyunProvider],
  {
    error: ({ code, options }) =>
      code === 'invalid_union' && Array.isArray(options) ? `write ${options.join(' or ')}` : undefined,
  },
);
export type Provider = z.infer<typeof Provider>;

export interface Issuer {
  readonly name: string;
  /** Where the provider's entry says it. */
  readonly path: DocumentPath;
}

/** Every `iss` that selects this provider; none for a kind whose callers come without a JWT. */
export function issuersOf(provider: Provider): readonly Issuer[] {
  switch (provider.kind) {
    case 'oidc':
      return [{ name: provider.issuer, path: ['issuer'] }];
    case 'assertion':
      return provider.clients.map(({ id }, i) => ({ name: id, path: ['clients', i, 'id'] }));
    case 'certificate':
    case 'aliyun':
      return [];
  }
}

export interface Providers {
  readonly providersById: ReadonlyMap<string, Provider>;
  readonly providersByIssuer: ReadonlyMap<string, Provider>;
}

/** Undefined when an id or an issuer stands for two: it would be a matter of chance whose caller is meant. */
export function indexProviders(providers: readonly Provider[]): Providers | undefined {
  const providersById = new Map(providers.map((provider) => [provider.id, provider]));
  const issuers = providers.flatMap((provider) =>
    issuersOf(provider).map(({ name }) => [name, provider] as const),
  );
  const providersByIssuer = new Map(issuers);
  const isUnique = providersById.size === providers.length && providersByIssuer.size === issuers.length;
  return isUnique ? { providersById, providersByIssuer } : undefined;
}
