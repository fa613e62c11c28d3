// Guarantees: each identity of the demo account has the rights that it needs and no others.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  ARMS_READER,
  DEMO_ACCOUNT,
  LOGIN_ROLE,
  MEDIA_UPLOADER,
  SWEEP_ROLE,
  TABLE_READER,
  VEND_ROLE,
} from '../../../local/demo/demo-account.ts';
import { type LocalIam, openIam } from '../../../local/iam/local-iam.ts';
import { seedAuditor, seedIam, seedPartner } from '../../../local/world/seed-iam.ts';
import { accepted } from '../../unit/rules/documents.ts';

const DOCUMENT = join(import.meta.dirname, '../../../local/access.yaml');
const ADMIN = { accessKeyId: 'LTAIadmin', accessKeySecret: 'admin-secret' };
const AUDITOR = { accessKeyId: 'LTAIauditor', accessKeySecret: 'auditor-secret' };
const PARTNER = { accessKeyId: 'LTAIpartner', accessKeySecret: 'partner-secret' };
const folder = mkdtempSync(join(tmpdir(), 'stint-seed-'));
const iam: LocalIam = openIam({ file: join(folder, 'iam.lmdb'), clock: () => new Date() });
seedIam(iam, ADMIN, 'kms-key');
seedAuditor(iam, AUDITOR);
seedPartner(iam, PARTNER);
afterAll(async () => {
  await iam.close();
  rmSync(folder, { recursive: true });
});

function callerOf(accessKeyId: string, securityToken?: string) {
  const found = iam.find(accessKeyId, securityToken);
  if (found.kind !== 'found') throw new Error(found.kind);
  return found.caller;
}

function issue(arn: string) {
  const role = iam.findRole(arn);
  if (role === undefined) throw new Error(`no role ${arn}`);
  return iam.issueSession({ role, sessionName: 'test', durationSeconds: 900 });
}

function sessionOf(arn: string) {
  const { accessKeyId, securityToken } = issue(arn);
  return callerOf(accessKeyId, securityToken);
}

const table = (name: string) => `acs:ots:cn-hangzhou:${DEMO_ACCOUNT}:instance/stint/table/${name}`;

describe('the demo account', () => {
  it.each([
    [MEDIA_UPLOADER, true],
    [ARMS_READER, true],
    [TABLE_READER, false],
    [VEND_ROLE, false],
    [`acs:ram::${DEMO_ACCOUNT}:role/other`, false],
  ])('lets vend assume %s: %s', (arn, may) => {
    expect(sessionOf(VEND_ROLE).may('sts:AssumeRole', arn, {})).toBe(may);
  });

  it('lets login use its key of KMS, and no other function', () => {
    const key = `acs:kms:cn-hangzhou:${DEMO_ACCOUNT}:key/kms-key`;
    const mayDecrypt = (arn: string) => sessionOf(arn).may('kms:Decrypt', key, {});
    expect([LOGIN_ROLE, VEND_ROLE, SWEEP_ROLE].map(mayDecrypt)).toEqual([true, false, false]);
  });

  it('lets vend assume every role of local/access.yaml', () => {
    const vend = sessionOf(VEND_ROLE);
    const roles = accepted(readFileSync(DOCUMENT, 'utf8')).roles.map(({ roleArn }) => roleArn);
    expect(roles.filter((arn) => vend.may('sts:AssumeRole', arn, {}))).toEqual(roles);
    expect(roles).not.toEqual([]);
  });

  it.each(['access', 'catalog', 'audit', 'issued'])('lets table-reader read %s and nothing more', (name) => {
    const reader = sessionOf(TABLE_READER);
    for (const action of ['GetRow', 'BatchGetRow', 'GetRange'])
      expect(reader.may(`ots:${action}`, table(name), {})).toBe(true);
    for (const action of ['PutRow', 'UpdateRow', 'DeleteRow', 'BatchWriteRow', 'DeleteTable'])
      expect(reader.may(`ots:${action}`, table(name), {})).toBe(false);
  });

  it.each([
    ['ots:PutRow', table('access'), true],
    ['ots:GetRange', table('keys'), true],
    ['ots:PutRow', table('keys'), false],
    ['ots:GetRange', table('audit'), false],
    ['ots:DeleteRow', table('audit'), false],
    ['ots:DeleteTable', table('access'), false],
    ['sts:AssumeRole', MEDIA_UPLOADER, false],
    ['ram:AttachPolicyToRole', `acs:ram:*:${DEMO_ACCOUNT}:policy/stint-contain`, true],
    ['ram:AttachPolicyToRole', 'acs:ram:*:system:policy/AdministratorAccess', false],
  ])('lets the administrator do %s on %s: %s', (action, resource, may) => {
    expect(callerOf(ADMIN.accessKeyId).may(action, resource, {})).toBe(may);
  });

  it.each([
    ['ots:GetRange', table('audit'), true],
    ['ots:BatchGetRow', table('issued'), true],
    ['ots:GetRange', table('issued'), false],
    ['ots:DeleteRow', table('audit'), false],
    ['ots:PutRow', table('audit'), false],
    ['ots:GetRange', table('access'), false],
    ['ots:GetRange', table('people'), false],
    ['sts:AssumeRole', MEDIA_UPLOADER, false],
  ])('lets the auditor do %s on %s: %s', (action, resource, may) => {
    expect(callerOf(AUDITOR.accessKeyId).may(action, resource, {})).toBe(may);
  });

  it.each([
    ['sts:AssumeRole', MEDIA_UPLOADER],
    ['ots:GetRow', table('access')],
  ])('lets the partner not do %s', (action, resource) => {
    const partner = callerOf(PARTNER.accessKeyId);
    expect(partner.arn).toBe('acs:ram::6543210987654321:user/deployer');
    expect(partner.may(action, resource, {})).toBe(false);
  });

  it('is the same after it was put there again, and sessions of before still work', () => {
    const { accessKeyId, securityToken } = issue(VEND_ROLE);
    const before = iam.findRole(MEDIA_UPLOADER)?.record;
    seedIam(iam, ADMIN, 'kms-key');
    expect(iam.findRole(MEDIA_UPLOADER)?.record).toEqual(before);
    expect(callerOf(accessKeyId, securityToken).may('sts:AssumeRole', MEDIA_UPLOADER, {})).toBe(true);
  });
});
