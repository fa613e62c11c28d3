// `stint contain` against a local RAM and Tablestore: a session that was handed out can do nothing more, and can again after the
// release.
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LocalIam, openIam } from '../../local/iam/local-iam.ts';
import { type LocalRam, startRam } from '../../local/ram/server.ts';
import { allow } from '../local/ram/world.ts';
import { testFolder } from '../unit/cli/test-terminal.ts';
import { VALID } from '../unit/rules/documents.ts';
import { commandEnvironment, type LocalInstance, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const ACCOUNT = '1234567890123456';
const ARN = `acs:ram::${ACCOUNT}:role/media-uploader`;
const OBJECT = 'acs:oss:*:*:media/a.png';

let instance: LocalInstance;
let iam: LocalIam;
let ram: LocalRam;
const folder = testFolder();
const environment = () => ({ STINT_RAM_ENDPOINT: ram.url, ...commandEnvironment(instance.options) });
const stint = (...argv: readonly string[]) => folder.stint(argv, environment());

beforeAll(async () => {
  instance = await startInstance();
  iam = openIam({
    file: join(mkdtempSync(join(tmpdir(), 'stint-contain-')), 'iam.lmdb'),
    clock: () => new Date(),
  });
  const { accessKeyId, accessKeySecret } = instance.options.credentials();
  const keys = { accessKeyId, accessKeySecret: accessKeySecret.reveal() };
  // The policy that operators attach, and no more.
  const policies = [JSON.parse(readFileSync('clients/cli/ram/contain-policy.json', 'utf8'))];
  must(iam.putUser({ accountId: ACCOUNT, name: 'admin', ...keys, policies }));
  const trustPolicy = {
    Version: '1',
    Statement: [
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: [`acs:ram::${ACCOUNT}:root`] } },
    ],
  };
  must(iam.putRole({ arn: ARN, trustPolicy, policies: [allow('oss:*', 'acs:oss:*:*:media/*')] }));
  ram = await startRam({ iam });
  await stint('tables', 'create');
  folder.write('access.yaml', VALID);
  await stint('apply', 'access.yaml');
});
afterAll(async () => {
  await ram.close();
  await instance.server.close();
  await iam.close();
});
afterEach(() => ram.faults.clear());

/** Of a session that was handed out before. */
function handedOut(): () => boolean {
  const role = iam.findRole(ARN);
  if (!role) throw new Error('no role');
  const { accessKeyId, securityToken } = iam.issueSession({
    role,
    sessionName: 'alice',
    durationSeconds: 900,
  });
  return () => {
    const found = iam.find(accessKeyId, securityToken);
    return found.kind === 'found' && found.caller.may('oss:GetObject', OBJECT, {});
  };
}

describe('stint contain', () => {
  it('says what it breaks, and does nothing unless it is confirmed', async () => {
    const works = handedOut();
    const unasked = await stint('contain', 'media-uploader');
    expect(unasked).toMatchObject({ exitCode: 2, notes: expect.stringContaining('add --yes') });
    expect(unasked.notes).toContain('people that assume the role without Stint');
    expect(unasked.notes).toContain('not confirmed');
    const no = await folder.stint(['contain', ARN], environment(), undefined, async () => 'no');
    expect([no.exitCode, works()]).toEqual([2, true]);
  });

  it('ends what sessions may do, says so when it is done again, and has a way back', async () => {
    const works = handedOut();
    const contained = await stint('contain', 'media-uploader', '--yes');
    expect([contained.exitCode, works()]).toEqual([0, false]);
    expect(contained.out).toContain('stint contain media-uploader --release');
    // Without a question: it changes nothing.
    expect((await stint('contain', 'media-uploader')).out).toContain('already');
    const released = await stint('contain', ARN, '--release');
    expect([released.exitCode, works()]).toEqual([0, true]);
    expect((await stint('contain', ARN, '--release')).out).toContain('was not contained');
    // The policy is there now.
    expect((await stint('contain', 'media-uploader', '--yes')).exitCode).toBe(0);
    expect(works()).toBe(false);
    await stint('contain', ARN, '--release');
  });

  it('reaches a role that is in the rules no more, by its RoleArn: its sessions live on', async () => {
    folder.write('renamed.yaml', VALID.replaceAll('role/media-uploader', 'role/other'));
    expect((await stint('apply', '--yes', 'renamed.yaml')).exitCode).toBe(0);
    const works = handedOut();
    const contained = await stint('contain', ARN, '--yes');
    expect([contained.exitCode, works()]).toEqual([0, false]);
    expect(contained.out).toContain(`stint contain ${ARN} --release`);
    expect(contained.out).not.toContain('stint block');
    expect([(await stint('contain', ARN, '--release')).exitCode, works()]).toEqual([0, true]);
    await stint('apply', '--yes', 'access.yaml');
  });

  it('attaches no policy of that name that says something else', async () => {
    const works = handedOut();
    const address = { type: 'Custom', name: 'stint-contain', accountId: ACCOUNT } as const;
    ram.policies.publish(address, JSON.stringify(allow('oss:*', '*')));
    const run = await stint('contain', 'media-uploader', '--yes');
    expect(run).toMatchObject({ exitCode: 3, notes: expect.stringContaining('not a Deny of everything') });
    expect(works()).toBe(true);
  });

  it('knows the roles of the rules in force alone by their ids', async () => {
    const run = await stint('contain', 'media-uploadr', '--yes');
    expect(run).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining('did you mean media-uploader?'),
    });
  });

  it('touches no role of the same name in another account', async () => {
    folder.write('other.yaml', VALID.replaceAll(ACCOUNT, '6543210987654321'));
    expect((await stint('apply', '--yes', 'other.yaml')).exitCode).toBe(0);
    const works = handedOut();
    const run = await stint('contain', 'media-uploader', '--yes');
    expect(run).toMatchObject({ exitCode: 3, notes: expect.stringContaining('of the account that owns it') });
    expect(works()).toBe(true);
    // Nor asks whether it should.
    expect(await stint('contain', 'media-uploader')).toMatchObject({ exitCode: 3, notes: run.notes });
  });
});
