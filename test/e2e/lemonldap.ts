// LemonLDAP::NG, an OpenID Provider that this project did not write, as Debian packages it: configured in a folder of its
// own and served by Plack. Its demonstration people have their names as passwords.
import { spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { freePort } from '../../local/fc/listen.ts';

const HOST = '127.0.0.1';
const START_LIMIT_MS = 30_000;

/** The first loads what Debian's package only recommends as well. */
const MODULES = ['-MLemonldap::NG::Portal::Issuer::OpenIDConnect', '-MPlack::Runner'];

const hasAllOfIt = (): boolean =>
  spawnSync('perl', [...MODULES, '-e', '1'], { stdio: 'ignore' }).status === 0;

/** What a machine lacks for this, or undefined. */
export const missingPackages: string | undefined = hasAllOfIt()
  ? undefined
  : 'apt-get install --no-install-recommends liblemonldap-ng-portal-perl libplack-perl libio-string-perl libstring-random-perl';

/** A client as its administrator registers one. */
export interface RelyingParty {
  readonly id: string;
  /** Undefined: a public client. */
  readonly secret?: string;
  readonly redirectUris: readonly string[];
  readonly afterLogout: string;
}

function relyingParty({ id, secret, redirectUris, afterLogout }: RelyingParty) {
  const options = {
    ClientID: id,
    ...(secret === undefined ? { Public: 1 } : { ClientSecret: secret }),
    RequirePKCE: 1,
    RedirectUris: redirectUris.join(' '),
    PostLogoutRedirectUris: afterLogout,
    BypassConsent: 1,
    IDTokenSignAlg: 'RS256',
    IDTokenForceClaims: 1,
    UserIDAttr: 'uid',
  };
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [`oidcRPMetaDataOptions${name}`, value]),
  );
}

const forEach = <T>(parties: readonly RelyingParty[], value: (party: RelyingParty) => T) =>
  Object.fromEntries(parties.map((party) => [party.id, value(party)]));

const sessionsIn = (folder: string) => ({
  Directory: folder,
  LockDirectory: join(folder, 'lock'),
  generateModule: 'Lemonldap::NG::Common::Apache::Session::Generate::SHA256',
});

function configuration(folder: string, issuer: string, parties: readonly RelyingParty[]) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return {
    cfgNum: 1,
    cfgDate: 1,
    cfgAuthor: 'interop',
    portal: issuer,
    domain: HOST,
    cookieName: 'lemonldap',
    securedCookie: 0,
    authentication: 'Demo',
    userDB: 'Same',
    passwordDB: 'Demo',
    demoExportedVars: { cn: 'cn', mail: 'mail', uid: 'uid' },
    whatToTrace: 'uid',
    // Otherwise prompt=login asks nobody who signed on within the last five seconds.
    portalForceAuthnInterval: 0,
    locationRules: {},
    groups: { timelords: "$uid eq 'dwho'", companions: "$uid ne 'dwho'" },
    // As if this one had a second factor: the level is what becomes `acr`, 1 for a password alone.
    adaptativeAuthenticationLevelRules: { "$uid eq 'msmith'": '+2' },
    globalStorage: 'Apache::Session::File',
    globalStorageOptions: sessionsIn(join(folder, 'sessions')),
    persistentStorage: 'Apache::Session::File',
    persistentStorageOptions: sessionsIn(join(folder, 'persistent')),
    localSessionStorage: '',
    // It loads its captchas in any case, and they want ImageMagick: a part that has nothing to do stands in for them.
    captcha: '::Plugins::GrantSession',
    issuerDBOpenIDConnectActivation: 1,
    oidcServiceAllowAuthorizationCodeFlow: 1,
    oidcServicePrivateKeySig: privateKey,
    oidcServicePublicKeySig: publicKey,
    oidcServiceKeyIdSig: 'interop',
    oidcRPMetaDataOptions: forEach(parties, relyingParty),
    oidcRPMetaDataExportedVars: forEach(parties, () => ({ email: 'mail', groups: 'groups;string;always' })),
    oidcRPMetaDataOptionsExtraClaims: forEach(parties, () => ({ groups: 'groups' })),
  };
}

const INI = (folder: string): string => `[all]
logLevel=info
[configuration]
type=File
dirName=${folder}
[portal]
staticPrefix=/static
templateDir=/usr/share/lemonldap-ng/portal/templates
languages=en
`;

const APP = 'use Lemonldap::NG::Portal::Main; Lemonldap::NG::Portal::Main->run({});\n';

function configure(folder: string, issuer: string, parties: readonly RelyingParty[]): void {
  for (const name of ['sessions', 'persistent']) mkdirSync(join(folder, name, 'lock'), { recursive: true });
  writeFileSync(join(folder, 'lmConf-1.json'), JSON.stringify(configuration(folder, issuer, parties)));
  writeFileSync(join(folder, 'lemonldap-ng.ini'), INI(folder));
  writeFileSync(join(folder, 'portal.psgi'), APP);
}

export interface LemonLdap {
  readonly issuer: string;
  log(): string;
  stop(): void;
}

export async function startLemonLdap(parties: readonly RelyingParty[]): Promise<LemonLdap> {
  const folder = mkdtempSync(join(tmpdir(), 'stint-lemonldap-'));
  const port = String(await freePort(0, HOST));
  const issuer = `http://${HOST}:${port}/`;
  configure(folder, issuer, parties);
  const logFile = join(folder, 'log');
  const command = [
    'plackup',
    '--server',
    'HTTP::Server::PSGI',
    '--host',
    HOST,
    '--port',
    port,
    '-E',
    'deployment',
  ];
  const plack = spawn('sh', ['-c', `exec ${command.join(' ')} portal.psgi >log 2>&1`], {
    cwd: folder,
    env: { PATH: process.env['PATH'], LLNG_DEFAULTCONFFILE: join(folder, 'lemonldap-ng.ini') },
    stdio: 'ignore',
  });
  const log = (): string => readFileSync(logFile, 'utf8');
  const stop = (): void => {
    plack.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await vi.waitFor(
      async () => {
        const { ok } = await fetch(`${issuer}.well-known/openid-configuration`);
        if (!ok) throw new Error('LemonLDAP::NG is not up');
      },
      { timeout: START_LIMIT_MS, interval: 200 },
    );
    return { issuer, log, stop };
  } catch (error) {
    const said = log();
    stop();
    throw new Error(`LemonLDAP::NG did not start:\n${said}`, { cause: error });
  }
}
