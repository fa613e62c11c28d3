// The parts of a provider or connection by which callers are known: keys, partners, certificates, accounts. If one goes while
// its entry stays, the callers behind it are refused, although the entry is only "changed".
import { sha256 } from '../../kernel/sha256.ts';
import type { Provider } from '../document/provider.ts';
import type { StaticJwks } from '../providers/static-jwks.ts';
import type { Connection } from '../sign-on/sign-on.ts';
import { formatTrust } from '../values/ram-member.ts';

export interface EntryPart {
  readonly kind: 'key' | 'client' | 'certificate' | 'trust';
  /** Unique in the whole document, and the same for the same part. */
  readonly id: string;
  /** The part that it belongs to, and goes with. */
  readonly of?: string;
  /** What is lost with it. */
  readonly loses: string;
}

/** Enough of a hash to tell the few keys of one entry apart. */
const DIGEST_CHARACTERS = 12;

const digest = (text: string): string => sha256(text, 'hex').slice(0, DIGEST_CHARACTERS);

const keysOf = (owner: string, jwks: StaticJwks | undefined): readonly EntryPart[] =>
  (jwks?.keys ?? []).map(({ kty, crv, n, e, x, y }) => ({
    kind: 'key',
    id: `${owner}/${digest(JSON.stringify([kty, crv, n, e, x, y]))}`,
    loses: 'what it signed is refused',
  }));

const certificates = (owner: string, pems: readonly string[], loses: string): readonly EntryPart[] =>
  pems.map((pem) => ({ kind: 'certificate', id: `${owner}/${digest(pem.trim())}`, loses }));

export function partsOfProvider(provider: Provider): readonly EntryPart[] {
  const { id } = provider;
  switch (provider.kind) {
    case 'oidc':
      return keysOf(id, provider.jwks);
    case 'assertion':
      return provider.clients.flatMap((client): readonly EntryPart[] => [
        { kind: 'client', id: `${id}/${client.id}`, loses: 'this partner is refused' },
        ...keysOf(`${id}/${client.id}`, client.jwks).map((key) => ({ ...key, of: `${id}/${client.id}` })),
      ]);
    case 'certificate':
      return certificates(
        id,
        [...provider.authorities, ...provider.intermediates],
        'callers whose certificates come from it are refused',
      );
    case 'aliyun':
      return provider.trust.map((trust) => ({
        kind: 'trust',
        id: `${id}/${formatTrust(trust)}`,
        loses: 'these callers are refused',
      }));
  }
}

export const partsOfConnection = (connection: Connection): readonly EntryPart[] =>
  connection.kind === 'saml'
    ? certificates(connection.id, connection.certificates, 'sign-ins that its key signed are refused')
    : [];
