// SimpleSAMLphp, an identity provider that this project did not write, as Debian packages it: configured in a folder of
// its own and served by PHP itself.
import { spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { selfSign } from '../../functions/login/keys/self-sign.ts';
import { freePort } from '../../local/fc/listen.ts';

const PROGRAM = '/usr/share/simplesamlphp';
export const PASSWORD = 'interop';
const START_LIMIT_MS = 30_000;

function hasAllOfIt(): boolean {
  const modules = spawnSync('php', ['-m'], { encoding: 'utf8' }).stdout ?? '';
  return existsSync(PROGRAM) && ['dom', 'mbstring', 'openssl'].every((name) => modules.includes(name));
}

/** What a machine lacks for this, or undefined. */
export const missingPackages: string | undefined = hasAllOfIt()
  ? undefined
  : 'apt-get install simplesamlphp php-cli php-xml php-mbstring';

const config = (folder: string, base: string): string => `<?php
$config = [
  'baseurlpath' => '${base}/',
  'certdir' => '${folder}/', 'loggingdir' => '${folder}/', 'datadir' => '${folder}/', 'tempdir' => '${folder}/tmp',
  'metadatadir' => '${folder}/', 'attributenamemapdir' => '/etc/simplesamlphp/attributemap/',
  'timezone' => 'UTC', 'secretsalt' => 'interop', 'auth.adminpassword' => '${PASSWORD}',
  'logging.handler' => 'file', 'enable.saml20-idp' => true,
  'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true, 'multiauth' => true],
  'store.type' => 'phpsession', 'session.phpsession.savepath' => '${folder}/sessions',
  'session.cookie.secure' => false, 'session.cookie.samesite' => null, 'language.cookie.secure' => false,
  'metadata.sources' => [['type' => 'flatfile'], ['type' => 'xml', 'file' => '${folder}/sp.xml']],
];
`;

/** It signs people in by this only if it is asked to. */
export const TWO_FACTORS = 'https://refeds.org/profile/mfa';
const ONE_FACTOR = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport';

/** Two ways to sign in, of which the request chooses by RequestedAuthnContext. The second stands for one with a code. */
const PEOPLE = `<?php
$people = [
  'exampleauth:UserPass',
  'alice:${PASSWORD}' => ['uid' => ['alice'], 'mail' => ['alice@example.com'], 'groups' => ['media', 'Löwen & Co']],
  'bob:${PASSWORD}' => ['uid' => ['bob'], 'mail' => ['bob@example.com'], 'groups' => []],
];
$config = [
  'people' => $people,
  'code' => array_map(fn ($one) => is_array($one) ? $one + ['factors' => ['2']] : $one, $people),
  'ways' => [
    'multiauth:MultiAuth',
    'preselect' => 'people',
    'sources' => [
      'people' => ['AuthnContextClassRef' => '${ONE_FACTOR}'],
      'code' => ['AuthnContextClassRef' => '${TWO_FACTORS}'],
    ],
  ],
];
`;

const HOSTED = `<?php
$metadata['https://simplesamlphp.example/idp'] = [
  'host' => '__DEFAULT__', 'auth' => 'ways',
  'privatekey' => 'idp.pem', 'certificate' => 'idp.crt',
  'saml20.sign.response' => true, 'saml20.sign.assertion' => true, 'sign.logout' => true,
  'redirect.validate' => true, 'validate.authnrequest' => true, 'validate.logout' => true,
  'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  'authproc' => [
    3 => ['class' => 'saml:PersistentNameID', 'attribute' => 'uid', 'identifyingAttribute' => 'uid'],
    4 => ['class' => 'core:PHP', 'code' => 'if (isset($attributes["factors"])) $state["saml:AuthnContextClassRef"] = "${TWO_FACTORS}";'],
  ],
];
`;

/** `spMetadata` is what Stint publishes. */
function configure(folder: string, base: string, spMetadata: string): void {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const dates = { from: new Date(Date.now() - 86_400_000), until: new Date(Date.now() + 86_400_000) };
  const files = {
    'config.php': config(folder, base),
    'authsources.php': PEOPLE,
    'saml20-idp-hosted.php': HOSTED,
    'sp.xml': spMetadata,
    'idp.pem': privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    'idp.crt': selfSign(privateKey, { commonName: 'interop', ...dates }),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  for (const name of ['tmp', 'sessions', 'www']) mkdirSync(join(folder, name));
  symlinkSync(join(PROGRAM, 'www'), join(folder, 'www', 'saml'));
}

export interface SimpleSamlPhp {
  /** Its own metadata, as XML. */
  readonly metadata: string;
  stop(): void;
}

export async function startSimpleSamlPhp(spMetadata: string): Promise<SimpleSamlPhp> {
  const folder = mkdtempSync(join(tmpdir(), 'stint-simplesamlphp-'));
  const address = `127.0.0.1:${await freePort(0, '127.0.0.1')}`;
  configure(folder, `http://${address}/saml`, spMetadata);
  const php = spawn('php', ['-S', address, '-t', join(folder, 'www')], {
    env: { PATH: process.env['PATH'], SIMPLESAMLPHP_CONFIG_DIR: folder },
    stdio: 'ignore',
  });
  const stop = (): void => {
    php.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const metadata = await vi.waitFor(
      async () => {
        const answer = await fetch(`http://${address}/saml/saml2/idp/metadata.php`);
        if (!answer.ok) throw new Error(`SimpleSAMLphp answered ${answer.status}: ${await answer.text()}`);
        return answer.text();
      },
      { timeout: START_LIMIT_MS, interval: 200 },
    );
    return { metadata, stop };
  } catch (error) {
    stop();
    throw error;
  }
}
