// POST /v1/explain answers a malformed request with 400 and names each faulty field.
import { describe, expect, it } from 'vitest';
import { permissionTo, provider } from '../support/builders.ts';
import { startVend } from '../support/vend-app.ts';

const AS = { provider: 'app-users', subject: 'bob' };

const ARRIVAL = { marker: '203.0.113.7' };

const BODIES: readonly (readonly [claim: string, body: object, field: string])[] = [
  ['what /v1/credentials refuses', { durationSeconds: 59 }, 'durationSeconds'],
  ['a policy that is none', { policy: { Version: '1' } }, 'policy.Statement'],
  ['a field that does not exist', { sessionName: 'root' }, 'sessionName'],
  ['as in text', { as: 'bob' }, 'as'],
  ['no provider', { as: { subject: 'bob' } }, 'as.provider'],
  ['no subject', { as: { provider: 'app-users' } }, 'as.subject'],
  ['an unknown field of as', { as: { ...AS, admin: true } }, 'as.admin'],
  ['claims in text', { as: { ...AS, claims: 'sub' } }, 'as.claims'],
  ['groups in text', { as: { ...AS, groups: 'staff' } }, 'as.groups'],
  ['1,001 groups', { as: { ...AS, groups: Array(1_001).fill('g') } }, 'as.groups'],
  ['a network for an address', { as: { ...AS, sourceIp: '203.0.113.0/24' } }, 'as.sourceIp'],
  ['an address with a zone', { as: { ...AS, sourceIp: 'fe80::1%eth0' } }, 'as.sourceIp'],
  ['a time that is none', { as: { ...AS, at: 'tomorrow' } }, 'as.at'],
  ['a time without a zone', { as: { ...AS, at: '2026-03-01T12:00:00' } }, 'as.at'],
  ['arrival in text', { arrival: 'x-real-ip' }, 'arrival'],
  ['no marker', { arrival: {} }, 'arrival.marker'],
  ['a marker that is an address of callers', { arrival: { marker: '8.8.8.8' } }, 'arrival.marker'],
  ['a marker that is no address', { arrival: { marker: 'CAIS' } }, 'arrival.marker'],
  ['an address that is none', { arrival: { ...ARRIVAL, address: '127.0.0.1:80' } }, 'arrival.address'],
  ['a header to look at', { arrival: { ...ARRIVAL, headers: ['x-fc-security-token'] } }, 'arrival.headers'],
  ['arrival of somebody else', { as: AS, arrival: ARRIVAL }, 'arrival'],
];

describe('POST /v1/explain answers 400', () => {
  it.each(BODIES)('to %s, naming the field', async (_, body, field) => {
    const app = startVend();
    const answer = await app.explain(body);
    expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_request']);
    expect(answer.body['errors']).toEqual([expect.objectContaining({ field })]);
    expect(app.auditLog.events).toEqual([expect.objectContaining({ action: 'explain', stage: 'request' })]);
  });

  it.each([
    ['a provider that is not configured', { provider: 'other' }, 'as.provider'],
    ['a subject that no token could name', { subject: 'bob\u0000' }, 'as.subject'],
    ['groups that no token could name', { groups: ['\u202estaff'] }, 'as.groups'],
    ['groups of claims in text', { claims: { groups: 'staff,other' } }, 'as.groups'],
    ['groups that are elsewhere', { claims: { _claim_names: { groups: 'src1' } } }, 'as.groups'],
  ])('to an administrator who names %s', async (_, parts, field) => {
    const app = startVend();
    app.store.grants = [permissionTo({ kind: 'sub', name: 'alice' })];
    const answer = await app.explain({ as: { ...AS, ...parts } });
    expect([answer.status, answer.body['errors']]).toEqual([400, [expect.objectContaining({ field })]]);
    expect(app.auditLog.events[0]?.aboutSubject).toBeUndefined();
  });

  it('to groups of a provider that has none', async () => {
    const app = startVend();
    app.store.providers = [provider({ groups: undefined })];
    app.store.grants = [permissionTo({ kind: 'sub', name: 'alice' })];
    const answer = await app.explain({ as: { ...AS, groups: ['staff'] } });
    expect([answer.status, answer.body['errors']]).toEqual([
      400,
      [expect.objectContaining({ field: 'as.groups' })],
    ]);
  });
});
