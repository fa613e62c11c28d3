// An audit row names the caller and the outcome, holds no claim and no secret, and no request is answered without it.
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../shared/kernel/failure.ts';
import { ProviderId, RequestId } from '../../../shared/kernel/names.ts';
import { auditEvent, recordOutcome } from '../../../shared/pipeline/audit/record-outcome.ts';
import { NOW } from '../../support/builders.ts';
import { findSecret } from '../../support/canaries.ts';
import { FakeAuditLog } from '../../support/fakes.ts';

const FACTS = {
  requestId: RequestId.parse('request-0001'),
  action: 'credentials',
  at: NOW,
  clientAddress: undefined,
  origin: undefined,
} as const;
const PRINCIPAL = {
  kind: 'oidc',
  provider: ProviderId.parse('app-users'),
  issuer: 'https://id.example.com',
  subject: 'alice',
  groups: ['canary-group'],
  claims: { secret: 'canary-claim' },
  mfa: true,
  authenticatedAt: undefined,
  expiresAt: undefined,
  proofHash: 'hash',
} as const;
const denied: Failure = { code: 'access_denied', reason: 'no-grant' };

describe('an audit event', () => {
  it('of a refusal says where and why', () => {
    expect(auditEvent(FACTS, { stage: 'decide', revision: 'r', principal: PRINCIPAL }, denied)).toEqual({
      requestId: 'request-0001',
      action: 'credentials',
      at: NOW,
      stage: 'decide',
      outcome: 'refused',
      code: 'access_denied',
      reason: 'no-grant',
      revision: 'r',
      provider: 'app-users',
      subject: 'alice',
      proofHash: 'hash',
    });
  });

  it('holds no claim and no group of the caller', () => {
    const event = auditEvent(FACTS, { stage: 'decide', principal: PRINCIPAL }, denied);
    expect(findSecret(event, ['canary'])).toBeUndefined();
  });

  it('holds the address only when it is known', () => {
    const at = (clientAddress: string | undefined) =>
      auditEvent({ ...FACTS, clientAddress }, { stage: 'request' }, denied);
    expect(at('203.0.113.7')).toHaveProperty('clientAddress', '203.0.113.7');
    expect(at(undefined).clientAddress).toBeUndefined();
  });

  it('holds the origin of a web page only when there is one', () => {
    const from = (origin: string | undefined) =>
      auditEvent({ ...FACTS, origin }, { stage: 'request' }, denied);
    expect(from('https://app.example.com')).toHaveProperty('origin', 'https://app.example.com');
    expect(from(undefined).origin).toBeUndefined();
  });
});

describe('an audit row that is lost', () => {
  const unavailable: Failure = { code: 'store_unavailable', reason: 'store-failed' };
  it.each<[string, Failure | undefined, string | undefined]>([
    ['turns a grant into an outage', undefined, 'audit_unavailable'],
    ['turns a refusal into an outage', denied, 'audit_unavailable'],
    ['leaves the outage of the store its name', unavailable, undefined],
  ])('%s', async (_, failure, code) => {
    const auditLog = new FakeAuditLog();
    auditLog.recordFault = { reason: 'store-failed', cause: 'OTSServerBusy' };
    const recorded = await recordOutcome(auditLog, FACTS, { stage: 'respond' }, failure);
    expect(recorded.ok ? undefined : recorded.error.code).toBe(code);
  });
});
