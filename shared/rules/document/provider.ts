// A provider vouches for callers; table `catalog` stores it. Each kind is a member of this union and a file of providers/.
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
  /** Where it stands in the provider's entry. */
  readonly path: DocumentPath;
}

/** In place of the `iss` that a SPIFFE token may lack; see spiffeIssuer. */
const trustDomains = ({ preset, tenants = [] }: OidcProvider): readonly Issuer[] =>
  preset === 'spiffe'
    ? tenants.map((domain, i) => ({ name: `spiffe://${domain}`, path: ['tenants', i] }))
    : [];

/** Every `iss` that selects this provider; none for a kind whose callers present no JWT. */
export function issuersOf(provider: Provider): readonly Issuer[] {
  switch (provider.kind) {
    case 'oidc':
      return [{ name: provider.issuer, path: ['issuer'] }, ...trustDomains(provider)];
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

/** Undefined when two providers share an id or an issuer: the provider of a token would be a matter of chance. */
export function indexProviders(providers: readonly Provider[]): Providers | undefined {
  const providersById = new Map(providers.map((provider) => [provider.id, provider]));
  const issuers = providers.flatMap((provider) =>
    issuersOf(provider).map(({ name }) => [name, provider] as const),
  );
  const providersByIssuer = new Map(issuers);
  const isUnique = providersById.size === providers.length && providersByIssuer.size === issuers.length;
  return isUnique ? { providersById, providersByIssuer } : undefined;
}
