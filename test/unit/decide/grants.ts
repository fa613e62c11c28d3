// Grants, principals and requests for the tests of decide and compose.
import type * as z from 'zod';
import type { Principal } from '../../../shared/identity/principal.ts';
import { identifyPrincipal } from '../../../shared/pipeline/authenticate/oidc/identify-principal.ts';
import type { VendFacts } from '../../../shared/pipeline/decide/grant-tests.ts';
import { compileGrant } from '../../../shared/pipeline/grants/compile-grant.ts';
import type { Grant, PermissionGrant, Specificity } from '../../../shared/pipeline/grants/grant.ts';
import { compileCondition } from '../../../shared/rules/conditions/compile-condition.ts';
import type { StoredRoleGrant } from '../../../shared/rules/document/stored-grant.ts';
import { NOW, provider, role, storedGrant } from '../../support/builders.ts';
import { seconds } from '../../support/issuer.ts';

type Parts = Partial<z.input<typeof StoredRoleGrant>>;

export function grant(parts: Parts = {}, specificity: Specificity = 'anyone'): Grant {
  const compiled = compileGrant(JSON.stringify(storedGrant(parts)), specificity, compileCondition);
  if (!compiled || 'permission' in compiled) throw new Error('the grant of this test cannot be read');
  return compiled;
}

/** A grant of the permission to explain. */
export function permission(parts: object = {}): PermissionGrant {
  const stored = { id: 'support', order: 0, permission: 'explain', constraints: {}, ...parts };
  const compiled = compileGrant(JSON.stringify(stored), 'group', compileCondition);
  if (!compiled || !('permission' in compiled)) throw new Error('the permission of this test cannot be read');
  return compiled;
}

export const constrained = (constraints: NonNullable<Parts['constraints']>, parts: Parts = {}): Grant =>
  grant({ ...parts, constraints });

export function principal(claims: Readonly<Record<string, unknown>> = {}): Principal {
  const all = { sub: 'alice', exp: seconds(NOW) + 3_000, ...claims };
  const identified = identifyPrincipal(all, provider(), {
    proofHash: 'hash-of-a-token',
    condition: undefined,
  });
  if (!identified.ok) throw new Error(identified.error.reason);
  return identified.value;
}

export const facts = (parts: Partial<VendFacts> = {}): VendFacts => ({
  principal: principal(),
  role: role(),
  roleRequest: { role: 'media-uploader', durationSeconds: undefined },
  now: NOW,
  clientAddress: '203.0.113.7',
  ...parts,
});
