// Login and vend, each as a whole, with a network between them on which login has an address of its own. Both go by one
// clock; alice is signed on.
import type { z } from 'zod';
import type { LoginDeps } from '../../functions/login/request/deps.ts';
import { createLeaverStore } from '../../shared/adapters/tablestore/tablestore-leaver-store.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import type { StoredRoleGrant } from '../../shared/rules/document/stored-grant.ts';
import { grantTo, provider } from './builders.ts';
import { FakeRows } from './fake-rows.ts';
import { PORTAL } from './login-app.ts';
import { startPortal } from './portal-app.ts';
import { type Settings, startVend, type Vend } from './vend-app.ts';

export const ADDRESS_HEADER = 'x-real-ip';
export const SERVER = '198.51.100.9';

const LOGIN = `${PORTAL}/login`;

export const clientOf = (vend: Vend): LoginDeps['vend'] => ({
  async call(token, { path, body, headers: more }) {
    const headers = { ...more, [ADDRESS_HEADER]: SERVER };
    const sent = { ...body, token: token.reveal() };
    const answer = await vend.send('POST', path, { token: null, headers, body: sent });
    return { ok: true, value: { status: answer.status, body: new Secret(answer.body) } };
  },
});

const READS = { Version: '1', Statement: [{ Effect: 'Allow', Action: 'oss:GetObject', Resource: '*' }] };

export async function startPortalAndVend(
  grant: Partial<z.input<typeof StoredRoleGrant>>,
  parts: Partial<LoginDeps> = {},
  settings: Settings = {},
) {
  const leavers = createLeaverStore(new FakeRows());
  const vend = startVend({ clientIpHeader: ADDRESS_HEADER, leavers, ...settings });
  const staff = { id: 'staff', issuer: LOGIN, algorithms: ['ES256' as const], maxTokenAgeSeconds: 300 };
  vend.store.providers = [provider({ ...staff, addressFromToken: true })];
  const inFull = { sessionPolicy: { document: READS }, ...grant };
  vend.store.grants = [grantTo({ kind: 'sub', name: 'corporate:alice' }, inFull, 'staff')];
  const portal = await startPortal({
    clientIpHeader: ADDRESS_HEADER,
    clock: vend.clock,
    vend: clientOf(vend),
    leavers,
    ...parts,
  });
  vend.keys.sets.set(LOGIN, { keys: [...portal.deps.tokens.keys.published] });
  return { vend, portal };
}
