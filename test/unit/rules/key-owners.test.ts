// Whose keys an administrator can decide about.
import { expect, it } from 'vitest';
import { newKeyRules } from '../../../shared/rules/document/key-owners.ts';
import { connection } from '../../support/saml-idp.ts';

it('a SAML connection is among them after it has lost its metadataUrl: a revoked key can be approved again', () => {
  expect([...newKeyRules([], [connection()])]).toEqual([['saml/corp', 'accept']]);
});
