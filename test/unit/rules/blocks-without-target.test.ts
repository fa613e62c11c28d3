// A plan says which blocks hold nothing back under the new rules.
import { describe, expect, it } from 'vitest';
import { applyDocument } from '../../../clients/cli/documents/apply-document.ts';
import { showPlan } from '../../../clients/cli/documents/run-apply.ts';
import { addBlock } from '../../../shared/adapters/tablestore/block-row.ts';
import { BLOCKS_KEY } from '../../../shared/adapters/tablestore/catalog-keys.ts';
import { CATALOG } from '../../../shared/adapters/tablestore/tables.ts';
import type { BlockKind } from '../../../shared/rules/blocks/block.ts';
import { blocksOfRenamed } from '../../../shared/rules/review/blocks-of-renamed.ts';
import { blocksWithoutTarget } from '../../../shared/rules/review/blocks-without-target.ts';
import { SignOn } from '../../../shared/rules/sign-on/sign-on.ts';
import { aliyunProvider, blocksOf, NOW, provider, role } from '../../support/builders.ts';
import { FakeRows } from '../../support/fake-rows.ts';
import { VALID } from './documents.ts';

const CORPORATE = {
  id: 'corporate',
  kind: 'oidc',
  name: 'Example Corp',
  issuer: 'https://id.example.com',
  clientId: 'stint',
  groups: { claim: 'groups', prefix: 'staff' },
};
const RULES = {
  providers: [
    provider(),
    provider({
      id: 'filtered',
      issuer: 'https://b.example.com',
      groups: { claim: 'groups', match: 'eng-*' },
    }),
    provider({ id: 'without', issuer: 'https://c.example.com', groups: undefined }),
    aliyunProvider(),
  ],
  roles: [role()],
  signOn: SignOn.parse({ connections: [CORPORATE] }),
};

describe('blocksWithoutTarget', () => {
  it.each<readonly [BlockKind, string, boolean]>([
    ['role', 'media-uploader', false],
    ['role', 'media-uploader-2', true],
    ['role', 'app-users', true],
    ['provider', 'app-users', false],
    ['provider', 'corporate', false],
    ['provider', 'media-uploader', true],
    ['subject', 'app-users:alice', false],
    ['subject', 'corporate:alice', false],
    ['subject', '*:alice', false],
    ['subject', 'gone:alice', true],
    ['group', 'gone:staff', true],
    ['group', 'corporate:staff:eu', false],
    ['group', 'corporate:contractors', true],
    ['group', 'app-users:contractors', false],
    ['group', 'filtered:eng-', false],
    ['group', 'filtered:contractors', true],
    ['group', 'without:contractors', true],
    ['group', 'partners:contractors', true],
    ['group', '*:contractors', false],
  ])('%s %s: %s', (kind, name, isLost) => {
    expect(blocksWithoutTarget(blocksOf([kind, name]).all, RULES)).toHaveLength(isLost ? 1 : 0);
  });

  it.each<readonly [string, number]>([
    ['silent:board', 0],
    ['corporate:board', 0],
    ['corporate:contractors', 1],
    ['silent:eu-board', 1],
    ['*:board', 0],
    ['other:board', 1],
  ])('a group of a directory is that of its connections’ people: %s', (name, lost) => {
    const linked = { ...CORPORATE, person: { claim: 'employee_id' } };
    const silent = { ...linked, id: 'silent', issuer: 'https://d.example.com', groups: undefined };
    const other = { ...silent, id: 'other', issuer: 'https://e.example.com' };
    const signOn = SignOn.parse({
      connections: [linked, silent, other],
      directories: [{ id: 'hr', connections: ['corporate', 'silent'], groups: { match: 'board' } }],
    });
    const rules = { ...RULES, providers: [], signOn };
    expect(blocksWithoutTarget(blocksOf(['group', name]).all, rules)).toHaveLength(lost);
  });

  it('a person link is lost where no connection declares person', () => {
    const linked = SignOn.parse({ connections: [{ ...CORPORATE, person: { claim: 'employee_id' } }] });
    const lost = (signOn: typeof linked) =>
      blocksWithoutTarget(blocksOf(['subject', 'person:4711']).all, { ...RULES, signOn }).length;
    expect([lost(RULES.signOn), lost(linked)]).toEqual([1, 0]);
  });
});

describe('blocksOfRenamed', () => {
  const renamed = (blocked: readonly [BlockKind, string], wanted: typeof RULES) =>
    blocksOfRenamed(blocksOf(blocked).all, RULES, wanted).length > 0;
  const [first, ...others] = RULES.providers;
  const bySubject = { ...RULES, providers: [provider({ subject: 'email' }), ...others] };
  const byGroups = { ...RULES, providers: [provider({ groups: 'teams' }), ...others] };
  const byFilter = {
    ...RULES,
    providers: [provider({ groups: { claim: 'groups', prefix: 'a' } }), ...others],
  };
  const [person] = [{ ...CORPORATE, subject: 'oid' }];
  const byConnection = { ...RULES, signOn: SignOn.parse({ connections: [person] }) };

  const byLink = {
    ...RULES,
    signOn: SignOn.parse({ connections: [{ ...CORPORATE, person: { claim: 'employee' } }] }),
  };

  it.each<readonly [BlockKind, string, typeof RULES, boolean]>([
    ['subject', 'person:4711', byLink, true],
    ['subject', 'person:4711', byConnection, false],
    ['subject', 'corporate:alice', byLink, false],
    ['subject', 'app-users:alice', RULES, false],
    ['subject', 'app-users:alice', bySubject, true],
    ['subject', '*:alice', bySubject, true],
    ['subject', 'filtered:alice', bySubject, false],
    ['subject', 'app-users:alice', byGroups, false],
    ['subject', 'corporate:alice', byConnection, true],
    ['subject', 'app-users:alice', { ...RULES, providers: [...others, ...(first ? [first] : [])] }, false],
    ['group', 'app-users:staff', byGroups, true],
    ['group', 'app-users:staff', bySubject, false],
    ['group', 'app-users:staff', byFilter, false],
    ['provider', 'app-users', bySubject, false],
    ['role', 'media-uploader', bySubject, false],
  ])('%s %s', (kind, name, wanted, isRenamed) => {
    expect(renamed([kind, name], wanted)).toBe(isRenamed);
  });
});

describe('a plan', () => {
  async function plan(blocked: ReturnType<typeof blocksOf>, damage?: string, inForce?: string) {
    const rows = new FakeRows();
    const order = { rows, appliedBy: 'test', now: NOW, ram: undefined };
    if (inForce !== undefined) await applyDocument({ ...order, files: [{ name: 'a.yaml', text: inForce }] });
    for (const block of blocked.all) await addBlock(rows, block);
    if (damage !== undefined)
      await rows.putRows([{ table: CATALOG, key: BLOCKS_KEY, columns: { json: damage } }]);
    const notes: string[] = [];
    const applied = await applyDocument({
      ...order,
      files: [{ name: 'a.yaml', text: VALID }],
      dryRun: true,
      onPlan: (found) => showPlan(found, { out: () => undefined, note: (line) => void notes.push(line) }),
    });
    return { notes: notes.join('\n'), applied };
  }

  it('warns of a block whose role has another name, and shows no name that steers the terminal', async () => {
    const { notes } = await plan(blocksOf(['role', 'renamed\u001b[2J'], ['role', 'media-uploader']));
    expect(notes).toContain('the block b-00000000 of role renamed?[2J');
    expect(notes).toContain('stint unblock b-00000000');
    expect(notes).not.toContain('b-00000001');
  });

  it('warns of a block of a person whom the provider names in another way', async () => {
    const inForce = VALID.replace('groups: groups', 'groups: groups\n    subject: email');
    const { notes } = await plan(
      blocksOf(['subject', 'app-users:alice'], ['role', 'media-uploader']),
      undefined,
      inForce,
    );
    expect(notes).toContain('the block b-00000000 of subject app-users:alice');
    expect(notes).toContain('names callers in another way');
    expect(notes).not.toContain('b-00000001');
  });

  it('is made also while the blocks cannot be read, and says so', async () => {
    const { notes, applied } = await plan(blocksOf(), '{');
    expect(notes).toContain('blocks in force cannot be read');
    expect(applied).toMatchObject({ ok: true, value: { blocksWithoutTarget: undefined } });
  });
});
