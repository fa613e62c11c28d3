// A permission is held to the same tests as a grant of a role, and gives no role.
import { describe, expect, it } from 'vitest';
import { decidePermission, decideVend } from '../../../shared/pipeline/decide/decide-vend.ts';
import type { AnyGrant } from '../../../shared/pipeline/grants/grant.ts';
import { NOW, role } from '../../support/builders.ts';
import { facts, grant, permission, principal } from './grants.ts';

function decide(grants: readonly AnyGrant[], parts: Parameters<typeof facts>[0] = {}) {
  const decision = decidePermission('explain', grants, facts(parts));
  return decision.ok ? decision.value.id : `${decision.error.code} ${decision.error.reason}`;
}

describe('the permission to explain', () => {
  it('is nobody’s without a grant of it', () => {
    expect(decide([])).toBe('access_denied no-permission');
    expect(decide([grant()])).toBe('access_denied no-permission');
  });

  it.each([
    ['mfa', { mfa: true }, 'step_up_required mfa-missing'],
    ['maxAuthAgeSeconds', { maxAuthAgeSeconds: 60 }, 'step_up_required auth-time-missing'],
    ['sourceIp', { sourceIp: ['198.51.100.0/24'] }, 'access_denied source-ip'],
    [
      'timeWindows',
      { timeWindows: [{ timeZone: 'UTC', days: ['mon'], from: '09:00', to: '17:00' }] },
      'access_denied outside-time-window',
    ],
  ])('is held to %s', (_, constraints, refusal) => {
    expect(decide([permission()])).toBe('support');
    expect(decide([permission({ constraints })])).toBe(refusal);
  });

  it('is held to its condition, which sees the role that is asked about, if there is one', () => {
    const one = permission({ when: 'request.role == "media-uploader"' });
    expect(decide([one])).toBe('support');
    expect(decide([one], { role: role({ id: 'other' }) })).toBe('access_denied condition-false');
    expect(decidePermission('explain', [one], { ...facts(), role: undefined }).ok).toBe(false);
  });

  it('is given by the first grant that is satisfied, and refused for the nearest miss', () => {
    const [far, near] = [
      permission({ id: 'far', constraints: { sourceIp: ['198.51.100.0/24'] } }),
      permission({ id: 'near', constraints: { mfa: true } }),
    ];
    expect(decide([far, near])).toBe('step_up_required mfa-missing');
    expect(decide([far, near, permission()])).toBe('support');
  });

  it('gives no role', () => {
    const roleRequest = { role: 'media-uploader', durationSeconds: undefined };
    const roles = new Map([[role().id, role()]]);
    const decision = decideVend(principal(), roleRequest, [permission()], roles, {
      now: NOW,
      clientAddress: undefined,
    });
    expect(decision).toEqual({ ok: false, error: { code: 'access_denied', reason: 'no-grant' } });
  });
});
