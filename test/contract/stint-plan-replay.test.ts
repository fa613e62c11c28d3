// `stint plan --replay` reads the audit trail of the local Tablestore, and says whom new rules would refuse or newly allow.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUDIT } from '../../shared/adapters/tablestore/tables.ts';
import { createAuditLog } from '../../shared/adapters/tablestore/tablestore-audit-log.ts';
import { openRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../shared/adapters/tablestore/tablestore-sdk.ts';
import { RequestId } from '../../shared/kernel/names.ts';
import type { AuditEvent } from '../../shared/pipeline/audit/audit-event.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';
import { edited, VALID } from '../unit/rules/documents.ts';
import { commandEnvironment, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const { server, options } = await startInstance();
afterAll(() => server.close());

const rows = openRows(openTablestore(options));
const auditLog = createAuditLog(rows);
const env = commandEnvironment(options);
const folder = testFolder();
const stint = (...argv: readonly string[]) => folder.stint(argv, env);

const HOUR_MS = 3_600_000;
const TO_BOB =
  '  - { id: bob, to: { provider: app-users, subject: bob }, role: media-uploader, sessionPolicy: inherit }\n';
folder.write('before.yaml', VALID);
folder.write('after.yaml', `${VALID.slice(0, VALID.indexOf('  - id: own-prefix'))}${TO_BOB}`);
folder.write('longer.yaml', edited('Seconds: 1800', 'Seconds: 1900'));

let revision = '';
let written = 0;
async function record(hoursAgo: number, event: Partial<AuditEvent>): Promise<void> {
  written += 1;
  const base: AuditEvent = {
    requestId: RequestId.parse(`request-${written}`),
    at: new Date(Date.now() - hoursAgo * HOUR_MS),
    action: 'credentials',
    stage: 'respond',
    outcome: 'granted',
    revision,
    provider: 'app-users',
    subject: 'alice',
    role: 'media-uploader',
    grant: 'own-prefix',
  };
  must(await auditLog.record({ ...base, ...event }));
}
const refused = { outcome: 'refused', stage: 'decide', grant: undefined } as const;

beforeAll(async () => {
  await stint('tables', 'create');
  await stint('apply', 'before.yaml');
  revision = JSON.parse((await stint('history', '--json')).out).revisions[0].revision;
  for (let i = 0; i < 3; i += 1) await record(2, {});
  await record(30, {});
  await record(2, { ...refused, subject: 'bob', reason: 'condition-false' });
  await record(2, { ...refused, subject: 'a\u001b[2Jb', reason: 'no-grant' });
  await record(2, { ...refused, subject: 'bob', reason: 'blocked' });
  await record(2, { ...refused, stage: 'authenticate', subject: undefined, reason: 'token-expired' });
  await record(2, { ...refused, role: undefined, reason: 'role-unknown' });
  await record(2, { subject: 'carol', revision: 'gonegonegone' });
  await record(2, { action: 'roles' });
  must(
    await rows.putRows([
      { table: AUDIT, key: ['0', new Date().toISOString(), 'damaged'], columns: { event: '{' } },
    ]),
  );
});

describe('stint plan --replay', () => {
  it('says who would be refused or newly allowed, how often and why, and what it cannot tell', async () => {
    const { out, exitCode } = await stint('plan', '--replay', '1d', 'after.yaml');
    expect(exitCode).toBe(0);
    const lines = out.split('\n').map((line) => line.replace(/ {2,}/g, '  '));
    const replay = lines.slice(lines.findIndex((line) => line.startsWith('Replayed')));
    expect(replay[0]).toMatch(/^Replayed 6 requests for credentials since .*: 1 end as they did\.$/);
    expect(replay.filter((line) => !line.includes('TIMES')).slice(1)).toEqual([
      'Would have been refused: 3',
      expect.stringMatching(/^ {2}3 {2}app-users:alice {2}media-uploader {2}20\S+ \S+ {2}no-grant$/),
      'Would have been allowed, and were refused: 1',
      expect.stringMatching(/^ {2}1 {2}app-users:bob .* was refused: condition-false$/),
      'Not decidable, because the audit trail does not hold what it needs: 1',
      expect.stringMatching(/^ {2}1 {2}app-users:carol .* was granted; needs: rules of that time$/),
      '2 more ended before or after the rules, or by a block, and are not replayed.',
      '2 more are not decidable: their rows name no role that existed, or cannot be read.',
      expect.stringContaining('A request is taken to have brought no policy of its own'),
      expect.stringContaining('Nothing was written'),
    ]);
    expect(out).not.toContain('\u001b');
  });

  it('looks no further back than it was asked to', async () => {
    const requests = async (time: string) =>
      JSON.parse((await stint('plan', '--json', '--replay', time, 'after.yaml')).out).replay.requests;
    expect(await requests('1d')).toBe(6);
    expect(await requests('2d')).toBe(7);
    expect(await requests('1h')).toBe(0);
  });

  it('tells that a grant that only gives longer changes nothing for those who had it', async () => {
    const { replay } = JSON.parse((await stint('plan', '--json', '--replay', '1d', 'longer.yaml')).out);
    expect(replay.groups.filter(({ outcome }: { outcome: string }) => outcome !== 'not-decidable')).toEqual(
      [],
    );
    expect(replay.groups.map(({ subject }: { subject: string }) => subject)).not.toContain('alice');
  });

  it.each(['0d', '32d', 'week', '7 d', '-1d'])('refuses %j as a time', async (time) => {
    expect(await stint('plan', `--replay=${time}`, 'after.yaml')).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining('31d at most'),
    });
  });

  it('takes no --audit-env that would be read for nothing', async () => {
    expect(await stint('plan', '--audit-env', 'auditor.env', 'after.yaml')).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining('--audit-env goes with --replay'),
    });
  });

  it('says what to do where the trail cannot be read', async () => {
    folder.write('auditor.env', 'STINT_TABLESTORE_ENDPOINT=https://x.example.com\n');
    expect(await stint('plan', '--replay', '1d', '--audit-env', 'auditor.env', 'after.yaml')).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining('STINT_TABLESTORE_INSTANCE is missing'),
    });
  });
});
