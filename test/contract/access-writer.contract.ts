// What applying access rules promises, over any implementation of TablestoreRows.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createRulesStore } from '../../shared/adapters/tablestore/access-store.ts';
import { readCurrentAccess, writeAccess } from '../../shared/adapters/tablestore/applied-access.ts';
import { readHistory } from '../../shared/adapters/tablestore/revision-history.ts';
import { ACCESS } from '../../shared/adapters/tablestore/tables.ts';
import type { TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { compileGrant } from '../../shared/pipeline/grants/compile-grant.ts';
import { principalKey } from '../../shared/rules/values/principal-key.ts';
import { accepted, acceptedDocument, edited, VALID } from '../unit/rules/documents.ts';
import { must } from './must.ts';

const FIRST = accepted(VALID);
const SECOND = accepted(edited('Seconds: 1800', 'Seconds: 900'));
const THIRD = accepted(edited('Seconds: 1800', 'Seconds: 600'));

export function describeAccessWriter(name: string, openEmpty: () => Promise<TablestoreRows>): void {
  describe(`access rules in ${name}`, () => {
    const current = async (rows: TablestoreRows) => must(await readCurrentAccess(rows));
    const order = (read: Awaited<ReturnType<typeof current>>, access = FIRST, minute = 0) => ({
      base: read,
      access,
      appliedBy: 'test',
      documentSha256: 'f'.repeat(64),
      now: new Date(Date.UTC(2026, 0, 1, 0, minute)),
      onProgress: () => undefined,
    });

    it('are none at first', async () => {
      const read = await current(await openEmpty());
      expect(read).toMatchObject({ head: undefined, others: [], access: { grants: [] }, unreadable: 0 });
    });

    it('are read back as they were written, names with | and multi-byte characters included', async () => {
      const rows = await openEmpty();
      const named = edited('roles:', 'accounts: [{ id: "12", alias: prod, name: é😀 }]\nroles:');
      const access = accepted(edited('group: staff', 'group: "a|b|é😀"', named));
      must(await writeAccess(rows, order(await current(rows), access)));
      expect((await current(rows)).access).toEqual(access);
    });

    it('record who applied what, when, and what was in force before', async () => {
      const rows = await openEmpty();
      const first = must(await writeAccess(rows, order(await current(rows))));
      must(await writeAccess(rows, order(await current(rows), SECOND, 1)));
      expect((await current(rows)).head).toMatchObject({
        previous: first.head.revision,
        appliedBy: 'test',
        documentSha256: 'f'.repeat(64),
        appliedAt: new Date(Date.UTC(2026, 0, 1, 0, 1)),
      });
    });

    it('have a history, with files, totals and what was put in force again', async () => {
      const rows = await openEmpty();
      const totals = { removed: { grant: 2 }, added: {}, changed: { role: 1 } };
      const first = must(
        await writeAccess(rows, { ...order(await current(rows)), files: ['a.yaml'], totals }),
      );
      must(await writeAccess(rows, order(await current(rows), SECOND, 1)));
      const { revision } = first.head;
      must(await writeAccess(rows, { ...order(await current(rows), FIRST, 2), rollbackOf: revision }));
      const [third, second, oldest, ...more] = must(await readHistory(rows));
      expect(more).toEqual([]);
      expect(third).toMatchObject({
        number: 3,
        isInForce: true,
        record: { rollbackOf: revision, files: [] },
      });
      expect(second).toMatchObject({ number: 2, isInForce: false });
      expect(oldest).toMatchObject({
        number: 1,
        revision,
        record: {
          files: ['a.yaml'],
          totals,
          appliedBy: 'test',
          appliedAt: '2026-01-01T00:00:00.000Z',
          rows: 4,
        },
      });
    });

    it('are read as they were in each kept revision, with tests and pinned policies', async () => {
      const rows = await openEmpty();
      const name = 'x'.repeat(199);
      const test = { as: { provider: 'app-users', subject: 'é😀' }, role: 'media-uploader', expect: 'deny' };
      const tests = Array.from({ length: 3_000 }, (_, i) => ({
        ...test,
        name: `${i} ${randomBytes(90).toString('hex')}`,
      }));
      const { access } = acceptedDocument(`${VALID}tests: ${JSON.stringify([{ ...test, name }, ...tests])}`);
      const first = must(await writeAccess(rows, { ...order(await current(rows)), supplement: access }));
      must(await writeAccess(rows, order(await current(rows), SECOND, 1)));
      const read = must(await readCurrentAccess(rows, [first.head.revision]));
      expect(read.access).toEqual(SECOND);
      expect(read.supplement.tests).toEqual([]);
      const earlier = read.earlier.get(first.head.revision);
      expect(earlier).toMatchObject({ access: FIRST, unreadable: 0, missing: 0 });
      expect(earlier?.supplement).toMatchObject({ tests: access.tests, policies: [] });
    });

    it('have a hole where a row is gone, and say so', async () => {
      const rows = await openEmpty();
      const { head } = must(await writeAccess(rows, order(await current(rows))));
      const key = FIRST.grants.map(({ selector }) =>
        principalKey(head.revision, selector.provider, selector.principal),
      );
      must(await rows.deleteRows(ACCESS, [[key[0] ?? '']]));
      const read = must(await readCurrentAccess(rows, [head.revision]));
      expect(read.unreadable).toBe(1);
      expect(read.earlier.get(head.revision)?.missing).toBe(1);
    });

    it.each([
      ['nothing was applied', []],
      ['rules are in force', [THIRD]],
    ])('stay those of the first of two concurrent applies, also when %s before', async (_name, before) => {
      const rows = await openEmpty();
      for (const access of before) must(await writeAccess(rows, order(await current(rows), access)));
      const base = await current(rows);
      const answers = await Promise.all([
        writeAccess(rows, order(base, FIRST, 1)),
        writeAccess(rows, order(base, SECOND, 1)),
      ]);
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
      expect(answers.find(({ ok }) => !ok)).toMatchObject({ error: { kind: 'conflict' } });
      const read = await current(rows);
      expect(read.access).toEqual(answers[0].ok ? FIRST : SECOND);
      // Nothing of the second remains: all other rows are those of the revision before.
      expect(read.others).toHaveLength(before.length * 5);
    });

    it('are what vend reads', async () => {
      const rows = await openEmpty();
      const { head } = must(await writeAccess(rows, order(await current(rows))));
      const store = createRulesStore(rows, { now: () => new Date(0) });
      const rules = must(await store.current());
      expect(rules.revision).toBe(head.revision);
      expect([...rules.providersByIssuer.values()]).toEqual(FIRST.providers);
      expect([...rules.rolesById.values()]).toEqual(FIRST.roles);
      for (const { selector, grant } of FIRST.grants) {
        const [row = {}] = must(
          await store.grantRows(rules.revision, selector.provider, [selector.principal]),
        );
        const read = Object.values(row).map((json) => compileGrant(json, 'subject'));
        expect(read).toEqual([expect.objectContaining({ id: grant.id, order: grant.order })]);
      }
    });

    it('are written in batches that the store accepts, however many there are', async () => {
      const rows = await openEmpty();
      const many = Array.from(
        { length: 450 },
        (_, i) =>
          `  - { id: g${i}, to: { provider: app-users, subject: s${i} }, role: media-uploader, sessionPolicy: inherit }\n`,
      );
      const access = accepted(`${VALID}${many.join('')}`);
      must(await writeAccess(rows, order(await current(rows), access)));
      expect((await current(rows)).access).toEqual(access);
    });
  });
}
