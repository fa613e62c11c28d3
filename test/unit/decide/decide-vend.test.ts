// The first grant in the documented order that passes decides, and no role is given without one.
import { describe, expect, it } from 'vitest';
import { GrantId, ProviderId } from '../../../shared/kernel/names.ts';
import { decideVend } from '../../../shared/pipeline/decide/decide-vend.ts';
import type { Grant } from '../../../shared/pipeline/grants/grant.ts';
import { role } from '../../support/builders.ts';

const UPLOADER = role();
const READER = role({ id: 'arms-reader', roleArn: 'acs:ram::1:role/arms-reader' });
const ROLES = new Map([UPLOADER, READER].map((own) => [own.id, own]));

const grant = (id: string, parts: Partial<Grant> = {}): Grant => ({
  id: GrantId.parse(id),
  order: 0,
  specificity: 'subject',
  role: UPLOADER.id,
  maxDurationSeconds: 1_800,
  policy: { kind: 'inherit' },
  constraints: {},
  ...parts,
});

function decide(
  grants: readonly Grant[],
  parts: { role?: string; durationSeconds?: number; mfa?: boolean } = {},
) {
  const provider = ProviderId.parse('app-users');
  const principal = {
    kind: 'oidc',
    provider,
    issuer: '',
    subject: 'alice',
    groups: [],
    claims: {},
    mfa: parts.mfa ?? false,
    authenticatedAt: undefined,
    expiresAt: undefined,
    proofHash: '',
  } as const;
  const roleRequest = { role: parts.role ?? UPLOADER.id, durationSeconds: parts.durationSeconds };
  const decision = decideVend(principal, roleRequest, grants, ROLES, {
    now: new Date('2026-03-01T12:00:00Z'),
    clientAddress: undefined,
  });
  return decision.ok
    ? `${decision.value.grant.id} for ${decision.value.lifetimeSeconds}`
    : decision.error.reason;
}

const mfa = { constraints: { mfa: true } };
const short = { maxDurationSeconds: 900 };

describe('the decision', () => {
  it.each<[string, readonly Grant[], Parameters<typeof decide>[1], string]>([
    ['without grants is no', [], {}, 'no-grant'],
    ['without a grant of this role is no', [grant('a', { role: READER.id })], {}, 'no-grant'],
    ['on a role that does not exist is no', [grant('a')], { role: 'other' }, 'role-unknown'],
    ['takes the first grant', [grant('a'), grant('b')], {}, 'a for 1800'],
    ['passes over one that needs more', [grant('a', mfa), grant('b')], {}, 'b for 1800'],
    [
      'takes one that needs more when there is more',
      [grant('a', mfa), grant('b')],
      { mfa: true },
      'a for 1800',
    ],
    [
      'passes over one that gives less time',
      [grant('a', short), grant('b')],
      { durationSeconds: 1_000 },
      'b for 1000',
    ],
    ['asks for a step-up when only that is missing', [grant('a', mfa)], {}, 'mfa-missing'],
    [
      'gives the reason of the grant that came furthest',
      [grant('a', mfa), grant('b', short)],
      { durationSeconds: 1_000 },
      'duration-over-grant',
    ],
    [
      'says when no grant gives so much time',
      [grant('a', short), grant('b', mfa)],
      { durationSeconds: 1_000 },
      'duration-over-grant',
    ],
    ['names a role by its ARN', [grant('a')], { role: UPLOADER.roleArn }, 'a for 1800'],
    [
      'gives no longer than effectiveSeconds',
      [grant('a', { constraints: { effectiveSeconds: 300 } })],
      {},
      'a for 300',
    ],
    ['gives no longer than the role', [grant('a', { maxDurationSeconds: 9_999 })], {}, 'a for 3600'],
    ['gives what is asked for', [grant('a')], { durationSeconds: 60 }, 'a for 60'],
    ['gives not a second more', [grant('a')], { durationSeconds: 1_801 }, 'duration-over-grant'],
  ])('%s', (_, grants, roleRequest, outcome) => expect(decide(grants, roleRequest)).toBe(outcome));
});
