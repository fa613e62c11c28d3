// Of several grants that refuse, the nearest miss gives the reason.
import { describe, expect, it } from 'vitest';
import { decideVend } from '../../../shared/pipeline/decide/decide-vend.ts';
import type { Grant } from '../../../shared/pipeline/grants/grant.ts';
import { NOW, role } from '../../support/builders.ts';
import { constrained, grant, principal } from './grants.ts';

const ROLES = new Map([['media-uploader', role()]]);
const decide = (grants: readonly Grant[], durationSeconds?: number) => {
  const roleRequest = { role: 'media-uploader', durationSeconds };
  const decision = decideVend(principal(), roleRequest, grants, ROLES, {
    now: NOW,
    clientAddress: undefined,
  });
  return decision.ok ? decision.value.grant.id : decision.error.reason;
};

const FALSE = grant({ id: 'a', when: 'claims.x == 1' });
const ELSEWHERE = constrained({ sourceIp: ['203.0.113.0/24'] }, { id: 'b' });
const SECOND_FACTOR = constrained({ mfa: true }, { id: 'c' });
const SHORT = constrained({ effectiveSeconds: 60 }, { id: 'd' });
const PLAIN = grant({ id: 'e' });
const OTHER_ROLE = grant({ id: 'f', role: 'arms-reader' });

describe('of several grants', () => {
  it.each([
    ['the first that is satisfied is used', [FALSE, SECOND_FACTOR, PLAIN, SHORT], 'e'],
    ['the first of two that are satisfied is used', [SHORT, PLAIN], 'd'],
    ['none is a refusal', [], 'no-grant'],
    ['one of another role is none', [OTHER_ROLE], 'no-grant'],
    ['the only miss gives the reason', [FALSE], 'condition-false'],
    ['the nearest miss gives it, wherever it stands', [FALSE, SECOND_FACTOR, ELSEWHERE], 'mfa-missing'],
    [
      'a step-up that would not be enough is not asked for',
      [ELSEWHERE, constrained({ mfa: true, sourceIp: ['192.0.2.1'] })],
      'source-ip',
    ],
  ])('%s', (_, grants, expected) => {
    expect(decide(grants)).toBe(expected);
  });

  it('one that is only too short is nearer than one that needs a second factor', () => {
    expect(decide([SECOND_FACTOR, SHORT], 600)).toBe('duration-over-grant');
  });

  it('the first of two equal misses gives the reason', () => {
    const byTime = constrained({ maxAuthAgeSeconds: 60 }, { id: 'g' });
    expect(decide([byTime, constrained({ maxAuthAgeSeconds: 90 })])).toBe('auth-time-missing');
  });
});
