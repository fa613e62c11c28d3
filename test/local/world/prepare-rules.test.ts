// Guarantees: the applied document has the real addresses of the local issuers, and is otherwise local/access.yaml.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { writeEffectiveDocument } from '../../../local/world/prepare-rules.ts';
import { SIGNER } from '../../support/saml-idp.ts';
import { accepted } from '../../unit/rules/documents.ts';

const SOURCE = join(import.meta.dirname, '../../../local/access.yaml');
const folder = mkdtempSync(join(tmpdir(), 'stint-document-'));
afterAll(() => rmSync(folder, { recursive: true }));

const source = readFileSync(SOURCE, 'utf8');
const SAML = {
  entityId: 'http://127.0.0.1:34567/saml/metadata',
  ssoUrl: 'http://127.0.0.1:34567/saml/sso',
  sloUrl: 'http://127.0.0.1:34567/saml/slo',
  certificate: SIGNER.certificate,
};
const ISSUERS = { idp: 'http://127.0.0.1:12345', login: 'http://localhost:23456/login', saml: SAML };
const file = writeEffectiveDocument(folder, ISSUERS);
const written = readFileSync(file, 'utf8');

describe('the access document of a start', () => {
  it('has the addresses that its issuers really have, and is otherwise the one of the clone', () => {
    const original = parse(source);
    const of = (id: string) => original.providers.find((provider: { id: string }) => provider.id === id);
    expect([of('demo').issuer, of('staff').issuer]).not.toEqual([ISSUERS.idp, ISSUERS.login]);
    of('demo').issuer = ISSUERS.idp;
    of('staff').issuer = ISSUERS.login;
    const [oidc, saml] = original.signOn.connections;
    oidc.issuer = ISSUERS.idp;
    expect(saml.certificates).not.toEqual([SAML.certificate]);
    Object.assign(saml, {
      entityId: SAML.entityId,
      ssoUrl: SAML.ssoUrl,
      sloUrl: SAML.sloUrl,
      certificates: [SAML.certificate],
    });
    expect(parse(written)).toEqual(original);
  });

  it('keeps the comments, so that it can be read and changed', () => {
    const comments = (text: string) => text.match(/#.*/g);
    expect(comments(written)).toEqual(comments(source));
  });

  it('is written to the state folder and accepted as it is', () => {
    expect(file).toBe(join(folder, 'access.yaml'));
    expect(accepted(written).grants.map(({ grant }) => grant.id)).toContain('alice-own-prefix');
  });
});
