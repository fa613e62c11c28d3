// Providers, roles and grants of the tests' world. Every builder goes through the product's own schema.
import type * as z from 'zod';
import { NEVER_FLUSHED } from '../../shared/kernel/flushes.ts';
import { Revision } from '../../shared/kernel/names.ts';
import { BlockId, type BlockKind, type Blocks, NO_BLOCKS } from '../../shared/rules/blocks/block.ts';
import { indexProviders, type Provider, type Providers } from '../../shared/rules/document/provider.ts';
import { StoredGrant, type StoredRoleGrant } from '../../shared/rules/document/stored-grant.ts';
import { AliyunProvider } from '../../shared/rules/providers/aliyun.ts';
import { OidcProvider } from '../../shared/rules/providers/oidc.ts';
import {
  grantColumn,
  type PrincipalSelector,
  type StoredAccessRow,
} from '../../shared/rules/values/principal-key.ts';
import { Role } from '../../shared/rules/values/role.ts';
import { CANARY } from './canaries.ts';

export const NOW = new Date('2026-03-01T12:00:00.000Z');
export const AUDIENCE = 'https://vend.example.com';
export const PUBLIC_URL = 'https://vend.example.com';
export const ISSUER = 'https://id.example.com';
export const REVISION = Revision.parse('rev00000001');

/** What rules have beside their entries. */
export const NOTHING_FLUSHED = {
  flushes: NEVER_FLUSHED,
  entryRevisions: new Map(),
  requirements: new Map(),
  blocked: [],
  blocks: NO_BLOCKS,
} as const;

/** What operators blocked, until an hour from NOW. */
export function blocksOf(...blocked: readonly (readonly [kind: BlockKind, name: string])[]): Blocks {
  const all = blocked.map(([kind, name], i) => ({
    id: BlockId.parse(`b-${String(i).padStart(8, '0')}`),
    kind,
    name,
    reason: 'test',
    blockedBy: 'test',
    since: NOW,
    until: new Date(NOW.getTime() + 3_600_000),
  }));
  return { text: JSON.stringify(all), all };
}

export function provider(parts: Partial<z.input<typeof OidcProvider>> = {}): OidcProvider {
  return OidcProvider.parse({ id: 'app-users', kind: 'oidc', issuer: ISSUER, groups: 'groups', ...parts });
}

/** Somebody else's account. */
export const PARTNER = '6543210987654321';

export function aliyunProvider(parts: Partial<z.input<typeof AliyunProvider>> = {}): AliyunProvider {
  const trust = [
    { account: PARTNER, user: 'deployer' },
    { account: PARTNER, role: 'ci' },
  ];
  return AliyunProvider.parse({ id: 'partners', kind: 'aliyun', trust, ...parts });
}

export function providersOf(providers: readonly Provider[]): Providers {
  const indexed = indexProviders(providers);
  if (!indexed) throw new Error('two providers have one id or issuer');
  return indexed;
}

export function role(parts: Partial<z.input<typeof Role>> = {}): Role {
  return Role.parse({
    id: 'media-uploader',
    roleArn: 'acs:ram::1234567890123456:role/media-uploader',
    externalId: CANARY.externalId,
    maxDurationSeconds: 3_600,
    description: 'Upload to the media bucket',
    ...parts,
  });
}

export const OWN_PREFIX = {
  variables: { user: { claim: 'sub', pattern: '[A-Za-z0-9_@.-]{1,64}' } },
  document: {
    Version: '1',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['oss:GetObject', 'oss:PutObject'],
        Resource: 'acs:oss:*:*:media/users/${user}/*',
      },
    ],
  },
};

export function storedGrant(
  parts: Partial<z.input<typeof StoredRoleGrant>> = {},
): z.input<typeof StoredRoleGrant> {
  return {
    id: 'own-prefix',
    order: 0,
    role: 'media-uploader',
    maxDurationSeconds: 1_800,
    sessionPolicy: OWN_PREFIX,
    constraints: {},
    ...parts,
  };
}

/** What apply would store for one selector. */
export function accessRow(...grants: readonly z.input<typeof StoredGrant>[]): StoredAccessRow {
  const columns = grants.map((grant) => [grantColumn(grant.id), JSON.stringify(StoredGrant.parse(grant))]);
  return Object.fromEntries(columns);
}

export interface GrantedTo {
  readonly provider: string;
  readonly to: PrincipalSelector;
  readonly row: StoredAccessRow;
}

export const grantTo = (
  to: PrincipalSelector,
  parts: Partial<z.input<typeof StoredRoleGrant>> = {},
  providerId = 'app-users',
): GrantedTo => ({ provider: providerId, to, row: accessRow(storedGrant(parts)) });

/** A grant of the permission to explain. */
export const permissionTo = (to: PrincipalSelector, parts: object = {}): GrantedTo => ({
  provider: 'app-users',
  to,
  row: accessRow({ id: 'support', order: 9, permission: 'explain', constraints: {}, ...parts }),
});
