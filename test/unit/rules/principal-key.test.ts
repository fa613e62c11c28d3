// No two recipients of grants share a key, and the longest key fits into Tablestore.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProviderId, Revision } from '../../../shared/kernel/names.ts';
import {
  grantColumn,
  MAX_PRINCIPAL_NAME_BYTES,
  type PrincipalSelector,
  principalKey,
} from '../../../shared/rules/values/principal-key.ts';

const PROVIDERS = ['a', 'a-sub', 'sub', 'any', 'group'].map((id) => ProviderId.parse(id));
const REVISIONS = ['rev00000001', 'rev00000002'].map((id) => Revision.parse(id));
const name = fc.oneof(
  fc.constantFrom('a', 'sub|a', 'any', '|a', 'a|', 'group|a', ''),
  fc.string({ unit: 'binary' }),
);
const selector: fc.Arbitrary<PrincipalSelector> = fc.oneof(
  fc.record({ kind: fc.constantFrom('sub' as const, 'group' as const), name }),
  fc.constant({ kind: 'any' as const }),
);
const whose = fc.tuple(fc.constantFrom(...REVISIONS), fc.constantFrom(...PROVIDERS), selector);

describe('a principal key', () => {
  it('belongs to one revision, provider and selector', () => {
    fc.assert(
      fc.property(whose, whose, (one, two) => {
        const same = JSON.stringify(one) === JSON.stringify(two);
        expect(principalKey(...one) === principalKey(...two)).toBe(same);
      }),
      { numRuns: 1_000 },
    );
  });

  it('spreads neighbours', () => {
    const keys = Array.from({ length: 64 }, (_, i) =>
      principalKey(Revision.parse('rev00000001'), ProviderId.parse('a'), { kind: 'sub', name: `user${i}` }),
    );
    expect(new Set(keys.map((key) => key.slice(0, 1))).size).toBeGreaterThan(8);
  });

  it('fits into the 1,024 bytes of a Tablestore key at its longest', () => {
    const longest = principalKey(Revision.parse('r'.repeat(32)), ProviderId.parse('p'.repeat(63)), {
      kind: 'group',
      name: 'n'.repeat(MAX_PRINCIPAL_NAME_BYTES),
    });
    expect(Buffer.byteLength(longest)).toBeLessThanOrEqual(1_024);
  });
});

describe('a grant column', () => {
  it('belongs to one grant and is a name that Tablestore takes', () => {
    const id = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
    fc.assert(
      fc.property(id, id, (one, two) => {
        expect(grantColumn(one)).toMatch(/^[A-Za-z_][A-Za-z0-9_]{0,254}$/);
        expect(grantColumn(one) === grantColumn(two)).toBe(one === two);
      }),
    );
  });
});
