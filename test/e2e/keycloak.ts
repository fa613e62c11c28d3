// Keycloak, an identity provider that this project did not write, for SAML and for OpenID: its distribution, started in a
// folder of its own, and the part of its admin API that the tests need.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import * as z from 'zod';
import { freePort } from '../../local/fc/listen.ts';
import { untilGone } from './npm-start.ts';
import { familyOf } from './processes.ts';

const VERSION = '26.7.3';
const HOST = '127.0.0.1';
export const ADMIN = { username: 'admin', password: 'interop' };
/** It builds itself at its first start, and every start here is one: a minute on two processors, more beside other work. */
export const START_LIMIT_MS = 300_000;

const IN_MAVEN = join(
  process.env['HOME'] ?? '',
  `.m2/repository/org/keycloak/keycloak-quarkus-dist/${VERSION}/keycloak-quarkus-dist-${VERSION}.zip`,
);
/** The distribution's zip, or a folder with what is in it. */
const distribution = process.env['STINT_KEYCLOAK'] ?? IN_MAVEN;

const runs = (command: string, ...args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

const hasAllOfIt = (): boolean => existsSync(distribution) && runs('java', '-version');

/** What a machine lacks for this, or undefined. */
export const missingKeycloak: string | undefined = hasAllOfIt()
  ? undefined
  : `Java 17, and mvn dependency:get -Dartifact=org.keycloak:keycloak-quarkus-dist:${VERSION}:zip -Dtransitive=false, or the unpacked distribution in STINT_KEYCLOAK`;

/** Returns the folder with `bin` in it. */
function unpack(folder: string): string {
  const home = join(folder, `keycloak-${VERSION}`);
  if (!distribution.endsWith('.zip')) {
    cpSync(distribution, home, {
      recursive: true,
      filter: (path) => !path.startsWith(join(distribution, 'data')),
    });
    return home;
  }
  const unpacked = spawnSync('jar', ['xf', distribution], { cwd: folder });
  if (unpacked.status !== 0) throw new Error(`jar could not unpack ${distribution}: ${unpacked.stderr}`);
  return join(folder, readdirSync(folder)[0] ?? '');
}

const Token = z.object({ access_token: z.string() });

export class Keycloak {
  readonly url: string;
  readonly realm: string;
  readonly issuer: string;

  constructor(url: string, realm: string) {
    this.url = url;
    this.realm = realm;
    this.issuer = `${url}/realms/${realm}`;
  }

  /** `path` of the realm, or '' for the realm itself. */
  async admin(method: string, path: string, body?: object | string): Promise<unknown> {
    const headers = {
      authorization: `Bearer ${await this.token('master', { grant_type: 'password', client_id: 'admin-cli', ...ADMIN })}`,
      'content-type': 'application/json',
    };
    const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const target =
      path === '/' ? `${this.url}/admin/realms` : `${this.url}/admin/realms/${this.realm}${path}`;
    const answer = await fetch(target, { method, headers, ...(sent === undefined ? {} : { body: sent }) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${target}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** Of the token endpoint of a realm; `headers` may have a proof. */
  async token(
    realm: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const endpoint = `${this.url}/realms/${realm}/protocol/openid-connect/token`;
    const answer = await fetch(endpoint, { method: 'POST', body: new URLSearchParams(fields), headers });
    if (!answer.ok) throw new Error(`${endpoint}: ${answer.status} ${await answer.text()}`);
    return Token.parse(await answer.json()).access_token;
  }
}

/** With the realm made of its representation. `options`: of its command line, beside those of a test. */
export async function startKeycloak(realm: { readonly realm: string }, options: readonly string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'stint-keycloak-'));
  const port = await freePort(0, HOST);
  const keycloak = new Keycloak(`http://${HOST}:${port}`, realm.realm);
  const home = unpack(folder);
  const started = ['start-dev', `--http-host=${HOST}`, `--http-port=${port}`, '--cache=local', ...options];
  const java = spawn('sh', ['-c', 'exec sh "$0" "$@" >"$LOG" 2>&1', join(home, 'bin/kc.sh'), ...started], {
    env: {
      PATH: process.env['PATH'],
      JAVA_HOME: process.env['JAVA_HOME'],
      LOG: join(folder, 'log'),
      // Compiles for a quick start and not for a long life.
      JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1',
      KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN.username,
      KC_BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
    },
    stdio: 'ignore',
  });
  const stop = async (): Promise<void> => {
    const family = java.pid === undefined ? [] : familyOf(java.pid);
    for (const pid of family) process.kill(pid, 'SIGKILL');
    await untilGone(family);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await vi.waitFor(
      async () => {
        if (!(await fetch(`${keycloak.url}/realms/master`)).ok) throw new Error('Keycloak is not up');
      },
      { timeout: START_LIMIT_MS, interval: 300 },
    );
    await keycloak.admin('POST', '/', realm);
    return { keycloak, stop };
  } catch (error) {
    const said = readFileSync(join(folder, 'log'), 'utf8');
    await stop();
    throw new Error(`Keycloak did not start:\n${said}`, { cause: error });
  }
}
