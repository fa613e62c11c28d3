// In which revision an entry came in decides whether what was issued under it is handed out again.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyDocument } from '../../../clients/cli/documents/apply-document.ts';
import { readCurrentAccess } from '../../../shared/adapters/tablestore/applied-access.ts';
import { entryKey } from '../../../shared/rules/document/rules.ts';
import { FakeRows } from '../../support/fake-rows.ts';

interface Entry {
  readonly id: string;
  readonly seconds: number;
}

const documentOf = (roles: readonly Entry[], grants: readonly Entry[]): string =>
  JSON.stringify({
    version: 1,
    providers: [{ id: 'p', kind: 'oidc', issuer: 'https://id.example.com' }],
    roles: ['a', 'b', 'c'].map((id) => ({
      id,
      roleArn: `acs:ram::1234567890123456:role/${id}`,
      maxDurationSeconds: roles.find((role) => role.id === id)?.seconds ?? 900,
    })),
    grants: grants.map(({ id, seconds }) => ({
      id,
      to: { provider: 'p', anyone: true },
      role: 'a',
      maxDurationSeconds: seconds - 100,
      sessionPolicy: 'inherit',
    })),
  });

const entries = fc.uniqueArray(
  fc.record({ id: fc.constantFrom('a', 'b', 'c'), seconds: fc.constantFrom(900, 901) }),
  { selector: ({ id }) => id },
);

it('an entry keeps its revision while every apply leaves it as it is, and comes in anew otherwise', async () => {
  const documents = fc.array(fc.tuple(entries, entries), { minLength: 2, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(documents, async (all) => {
      const rows = new FakeRows();
      let before = new Map<string, { readonly text: string; readonly since: unknown }>();
      for (const [roles, grants] of all) {
        const files = [{ name: 'a.yaml', text: documentOf(roles, grants) }] as const;
        const applied = await applyDocument({
          rows,
          files,
          appliedBy: 't',
          now: new Date(),
          ram: undefined,
        });
        const current = await readCurrentAccess(rows);
        if (!applied.ok || !current.ok) throw new Error('not applied');
        const { access, entryRevisions: since } = current.value;
        const after = new Map(
          [
            ...access.roles.map((role) => [entryKey('role', role.id), JSON.stringify(role)] as const),
            ...access.grants.map(
              ({ grant: { order: _, ...grant } }) =>
                [entryKey('grant', grant.id), JSON.stringify(grant)] as const,
            ),
          ].map(([name, text]) => [name, { text, since: since.get(name) }]),
        );
        for (const [name, entry] of after) {
          const old = before.get(name);
          expect(entry.since).toBe(old?.text === entry.text ? old.since : current.value.head?.revision);
        }
        before = after;
      }
    }),
    { numRuns: 40 },
  );
});
