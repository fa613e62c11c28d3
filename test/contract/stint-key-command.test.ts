// `stint key` and `stint audit` over the real adapter, as an auditor uses them.
import { afterAll, describe, expect, it } from 'vitest';
import { ISSUED } from '../../shared/adapters/tablestore/tables.ts';
import { createAuditLog } from '../../shared/adapters/tablestore/tablestore-audit-log.ts';
import { RequestId } from '../../shared/kernel/names.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';
import { commandEnvironment, openLocalRows, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const instance = await startInstance();
afterAll(() => instance.server.close());
const rows = await openLocalRows(instance);
const log = createAuditLog(rows);
const folder = testFolder();
const env = commandEnvironment(instance.options);
const stint = (...argv: readonly string[]) => folder.stint(argv, env);

async function issue(accessKeyId: string, lifetimeMs: number) {
  const issuedAt = new Date();
  const expiresAt = new Date(issuedAt.getTime() + lifetimeMs);
  const requestId = RequestId.parse(`request-${accessKeyId.slice(4)}`);
  const shared = {
    accessKeyId,
    provider: 'demo',
    subject: 'alice\u001b[2J',
    role: 'media-uploader',
    grant: 'own',
  };
  const key = { roleArn: 'acs:ram::1:role/m', sessionName: 's', stsRequestId: 'r' };
  must(await log.register({ ...shared, ...key, requestId, issuedAt, expiresAt }));
  must(
    await log.record({
      ...shared,
      ...{ requestId, at: issuedAt, action: 'credentials', stage: 'respond', outcome: 'granted' },
      ...{ revision: 'rev00000001', policyHash: 'hash' },
    }),
  );
}

describe('stint key', () => {
  it('says whose key it is, by which grant, policy and rules, and that it works', async () => {
    await issue('STS.alive', 60_000);
    const { exitCode, out } = await stint('key', 'STS.alive', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ...{ format: 1, accessKeyId: 'STS.alive', provider: 'demo', grant: 'own', role: 'media-uploader' },
      ...{ alive: true, revision: 'rev00000001', policyHash: 'hash' },
    });
  });

  it('says that a key has ended, and shows no name that steers the terminal', async () => {
    await issue('STS.ended', -1);
    const { out } = await stint('key', 'STS.ended');
    expect(out).toMatch(/^alive +false$/m);
    expect(out).toMatch(/^subject +alice\?\[2J$/m);
  });

  it.each([
    ['STS.unknown', 2, 'issued no key STS.unknown'],
    ['LTAI123', 2, 'STS.…'],
    ['STS.damaged', 3, 'IssuedUnreadable'],
  ])('%s ends with %d', async (id, exitCode, notes) => {
    must(await rows.putRows([{ table: ISSUED, key: ['STS.damaged'], columns: { event: '{' } }]));
    expect(await stint('key', id)).toMatchObject({ exitCode, notes: expect.stringContaining(notes) });
  });
});

describe('stint audit', () => {
  it('shows the rows, one JSON object a line, with names that are inert', async () => {
    const { exitCode, out } = await stint('audit', '--since', '1h', '--json', '--grant', 'own');
    expect(exitCode).toBe(0);
    expect(out.split('\n').map((line) => JSON.parse(line).accessKeyId)).toEqual(['STS.alive', 'STS.ended']);
    expect(out).not.toContain('\u001b[');
    expect(out.split('\n').join('')).not.toMatch(/\p{C}/u);
  });

  it('stops at its limit, and says when nothing matches', async () => {
    expect((await stint('audit', '--limit', '1')).out.split('\n')).toHaveLength(2);
    expect((await stint('audit', '--who', 'nobody')).notes).toContain('No row matches');
  });
});
