// Guarantees: a console sign-in token comes from a role's session only, works once and for 30 seconds.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ARMS_READER } from '../../../local/demo/demo-account.ts';
import { type LocalIam, openIam } from '../../../local/iam/local-iam.ts';
import { type LocalSignin, startSignin } from '../../../local/signin/server.ts';
import { openAdminKey } from '../../../local/world/kept-keys.ts';
import { seedIam } from '../../../local/world/seed-iam.ts';

const Answer = z.object({ SigninToken: z.string().optional(), Code: z.string().optional() });
const LOGIN_URL = 'https://vend.example.com/portal';

let folder: string;
let iam: LocalIam;
let signin: LocalSignin;
let now = new Date('2026-11-22T09:00:00Z');

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stint-signin-'));
  iam = openIam({ file: join(folder, 'iam.lmdb'), clock: () => now });
  seedIam(iam, openAdminKey(folder), 'kms-key');
  signin = await startSignin({ iam, clock: () => now });
});
afterEach(async () => {
  await signin.close();
  await iam.close();
  rmSync(folder, { recursive: true });
});

function sessionForm(changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  const role = iam.findRole(ARMS_READER);
  if (!role) throw new Error('the demo role is missing');
  const session = iam.issueSession({ role, sessionName: 'alice', durationSeconds: 3_600 });
  return {
    Action: 'GetSigninToken',
    AccessKeyId: session.accessKeyId,
    AccessKeySecret: session.accessKeySecret,
    SecurityToken: session.securityToken,
    TicketType: 'mini',
    ...changes,
  };
}

async function ask(form: Readonly<Record<string, string>>) {
  const response = await fetch(signin.endpoint, { method: 'POST', body: new URLSearchParams(form) });
  return { status: response.status, ...Answer.parse(await response.json()) };
}

function login(token: string, destination = signin.consoleUrl): Promise<Response> {
  const url = new URL(signin.endpoint);
  const query = { Action: 'Login', LoginUrl: LOGIN_URL, Destination: destination, SigninToken: token };
  url.search = new URLSearchParams(query).toString();
  return fetch(url, { redirect: 'manual' });
}

async function tokenOf(): Promise<string> {
  const { SigninToken = '' } = await ask(sessionForm());
  return SigninToken;
}

describe('a sign-in token', () => {
  it('leads to the destination, signed in as the role', async () => {
    const answer = await login(await tokenOf());
    expect([answer.status, answer.headers.get('location')]).toEqual([302, signin.consoleUrl]);
    const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const page = await fetch(signin.consoleUrl, { headers: { cookie } });
    expect(await page.text()).toContain('assumed-role/arms-reader/alice');
  });

  it('works once', async () => {
    const token = await tokenOf();
    expect((await login(token)).status).toBe(302);
    const again = await login(token);
    expect([again.status, (await again.text()).includes(LOGIN_URL)]).toEqual([403, true]);
  });

  it.each([
    [29_999, 302],
    [30_000, 403],
  ])('%i ms after it was issued is answered with %i', async (passed, status) => {
    const token = await tokenOf();
    now = new Date(now.getTime() + passed);
    expect((await login(token)).status).toBe(status);
  });

  it.each([
    'https://evil.example/',
    'http://console.aliyun.com/',
    'https://aliyun.com.evil.example/',
    'nowhere',
  ])('does not lead to %s', async (destination) => {
    expect((await login(await tokenOf(), destination)).status).toBe(400);
  });

  it('leads to a console of Alibaba Cloud', async () => {
    const answer = await login(await tokenOf(), 'https://homenew.console.aliyun.com/');
    expect(answer.headers.get('location')).toBe('https://homenew.console.aliyun.com/');
  });
});

describe('no sign-in token is given', () => {
  it.each([
    ['for another secret', { AccessKeySecret: 'guessed' }, 'SignatureDoesNotMatch'],
    ['for another session token', { SecurityToken: 'guessed' }, 'InvalidAccessKeyId'],
    ['for a key that nobody has', { AccessKeyId: 'STS.guessed' }, 'InvalidAccessKeyId'],
    ['without the ticket type', { TicketType: '' }, 'InvalidParameter'],
  ])('%s', async (_, changes, code) => {
    expect(await ask(sessionForm(changes))).toMatchObject({ status: 403, Code: code });
  });

  it('for a session that has ended', async () => {
    const form = sessionForm();
    now = new Date(now.getTime() + 3_600_000);
    expect(await ask(form)).toMatchObject({ status: 403 });
  });

  it('for credentials in an address', async () => {
    const url = `${signin.endpoint}?${new URLSearchParams(sessionForm())}`;
    expect((await fetch(url)).status).toBe(404);
    expect((await fetch(url, { method: 'POST' })).status).toBe(403);
  });
});
