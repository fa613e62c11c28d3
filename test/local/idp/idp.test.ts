// Guarantees: the local OpenID Provider signs in its demo people only, with PKCE and registered addresses only.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIdp } from '../../../local/idp/server.ts';
import { signInPerson } from '../../../local/idp/sign-in-person.ts';
import { clearRunningWorld, writeRunningWorld } from '../../../local/world/state-dir.ts';

const AUDIENCE = 'stint-test';
const ROOT = join(import.meta.dirname, '../../..');

describe('the local identity provider', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'stint-idp-'));
  let idp: Awaited<ReturnType<typeof startIdp>>;
  beforeAll(async () => {
    idp = await startIdp({ port: 0, stateDir, audience: AUDIENCE, portal: 'http://localhost:9000' });
  });
  afterAll(async () => {
    await idp.close();
    rmSync(stateDir, { recursive: true, force: true });
  });

  const verified = async (token: string) => {
    const keys = createRemoteJWKSet(new URL(`${idp.issuer}/jwks`));
    const options = { issuer: idp.issuer, audience: AUDIENCE, algorithms: ['RS256'] };
    return (await jwtVerify(token, keys, options)).payload;
  };

  it.each([
    ['alice', ['media']],
    ['bob', ['ops']],
    ['mallory', []],
  ])('gives %s an ID token with the groups %j', async (person, groups) => {
    const claims = await verified(await signInPerson(idp.issuer, AUDIENCE, person));
    expect(claims).toMatchObject({
      sub: person,
      email: `${person}@example.com`,
      email_verified: true,
      groups,
    });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(3600);
  });

  it('refuses somebody whom it does not know', async () => {
    await expect(signInPerson(idp.issuer, AUDIENCE, 'eve')).rejects.toThrow('answered 400');
  });

  it('refuses a client that it does not know', async () => {
    await expect(signInPerson(idp.issuer, 'another', 'alice')).rejects.toThrow('answered 400');
  });

  const authorizeUrl = (parameters: Record<string, string>): URL => {
    const url = new URL(`${idp.issuer}/auth`);
    const common = { client_id: AUDIENCE, response_type: 'code', scope: 'openid' };
    url.search = new URLSearchParams({ ...common, ...parameters }).toString();
    return url;
  };

  it('asks for PKCE', async () => {
    const url = authorizeUrl({ redirect_uri: 'http://127.0.0.1/callback' });
    const response = await fetch(url, { redirect: 'manual' });
    expect(response.headers.get('location')).toContain('error=invalid_request');
  });

  it('sends nobody to an address that is not registered', async () => {
    const url = authorizeUrl({
      redirect_uri: 'https://evil.example/callback',
      code_challenge: 'a'.repeat(43),
    });
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(400);
  });

  it('shows a login page that loads nothing and names every person', async () => {
    const url = authorizeUrl({ redirect_uri: 'http://127.0.0.1/callback', code_challenge: 'a'.repeat(43) });
    url.searchParams.set('code_challenge_method', 'S256');
    const redirect = await fetch(url, { redirect: 'manual' });
    const cookie = redirect.headers
      .getSetCookie()
      .map((header) => header.split(';')[0])
      .join('; ');
    const page = await fetch(new URL(redirect.headers.get('location') ?? '', url), { headers: { cookie } });
    const html = await page.text();
    for (const person of ['alice', 'bob', 'mallory']) expect(html).toContain(`value="${person}"`);
    expect(html).not.toMatch(/src=|href=|@import|url\(/);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('says so when a sign-in is not known (any more)', async () => {
    const response = await fetch(`${idp.issuer}/interaction/gone`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('has ended');
  });

  it('keeps its key for the next start, readable by its owner alone', async () => {
    const before = await signInPerson(idp.issuer, AUDIENCE, 'alice');
    const again = await startIdp({ port: 0, stateDir, audience: AUDIENCE, portal: 'http://localhost:9000' });
    const after = await signInPerson(again.issuer, AUDIENCE, 'alice');
    await again.close();
    expect(decodeProtectedHeader(after).kid).toBe(decodeProtectedHeader(before).kid);
    expect(statSync(join(stateDir, 'idp-key.json')).mode & 0o777).toBe(0o600);
  });

  const localToken = (...args: string[]) =>
    new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
      const command = ['--import', 'tsx', join(ROOT, 'local/world/print-token.ts'), ...args];
      const child = spawn(process.execPath, command, {
        cwd: ROOT,
        env: { ...process.env, STINT_STATE_DIR: stateDir },
      });
      let out = '';
      let err = '';
      child.stdout.on('data', (data) => {
        out += data;
      });
      child.stderr.on('data', (data) => {
        err += data;
      });
      child.on('close', (code) => resolve({ code, out, err }));
    });

  describe('local:token', () => {
    it('prints the token and nothing else', async () => {
      writeRunningWorld(stateDir, {
        url: 'http://127.0.0.1:9',
        cloudSso: 'http://127.0.0.1:9006',
        portal: 'http://localhost:9000/portal',
        issuer: idp.issuer,
        audience: AUDIENCE,
      });
      const { code, out, err } = await localToken('alice');
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
      expect((await verified(out.trim())).sub).toBe('alice');
    });

    it.each([
      ['an unknown person', ['eve'], /no demo person "eve".*alice, bob, mallory/],
      ['nobody', [], /alice, bob, mallory/],
    ])('refuses %s and names the people', async (_, args, message) => {
      const { code, out, err } = await localToken(...args);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toMatch(message);
    });

    it('says how to start the local cloud when there is none', async () => {
      clearRunningWorld(stateDir);
      expect(await localToken('alice')).toMatchObject({
        code: 1,
        out: '',
        err: expect.stringContaining('npm start'),
      });
      writeRunningWorld(stateDir, {
        url: 'http://127.0.0.1:9',
        cloudSso: 'http://127.0.0.1:9006',
        portal: 'http://localhost:9000/portal',
        issuer: 'http://127.0.0.1:9',
        audience: AUDIENCE,
      });
      expect(await localToken('alice')).toMatchObject({
        code: 1,
        out: '',
        err: expect.stringContaining('npm start'),
      });
    });
  });
});
