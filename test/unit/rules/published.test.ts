// The published examples, the schema and local/access.yaml are accepted and say what Stint does; the page names every finding of
// the linter.
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { default as addFormats } from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SYSTEM_POLICIES } from '../../../local/iam/system-policies.ts';
import { accessSchema } from '../../../scripts/access-schema.ts';
import { runPolicyTests } from '../../../shared/policy-tests/run-policy-tests.ts';
import { parsePolicy } from '../../../shared/ram/parse-policy.ts';
import { digestPolicy } from '../../../shared/rules/compile/pinned-policies.ts';
import { AccessDocument } from '../../../shared/rules/document/document.ts';
import { PinnedPolicy } from '../../../shared/rules/document/pinned-policy.ts';
import { PRESET_NAMES } from '../../../shared/rules/providers/presets/presets.ts';
import { formatDocument } from '../../../shared/rules/review/format-document.ts';
import { LINT_CODES } from '../../../shared/rules/review/lint-finding.ts';
import { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import { SamlConnection } from '../../../shared/rules/sign-on/saml-connection.ts';
import { RequestConstraints } from '../../../shared/rules/values/constraints.ts';
import { must } from '../../contract/must.ts';
import { documentBlocks } from '../../support/document-blocks.ts';
import { SIGNER } from '../../support/saml-idp.ts';
import { accepted, acceptedDocument, edited, faultsOf, roleGrants, VALID } from './documents.ts';

const [GRANT, PERMISSION_GRANT] = AccessDocument.shape.grants.unwrap().element.options;

/** The keys of the first column of a table, those in a table of their own (`limits.…`) once. */
const keysTold = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/^\| ((?:`[A-Za-z0-9.]+`(?:, )?)+) *\|/gm)].flatMap(([, cell = '']) =>
      cell.split(', ').map((key) => key.replaceAll('`', '').replace(/\..*/, '')),
    ),
  );

/** What a provider of any kind may have. */
const keysOf = (kinds: readonly { readonly shape: object }[]): object =>
  Object.assign({}, ...kinds.map(({ shape }) => shape));

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

const pagesIn = (folder: string): readonly string[] =>
  readdirSync(new URL(`../../../${folder}`, import.meta.url)).map((name) => `${folder}/${name}`);

const yamlIn = (path: string): readonly string[] =>
  documentBlocks(path).flatMap(({ language, text }) => (language === 'yaml' ? [text] : []));

const blocks = yamlIn('docs/access-document.md');
const [complete = ''] = blocks;
/** A block of accounts and roles stands in place of the roles of the complete example, a block of grants in place of those of the complete example, and one of tests below it. */
const documents = blocks.map((block) => {
  if (/^(?:grants|policies):/.test(block)) return complete.slice(0, complete.indexOf('grants:')) + block;
  if (block.startsWith('accounts:')) return complete.replace(/^roles:\n(?: .*\n)+/m, () => block);
  return block.startsWith('tests:') ? complete + block : block;
});

describe('docs/access-document.md', () => {
  it('has at least one complete example and one of grants', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(2);
    expect(complete).toMatch(/^version: 1\n/);
  });

  it.each(documents.map((document) => [document]))('has an example that is accepted: %s', (document) => {
    expect(faultsOf(document)).toEqual([]);
  });

  it('has tests that pass', async () => {
    const tests = documents.find((document) => document.includes('\ntests:')) ?? '';
    const result = await runPolicyTests(acceptedDocument(tests), new Date());
    expect(result).toEqual({ passed: 2, failed: 0, failures: [] });
  });

  it('lists every lint', () => {
    const text = read('docs/access-document.md').split('\n## Lint\n')[1]?.split('\n## ')[0] ?? '';
    expect([...text.matchAll(/^\| `([a-z-]+)` *\|/gm)].map(([, code]) => code)).toEqual(LINT_CODES);
  });

  it('shows a fault as it is printed', () => {
    const text = complete.replace(/ {4}sessionPolicy:\n.*?(?= {4}constraints)/s, '');
    expect(read('docs/access-document.md')).toContain(
      faultsOf(text)[0]?.replace(/^\d+ /, '') ?? 'no fault was found',
    );
  });

  it.each([
    ['providers', keysOf(AccessDocument.shape.providers.unwrap().element.options)],
    ['accounts', AccessDocument.shape.accounts.unwrap().element.shape],
    ['roles', AccessDocument.shape.roles.unwrap().element.shape],
    ['policies', PinnedPolicy.shape],
    ['tests', AccessDocument.shape.tests.unwrap().element.shape],
    ['grants', { ...GRANT.shape, ...PERMISSION_GRANT.shape }],
  ])('describes every key of %s and no other', (section, shape) => {
    const text = read('docs/access-document.md').split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
    const described = [...text.matchAll(/^\| `([A-Za-z0-9]+)(?:\.[A-Za-z]+)?` *\|/gm)].map(([, key]) => key);
    expect(new Set(described)).toEqual(new Set(Object.keys(shape)));
  });
});

describe('each kind of provider and connection', () => {
  const access = read('docs/access-document.md');
  const kinds = AccessDocument.shape.providers
    .unwrap()
    .element.options.map(({ shape }) => [shape.kind.value, shape] as const);

  it.each(kinds)('has a table of its keys: %s', (kind, shape) => {
    const [, text = ''] = access.split(`\n### \`kind: ${kind}\`\n`);
    expect(keysTold(text.split(/\n##+ /)[0] ?? '')).toEqual(new Set(Object.keys(shape)));
  });

  it.each([
    ['docs/sign-on.md', OidcConnection],
    ['docs/saml.md', SamlConnection],
  ])('has a table of its keys in %s', (page, { shape }) => {
    const [, text = ''] = read(page).split('\n| key of a connection ');
    const told = keysTold(text.split('\n\n')[0] ?? '');
    expect(new Set([...told, 'kind'])).toEqual(new Set(Object.keys(shape)));
  });

  it('has every preset in the table of kind oidc', () => {
    const [, list = ''] = /^\| `preset` .*tokens: (.*) \|$/m.exec(access) ?? [];
    expect(list.replaceAll('`', '').split(', ')).toEqual(PRESET_NAMES);
  });

  it('and a grant of a permission has its constraints named', () => {
    const [, list = ''] = /of the constraints ([^.]*)\. In/.exec(access.replaceAll('\n', ' ')) ?? [];
    const told = [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    expect(told).toEqual(Object.keys(RequestConstraints.shape));
  });
});

describe('the pages of identity providers', () => {
  const PAGES = ['docs/identity-providers.md', ...pagesIn('docs/providers')];
  const roles = ['site-publisher', 'exporter', 'uploader'].map(
    (id) => `  - { id: ${id}, roleArn: "acs:ram::1234567890123456:role/${id}", maxDurationSeconds: 3600 }\n`,
  );
  /** The provider of docs/sign-on.md, beside which people's rules stand. */
  const staff =
    '  - { id: staff, kind: oidc, issuer: https://vend.example.com/login, algorithms: [ES256], groups: groups }\n';
  const withStaff = (example: string): string =>
    example.includes('providers:\n')
      ? example.replace('providers:\n', `providers:\n${staff}`)
      : `providers:\n${staff}${example}`;
  const certificate = SIGNER.certificate.trim().replaceAll('\n', '\n          ');
  const complete = (example: string): string =>
    `version: 1\nroles:\n${roles.join('')}${withStaff(example)}${example.includes('grants:') ? '' : 'grants: []\n'}`.replace(
      /-----BEGIN CERTIFICATE-----\s+…\s+-----END CERTIFICATE-----/,
      () => certificate,
    );
  const examples = PAGES.flatMap((page) => yamlIn(page).map((example) => [page, example] as const));

  it.each(examples)('have rules that are accepted: %s, %s', (_, example) => {
    expect(faultsOf(complete(example))).toEqual([]);
  });

  it('have an example of every preset', () => {
    const text = examples.map(([, example]) => example).join('');
    const shown = new Set([...text.matchAll(/preset: (\S+)/g)].map(([, name]) => name));
    expect(shown).toEqual(new Set(PRESET_NAMES));
  });

  it.each(['keycloak', 'entra', 'okta', 'google', 'auth0', 'adfs', 'authing', 'idaas', 'dingtalk', 'feishu'])(
    'say all of %s that an administrator must know, with a connection to paste',
    (name) => {
      const page = `docs/providers/${name}.md`;
      const headings = [...read(page).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
      expect(headings).toEqual(
        expect.arrayContaining([
          '2. Add the rules',
          'A second factor',
          'Signing out',
          'People who leave',
          'Limits',
        ]),
      );
      expect(yamlIn(page).join('')).toMatch(/^ {2}connections:\n {4}- id: \w+\n/m);
      expect(read('docs/identity-providers.md')).toContain(`](providers/${name}.md)`);
    },
  );
});

describe('docs/access-document.schema.json', () => {
  const published = JSON.parse(read('docs/access-document.schema.json'));
  const ajv = new Ajv2020({ strict: true });
  addFormats.default(ajv);
  const validate = ajv.compile(published);

  it('is what the schema of stint generates', () => {
    expect(published).toEqual(accessSchema());
  });

  it.each([
    ['the valid document', VALID],
    ['the demo document', read('local/access.yaml')],
  ])('accepts %s', (_name, text) => {
    expect([validate(parse(text)), validate.errors]).toEqual([true, null]);
  });

  it.each([
    ['an unknown key', edited('kind: oidc', 'kind: oidc\n    kid: x')],
    ['a grant without a session policy', edited('    sessionPolicy: inherit\n', '')],
    ['a grant to a subject and a group', edited('group: staff', 'group: staff, subject: alice')],
    ['a symmetric algorithm', edited('kind: oidc', 'kind: oidc\n    algorithms: [HS256]')],
  ])('refuses %s', (_name, text) => {
    expect(validate(parse(text))).toBe(false);
  });

  it('keeps the descriptions that editors show', () => {
    expect(JSON.stringify(published)).toContain('leaving it out would hand over the whole role');
  });
});

describe('local/access.yaml', () => {
  const { grants } = accepted(read('local/access.yaml'));
  const of = (name: string) =>
    grants
      .filter(({ selector: { principal } }) => principal.kind === 'sub' && principal.name === name)
      .map(({ grant }) => ('permission' in grant ? grant.permission : grant.role));

  it('gives alice both roles, bob and the partner the reading one, and nobody else anything', () => {
    expect(of('alice')).toEqual(['media-uploader', 'arms-reader']);
    expect(of('bob')).toEqual(['arms-reader']);
    // And through the portal, where bob comes in with his group.
    expect(of('corporate:alice')).toEqual(['media-uploader', 'arms-reader']);
    expect(grants.filter(({ selector: { principal } }) => principal.kind === 'group')).toMatchObject([
      { selector: { provider: 'staff', principal: { name: 'ops' } }, grant: { role: 'arms-reader' } },
    ]);
    expect(of('6543210987654321:user/deployer')).toEqual(['arms-reader']);
    expect(of('corp-saml:alice')).toEqual(['media-uploader', 'arms-reader']);
    expect(grants).toHaveLength(9);
  });

  it('limits bob by the ARMS policy as the local RAM serves it', () => {
    const served = SYSTEM_POLICIES.find(({ name }) => name === 'AliyunARMSReadOnlyAccess');
    const { policies } = acceptedDocument(read('local/access.yaml')).access;
    expect(policies).toMatchObject([{ name: served?.name, type: 'System', version: served?.version }]);
    expect(policies[0]?.sha256).toBe(digestPolicy(must(parsePolicy(served?.document))));
  });

  it('has tests, and they pass', async () => {
    const result = await runPolicyTests(acceptedDocument(read('local/access.yaml')), new Date());
    expect(result).toMatchObject({ failures: [] });
    expect(result.passed).toBeGreaterThan(0);
  });

  it('is laid out as stint fmt does', () => {
    expect(formatDocument(read('local/access.yaml'))).toEqual({ ok: true, value: read('local/access.yaml') });
  });

  it('limits every grant by a session policy', () => {
    expect(roleGrants(read('local/access.yaml')).map(({ sessionPolicy }) => sessionPolicy)).not.toContain(
      'inherit',
    );
  });
});
