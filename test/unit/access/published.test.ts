import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SYSTEM_POLICIES } from '../../../local/ram/system-policies.ts';
import { accessSchema } from '../../../scripts/access-schema.ts';
import { digestPolicy } from '../../../shared/access/digest-policy.ts';
import { AccessDocument } from '../../../shared/access/document.ts';
import { PinnedPolicy } from '../../../shared/access/pinned-policy.ts';
import { parsePolicy } from '../../../shared/ram/parse-policy.ts';
import { must } from '../../contract/must.ts';
import { accepted, edited, faultsOf, roleGrants, VALID } from './documents.ts';

const [GRANT, PERMISSION_GRANT] = AccessDocument.shape.grants.element.options;

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

const blocks = [...read('docs/access-document.md').matchAll(/^```yaml\n(.*?)^```$/gms)].map(
  ([, block = '']) => block,
);
const [complete = ''] = blocks;
/** A block that starts with `grants:` or `policies:` stands in place of the grants of the complete example. */
const documents = blocks.map((block) =>
  /^(?:grants|policies):/.test(block) ? complete.slice(0, complete.indexOf('grants:')) + block : block,
);

describe('docs/access-document.md', () => {
  it('has at least one complete example and one of grants', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(2);
    expect(complete).toMatch(/^version: 1\n/);
  });

  it.each(documents.map((document) => [document]))('has an example that is accepted: %s', (document) => {
    expect(faultsOf(document)).toEqual([]);
  });

  it('shows a fault as it is printed', () => {
    const text = complete.replace(/ {4}sessionPolicy:\n.*?(?= {4}constraints)/s, '');
    expect(read('docs/access-document.md')).toContain(
      faultsOf(text)[0]?.replace(/^\d+ /, '') ?? 'no fault was found',
    );
  });

  it.each([
    ['providers', AccessDocument.shape.providers.element.shape],
    ['roles', AccessDocument.shape.roles.element.shape],
    ['policies', PinnedPolicy.shape],
    ['grants', { ...GRANT.shape, ...PERMISSION_GRANT.shape }],
  ])('describes every key of %s and no other', (section, shape) => {
    const text = read('docs/access-document.md').split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
    const described = [...text.matchAll(/^\| `([A-Za-z0-9]+)(?:\.[A-Za-z]+)?` *\|/gm)].map(([, key]) => key);
    expect(new Set(described)).toEqual(new Set(Object.keys(shape)));
  });
});

describe('docs/access-document.schema.json', () => {
  const published = JSON.parse(read('docs/access-document.schema.json'));
  const validate = new Ajv2020({ strict: true }).compile(published);

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

  it('gives alice both roles, bob the reading one, and nobody else anything', () => {
    expect(of('alice')).toEqual(['media-uploader', 'arms-reader']);
    expect(of('bob')).toEqual(['arms-reader']);
    expect(grants).toHaveLength(3);
  });

  it('limits bob by the ARMS policy as the local RAM serves it', () => {
    const served = SYSTEM_POLICIES.find(({ name }) => name === 'AliyunARMSReadOnlyAccess');
    const { policies } = accepted(read('local/access.yaml'));
    expect(policies).toMatchObject([{ name: served?.name, type: 'System', version: served?.version }]);
    expect(policies[0]?.sha256).toBe(digestPolicy(must(parsePolicy(served?.document))));
  });

  it('limits every grant by a session policy', () => {
    expect(roleGrants(read('local/access.yaml')).map(({ sessionPolicy }) => sessionPolicy)).not.toContain(
      'inherit',
    );
  });
});
