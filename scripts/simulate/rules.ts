// The access rules of a simulation: three providers whose callers may all take one role. They go through the product's own schemas,
// and its own code decides by them.
import { NEVER_FLUSHED } from '../../shared/kernel/flushes.ts';
import { Revision } from '../../shared/kernel/names.ts';
import { ok } from '../../shared/kernel/result.ts';
import type { RulesStore } from '../../shared/pipeline/grants/rules-store.ts';
import { NO_BLOCKS } from '../../shared/rules/blocks/block.ts';
import { indexProviders } from '../../shared/rules/document/provider.ts';
import type { Rules } from '../../shared/rules/document/rules.ts';
import { StoredGrant } from '../../shared/rules/document/stored-grant.ts';
import { OidcProvider } from '../../shared/rules/providers/oidc.ts';
import { grantColumn, type StoredAccessRow } from '../../shared/rules/values/principal-key.ts';
import type { Limits } from '../../shared/rules/values/provider-limits.ts';
import { Role } from '../../shared/rules/values/role.ts';

export const PROVIDERS = ['workloads', 'people', 'jobs'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/** Those that differ from the defaults of the access document. */
export type OwnLimits = Readonly<Partial<Record<ProviderName, Partial<Limits>>>>;

export const ROLE = 'data-reader';
/** The longest that STS gives: each kind of client asks for less. */
const LONGEST_SECONDS = 43_200;

export const issuerOf = (provider: ProviderName): string => `https://${provider}.example.com`;

const POLICY = {
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'oss:GetObject', Resource: 'acs:oss:*:*:data/*' }],
};

function rulesOf(limits: OwnLimits): Rules {
  const indexed = indexProviders(
    PROVIDERS.map((id) =>
      OidcProvider.parse({ id, kind: 'oidc', issuer: issuerOf(id), limits: limits[id] ?? {} }),
    ),
  );
  if (!indexed) throw new Error('two providers of the simulation have one id or issuer');
  const role = Role.parse({
    id: ROLE,
    roleArn: `acs:ram::1234567890123456:role/${ROLE}`,
    maxDurationSeconds: LONGEST_SECONDS,
    description: 'Read the data',
  });
  return {
    revision: Revision.parse('rev00000001'),
    ...indexed,
    rolesById: new Map([[role.id, role]]),
    accountNames: new Map(),
    ...{ flushes: NEVER_FLUSHED, entryRevisions: new Map(), requirements: new Map(), blocked: [] },
    blocks: NO_BLOCKS,
  };
}

/** A grant to anyone, whose policy has no claim in it: what the policy says does not count for the quota. */
function grantRow(): StoredAccessRow {
  const grant = StoredGrant.parse({
    id: 'anyone-reads',
    order: 0,
    role: ROLE,
    maxDurationSeconds: LONGEST_SECONDS,
    sessionPolicy: { variables: {}, document: POLICY },
    constraints: {},
  });
  return { [grantColumn(grant.id)]: JSON.stringify(grant) };
}

const NO_ROW: StoredAccessRow = {};

export function createRules(limits: OwnLimits): RulesStore {
  const rules = rulesOf(limits);
  const row = grantRow();
  return {
    current: async () => ok(rules),
    grantRows: async (_, __, selectors) => ok(selectors.map(({ kind }) => (kind === 'any' ? row : NO_ROW))),
  };
}
