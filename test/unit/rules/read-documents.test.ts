// A document is read as it is written, and faults name the line and repeat no value of the document.
import { describe, expect, it } from 'vitest';
import { MAX_FAULTS } from '../../../shared/rules/compile/read-documents.ts';
import { MAX_DOCUMENT_BYTES } from '../../../shared/rules/yaml/parse-yaml.ts';
import { accepted, edited, faultsOf, readText, roleGrants, VALID } from './documents.ts';

describe('readDocuments, of one file,', () => {
  it('accepts the document that every refused one is made from', () => {
    expect(accepted(VALID).grants.map(({ grant }) => grant.id)).toEqual(['own-prefix', 'staff']);
  });

  it('reads no, on and yes as text, so that a group of that name is what it says', () => {
    const { grants } = accepted(edited('group: staff', 'group: no'));
    expect(grants[1]?.selector.principal).toEqual({ kind: 'group', name: 'no' });
  });

  it('lets one value be reused by an alias', () => {
    const once = edited('[oss:PutObject, oss:GetObject]', '&actions [oss:PutObject]');
    const twice = edited(
      'sessionPolicy: inherit',
      'sessionPolicy: { document: { Version: "1", Statement: [{ Effect: Allow, Action: *actions, Resource: "*" }] } }',
      once,
    );
    expect(roleGrants(twice)[1]?.sessionPolicy).toMatchObject({
      document: { Statement: [{ Action: ['oss:PutObject'] }] },
    });
  });

  it('refuses a document over the size limit before parsing it, and reads one that is just within', () => {
    const comment = (bytes: number) => `#${'x'.repeat(bytes - 1 - VALID.length - 1)}\n${VALID}`;
    expect(faultsOf(comment(MAX_DOCUMENT_BYTES + 1))).toEqual([
      `1 : shorten the document to at most ${MAX_DOCUMENT_BYTES} bytes`,
    ]);
    expect(faultsOf(comment(MAX_DOCUMENT_BYTES))).toEqual([]);
  });

  it('reports every fault at once, in the order of the lines', () => {
    const text = edited('id: staff', 'id: own-prefix', edited('Seconds: 1800', 'Seconds: 3601'));
    expect(faultsOf(text).map((fault) => Number.parseInt(fault, 10))).toEqual([16, 26]);
  });

  it('reports a bounded number of faults', () => {
    const read = readText(`version: 1\nproviders: [${'1,'.repeat(5000)}]\n`);
    expect(read.ok ? 0 : read.error.length).toBe(MAX_FAULTS);
  });

  it('names the file, the line and the column', () => {
    const read = readText(edited('id: staff', 'id: STAFF'), 'rules/prod.yaml');
    expect(read).toMatchObject({ error: [{ file: 'rules/prod.yaml', line: 26, column: 5 }] });
  });

  it('counts lines that end in CR LF like the others', () => {
    expect(faultsOf(edited('id: staff', 'id: STAFF').replaceAll('\n', '\r\n'))[0]).toMatch(/^26 /);
  });

  it('follows an alias to the line where the wrong value is written', () => {
    const to = (text: string, from: string, value: string) =>
      edited(`to: { provider: app-users, ${from} }`, value, text);
    const text = to(
      to(VALID, 'anyone: true', 'to: &to { provider: nobody, anyone: true }'),
      'group: staff',
      'to: *to',
    );
    expect(faultsOf(text).map((fault) => fault.slice(0, 22))).toEqual([
      '14 grants[0].to.provid',
      '14 grants[1].to.provid',
    ]);
  });

  it.each([
    ['an external id', edited('only-stint-knows-this', 'canary secret')],
    [
      'an external id twice',
      edited('externalId: only-stint-knows-this', 'externalId: canary\n    externalId: canary'),
    ],
    ['an external id beside a syntax error', edited('only-stint-knows-this', '"canary" "canary"')],
    ['the header of a text block', edited('only-stint-knows-this', '|canary')],
    ['a value of the wrong type', edited('maxDurationSeconds: 3600', 'maxDurationSeconds: canary')],
    ['a value out of a list', edited('kind: oidc', 'kind: canary')],
    ['a role ARN', edited('acs:ram::1234567890123456:role/media', 'canary')],
    ['a tag', edited('kind: oidc', 'kind: !canary oidc')],
    ['an alias', edited('kind: oidc', 'kind: *canary')],
  ])('does not repeat %s in a fault', (_name, text) => {
    expect(faultsOf(text)).not.toEqual([]);
    expect(faultsOf(text).join('\n')).not.toContain('canary');
  });

  it('shows an unknown key without terminal escapes and without its tail, which may be a pasted secret', () => {
    const key = `\\e[31m${'a'.repeat(36)}canary`;
    expect(faultsOf(`${VALID}"${key}": 1\n`).join()).toContain('unknown key ?[31m');
    expect(faultsOf(`${VALID}"${key}": 1\n`).join()).not.toMatch(/\p{Cc}|canary/u);
  });
});
