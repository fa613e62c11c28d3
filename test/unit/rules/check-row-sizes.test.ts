// Grants that do not fit into one Tablestore row are refused before anything is written.
import { describe, expect, it } from 'vitest';
import {
  checkRowSizes,
  MAX_GRANTS_PER_PRINCIPAL,
  MAX_PRINCIPAL_BYTES,
} from '../../../shared/rules/compile/check-row-sizes.ts';
import type { CompiledGrant } from '../../../shared/rules/document/compiled-access.ts';
import type { PrincipalSelector } from '../../../shared/rules/values/principal-key.ts';
import { accepted, VALID } from './documents.ts';

const [template] = accepted(VALID).grants;

function grants(count: number, bytes: number, principal: PrincipalSelector): readonly CompiledGrant[] {
  if (!template) throw new Error('the valid document has no grant');
  const empty = { ...template.grant, sessionPolicy: { variables: {}, document: { x: '' } } };
  const size = JSON.stringify({ ...empty, order: 100_000 }).length;
  return Array.from({ length: count }, (_, i) => ({
    selector: { ...template.selector, principal },
    grant: {
      ...empty,
      order: 100_000 + i,
      sessionPolicy: { variables: {}, document: { x: 'x'.repeat(Math.max(0, bytes - size)) } },
    },
  }));
}
const alice: PrincipalSelector = { kind: 'sub', name: 'alice' };
const group: PrincipalSelector = { kind: 'group', name: 'alice' };

describe('the grants of one principal fit into one row', () => {
  it.each([
    ['as many as there may be', grants(MAX_GRANTS_PER_PRINCIPAL, 0, alice)],
    ['as many bytes as there may be', grants(100, MAX_PRINCIPAL_BYTES / 100, alice)],
    [
      'twice that for a subject and a group of the same name',
      [...grants(100, MAX_PRINCIPAL_BYTES / 100, alice), ...grants(100, MAX_PRINCIPAL_BYTES / 100, group)],
    ],
  ])('accepts %s', (_name, compiled) => {
    expect(checkRowSizes(compiled)).toEqual([]);
  });

  it.each([
    [
      'one grant',
      grants(MAX_GRANTS_PER_PRINCIPAL + 50, 0, alice),
      100_000 + MAX_GRANTS_PER_PRINCIPAL,
      'at most 1000 grants',
    ],
    ['a few bytes', grants(100, MAX_PRINCIPAL_BYTES / 100 + 1, alice), 100_099, 'at most 1000000 bytes'],
  ])('refuses %s more, once, at the first that does not fit', (_name, compiled, order, says) => {
    expect(checkRowSizes(compiled)).toEqual([
      { path: ['grants', order], message: expect.stringContaining(says) },
    ]);
  });
});
