// Private keys and client secrets on the way to Function Compute: Serverless Devs prints what it deploys.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { makeSamlKeys } from '../../clients/cli/keys/make-saml-keys.ts';
import { makeSessionKeys } from '../../clients/cli/keys/make-session-keys.ts';
import { maskSecrets } from '../../scripts/serverless-devs/mask-secrets.ts';
import { DEPLOYERS_SECRETS } from './deployment-faults.ts';

const ROOT = join(import.meta.dirname, '../..');
const temporary = mkdtempSync(join(tmpdir(), 'stint-secrets-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const PASSWORD = 'a client secret, with spaces "and quotes"';
const VALUES: Readonly<Record<string, string>> = {
  STINT_SESSION_KEYS: JSON.stringify(makeSessionKeys()),
  STINT_SAML_KEYS: JSON.stringify(makeSamlKeys()),
  STINT_SIGN_ON_SECRETS: JSON.stringify({ corporate: PASSWORD }),
};
const PRIVATE_PARTS = [
  ...[
    ...Object.values(VALUES)
      .join('')
      .matchAll(/"(?:d|p|q|dp|dq|qi)":"([^"]{8,})"/g),
  ].map(([, part]) => String(part)),
  PASSWORD,
  JSON.stringify(PASSWORD).slice(1, -1),
];

function run(
  command: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  cwd = ROOT,
) {
  const script = join(ROOT, 'scripts/serverless-devs.ts');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', script, command, ...args],
    {
      cwd,
      env: { HOME: temporary, PATH: '', HTTPS_PROXY: 'http://127.0.0.1:9', ...env },
      encoding: 'utf8',
    },
  );
  return { status, output: `${stdout}${stderr}` };
}

const filesOf = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(VALUES).map(([name, value]) => {
      const file = join(temporary, `${name}.json`);
      writeFileSync(file, `${value}\n`);
      return [`${name}_FILE`, file];
    }),
  );

describe('deployment.env of the folder', () => {
  it('has the settings, and the environment comes before it', () => {
    const folder = mkdtempSync(join(temporary, 'deployment-'));
    writeFileSync(
      join(folder, 'deployment.env'),
      'STINT_DOMAIN=file.example.com\nSTINT_LOG_PROJECT=of-the-file\n',
    );
    const node_modules = join(ROOT, 'node_modules');
    symlinkSync(node_modules, join(folder, 'node_modules'));
    const { output } = run('preview', { STINT_LOG_PROJECT: 'of-the-environment' }, [], folder);
    expect(output).toContain('file.example.com');
    expect(output).toContain('of-the-environment');
    expect(output).not.toContain('of-the-file');
  });

  it('is the one of the folder where npm was called, of several deployments of one clone', () => {
    const folder = mkdtempSync(join(temporary, 'staging-'));
    writeFileSync(join(folder, 'deployment.env'), 'STINT_DOMAIN=staging.example.com\n');
    const env = { npm_lifecycle_event: 'preview', INIT_CWD: folder };
    expect(run('preview', env).output).toContain('staging.example.com');
  });
});

describe('deployment.env that came with a stranger’s folder', () => {
  /**
   * @attack Variables in deployment.env that make Node.js load a stranger's code, or accept a stranger's certificate
   * @removed the choice of variables by their names (all of the file go to Serverless Devs)
   * @failed 1 of 33: runs nothing, and says what is not taken: `expected true to be false`
   */
  it('runs nothing, and says what is not taken', () => {
    const folder = mkdtempSync(join(temporary, 'strange-'));
    const trace = join(folder, 'ran');
    const code = join(folder, 'code.cjs');
    writeFileSync(code, `require('node:fs').writeFileSync(${JSON.stringify(trace)}, '')`);
    writeFileSync(
      join(folder, 'deployment.env'),
      `STINT_DOMAIN=strange.example.com\nNODE_OPTIONS="--require ${code}"\nNODE_TLS_REJECT_UNAUTHORIZED=0\n`,
    );
    const { output } = run('preview', { npm_lifecycle_event: 'preview', INIT_CWD: folder });
    expect(output).toContain('strange.example.com');
    expect(existsSync(trace)).toBe(false);
    expect(output).toContain('not taken from it: NODE_OPTIONS, NODE_TLS_REJECT_UNAUTHORIZED');
  });
});

describe('npm run preview', () => {
  it('has a value for each secret that there is', () => {
    expect(Object.keys(VALUES).sort()).toEqual([...DEPLOYERS_SECRETS].sort());
    expect(PRIVATE_PARTS.length).toBeGreaterThan(5);
  });

  /**
   * @attack Private keys and client secrets in a preview of the deployment
   * @removed the placeholders
   * @failed 5 of 32: shows what will be deployed, and that secrets are set, but none of them: in files:
   *   `expected … not to contain …`
   */
  it.each([
    ['in files', filesOf, []],
    ['in files, as JSON', filesOf, ['-o', 'json']],
    ['in the environment', () => VALUES, []],
    ['in the environment, as YAML', () => VALUES, ['-o', 'yaml']],
  ])('shows what will be deployed, and that secrets are set, but none of them: %s', (_, env, args) => {
    const { status, output } = run('preview', env(), args);
    expect([status, output]).toEqual([
      0,
      expect.stringContaining('acs:ram::1234567890123456:role/stint-vend'),
    ]);
    expect(output.match(/set; not shown/g)).toHaveLength(DEPLOYERS_SECRETS.length);
    for (const part of [...Object.values(VALUES), ...PRIVATE_PARTS]) expect(output).not.toContain(part);
  });

  it('shows that a secret is missing', () => {
    const { output } = run('preview', { STINT_SESSION_KEYS: VALUES['STINT_SESSION_KEYS'] ?? '' });
    expect(output.match(/set; not shown/g)).toHaveLength(1);
  });
});

describe('npm run deploy', () => {
  /**
   * @attack Private keys and client secrets in a deployment's output
   * @removed the mask of the output
   * @failed 1 of 32: gives the secrets to Serverless Devs and to nobody who reads along, in whatever form
   *   they come back: `expected … to contain '[hidden]'`
   */
  it('gives the secrets to Serverless Devs and to nobody who reads along, in whatever form they come back', () => {
    // In place of the real component, which is fetched: it says what it was given, as that one may.
    const component = join(temporary, 'component');
    mkdirSync(join(component, 'dist'), { recursive: true });
    writeFileSync(join(component, 'package.json'), '{"main":"dist/index.js"}');
    writeFileSync(join(component, 'publish.yaml'), 'Type: Component\nName: said\nVersion: 0.0.1\n');
    writeFileSync(
      join(component, 'dist/index.js'),
      `exports.default = class {
        async deploy({ props }) {
          console.log('GIVEN', JSON.stringify(props));
          console.error(Object.values(props.environmentVariables ?? {}).join('\\n'));
          return props;
        }
      };`,
    );
    const yaml = join(temporary, 's.yaml');
    const template = readFileSync(join(ROOT, 's.yaml'), 'utf8');
    writeFileSync(yaml, template.replaceAll(/component: fc3(?:-domain)?/g, `component: ${component}`));
    const { output } = run('deploy', filesOf(), ['-t', yaml, '-y']);
    expect(output).toContain('GIVEN');
    expect(output).toContain('[hidden]');
    for (const part of [...Object.values(VALUES), ...PRIVATE_PARTS]) expect(output).not.toContain(part);
  });

  /**
   * @attack Private keys and client secrets in a deployment's output, quoted or in part
   * @removed the mask of texts inside
   * @failed 1 of 32: leaves no part of a secret in a line, however often and however quoted it stands there:
   *   `Property failed`
   */
  it('leaves no part of a secret in a line, however often and however quoted it stands there', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9_"\\ -]{8,40}$/);
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (text, before, after) => {
        const value = JSON.stringify({ corporate: text });
        const inJson = JSON.stringify(text).slice(1, -1);
        for (const shown of [text, inJson, value, JSON.stringify(value)]) {
          const masked = maskSecrets(`${before}${shown}|${shown}${after}`, [value]);
          expect(masked).not.toContain(text);
          expect(masked).not.toContain(inJson);
        }
      }),
    );
  });
});

describe('what people are told to run', () => {
  const pages = [
    ...readdirSync(join(ROOT, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
    'README.md',
    'SECURITY.md',
    's.yaml',
    'clients/cli/commands/key-command.ts',
  ];

  it.each(pages)('neither exports a secret nor previews with one: %s', (name) => {
    const text = readFileSync(join(ROOT, name), 'utf8');
    for (const secret of DEPLOYERS_SECRETS) expect(text).not.toMatch(new RegExp(`export\\s+${secret}=`));
    expect(text).not.toMatch(/export \$\{variable\}/);
    expect(text).not.toMatch(/npx s (?:preview|deploy)/);
  });
});
