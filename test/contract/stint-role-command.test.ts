// `stint role` on a deployment of the local cloud: a role is in RAM, in vend's policy, in the document and in force, or the command
// says what is missing; vend then really assumes it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sts from '@alicloud/sts20150401';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runSetup } from '../../clients/cli/setup/run-setup.ts';
import {
  NO_NETWORK,
  OTHER_ACCOUNT,
  openSetupWorld,
  SETUP_ACCOUNT,
  SETUP_DOMAIN,
  SETUP_INSTANCE,
  SETUP_REGION,
  type SetupWorld,
} from '../support/setup-world.ts';
import { type TestFolder, testFolder } from '../unit/cli/test-terminal.ts';
import { must } from './must.ts';

const DOCUMENT = `# Rules of the shop
version: 1
providers:
  - id: corp # the company's own
    kind: oidc
    issuer: https://id.example.com
    audiences: [https://vend.example.com]
    algorithms: [RS256]
    groups: groups

# Roles below
roles: []
grants: []
`;
const FIRST = ['--provider', 'corp', '--group', 'media', '--yes'];
const VEND = `acs:ram::${SETUP_ACCOUNT}:role/stint-vend`;
const ROLE_POLICY = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../clients/cli/ram/role-policy.json'), 'utf8'),
);

let world: SetupWorld;
let folder: TestFolder;

beforeAll(async () => {
  world = await openSetupWorld();
  folder = testFolder();
  const terminal = {
    out: () => undefined,
    note: () => undefined,
    env: world.env,
    folder: folder.path,
    openKeychain: async () => undefined,
  };
  const options = { region: SETUP_REGION, domain: SETUP_DOMAIN, yes: true };
  const means = { network: NO_NETWORK, deploy: async () => true, pause: async () => undefined };
  expect(await runSetup(options, terminal, means)).toBe(0);
  // From here on as the people who manage roles.
  world.mayOnly([ROLE_POLICY]);
});
afterAll(() => world.close());

/** Every test has roles of its own, and begins with the document in force; vend's policy is shared. */
beforeEach(async () => {
  folder.write('access.yaml', DOCUMENT);
  const env = { ...world.env, STINT_TABLESTORE_INSTANCE: SETUP_INSTANCE };
  expect((await folder.stint(['apply', 'access.yaml', '--yes'], env)).exitCode).toBe(0);
});

const role = (argv: readonly string[], ask?: () => Promise<string>) =>
  folder.stint(['role', ...argv], world.env, undefined, ask);
const arnOf = (name: string, account = SETUP_ACCOUNT) => `acs:ram::${account}:role/${name}`;
const inRam = (name: string) => world.iam.findRole(arnOf(name))?.record;
const document = () => parse(folder.read('access.yaml'));
const vendPolicy = (): string =>
  world.iam.policies.find({ type: 'Custom', name: 'stint-vend', accountId: SETUP_ACCOUNT })?.current.text ??
  '';

/** As vend does: with its role's own key. */
function assume(roleArn: string, externalId?: string) {
  const session = must(world.iam.issueServiceSession(VEND, 'fc.aliyuncs.com'));
  const client = new sts.default({
    accessKeyId: session.accessKeyId,
    accessKeySecret: session.accessKeySecret,
    securityToken: session.securityToken,
    endpoint: new URL(world.sts.url).host,
    protocol: 'http',
    toMap: () => ({}),
  });
  return client.assumeRole(
    new sts.AssumeRoleRequest({ roleArn, roleSessionName: 'test', ...(externalId && { externalId }) }),
  );
}

describe('stint role add', () => {
  it('makes a role that vend can assume with its ExternalId and no other, and puts it in force', async () => {
    const { exitCode, out, notes } = await role(['add', 'uploader', ...FIRST]);
    expect([exitCode, notes]).toEqual([0, expect.stringContaining('all that the role may do')]);
    expect(out).toContain('Applied as revision');
    const [entry] = document().roles;
    expect(entry).toMatchObject({ id: 'uploader', roleArn: arnOf('uploader'), maxDurationSeconds: 3600 });
    expect(entry.externalId).toMatch(/^[\w-]{43}$/);
    expect(document().grants).toEqual([
      {
        id: 'uploader-first',
        to: { provider: 'corp', group: 'media' },
        role: 'uploader',
        sessionPolicy: 'inherit',
      },
    ]);
    expect(inRam('uploader')?.tags).toEqual({ stint: 'role' });
    expect((await assume(arnOf('uploader'), entry.externalId)).statusCode).toBe(200);
    await expect(assume(arnOf('uploader'), 'another')).rejects.toMatchObject({ code: 'NoPermission' });
    await expect(assume(arnOf('uploader'))).rejects.toMatchObject({ code: 'NoPermission' });
  });

  it('keeps every comment of the document and every other line', async () => {
    await role(['add', 'commented', ...FIRST]);
    const text = folder.read('access.yaml');
    for (const line of DOCUMENT.split('\n').filter((one) => !/^(?:roles|grants):/.test(one)))
      expect(text).toContain(line);
  });

  it('may be run again: the same ExternalId, one grant, nothing to do in RAM', async () => {
    await role(['add', 'twice', ...FIRST]);
    const before = [folder.read('access.yaml'), vendPolicy(), inRam('twice')];
    const { exitCode, out } = await role(['add', 'twice', ...FIRST]);
    expect([exitCode, out]).toEqual([0, expect.stringContaining('RAM role twice: there')]);
    expect([folder.read('access.yaml'), vendPolicy(), inRam('twice')]).toEqual(before);
  });

  it('goes on where an earlier run was stopped, after any step, with the ExternalId that RAM has', async () => {
    await role(['add', 'stopped', ...FIRST, '--no-apply']);
    const [{ externalId }] = document().roles;
    folder.write('access.yaml', DOCUMENT);
    expect((await role(['add', 'stopped', ...FIRST])).exitCode).toBe(0);
    expect(document().roles[0].externalId).toBe(externalId);
  });

  it('attaches policies, and limits the first grant', async () => {
    folder.write(
      'limit.json',
      JSON.stringify({
        Version: '1',
        Statement: [{ Effect: 'Allow', Action: 'oss:GetObject', Resource: '*' }],
      }),
    );
    const argv = [
      'add',
      'reader',
      ...FIRST,
      '--attach',
      'AliyunOSSReadOnlyAccess',
      '--session-policy',
      'limit.json',
    ];
    const { exitCode, notes } = await role([...argv, '--max-duration', '2h', '--description', 'Reads media']);
    expect([exitCode, notes]).toEqual([0, '']);
    expect(inRam('reader')).toMatchObject({
      attached: [{ name: 'AliyunOSSReadOnlyAccess' }],
      maxSessionSeconds: 7200,
    });
    expect(document().roles[0]).toMatchObject({ maxDurationSeconds: 7200, description: 'Reads media' });
    expect(document().grants[0].sessionPolicy.document.Statement[0].Action).toBe('oss:GetObject');
  });

  it('adopts a role that is there, and keeps whom else it trusts', async () => {
    const other = {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { RAM: [`acs:ram::${SETUP_ACCOUNT}:user/ops`] },
    };
    must(
      world.iam.putRole({
        arn: arnOf('adopted'),
        trustPolicy: { Version: '1', Statement: [other] },
        policies: [],
      }),
    );
    const { exitCode, out } = await role(['add', 'adopted', ...FIRST]);
    expect([exitCode, out]).toEqual([0, expect.stringContaining('stint role did not make it')]);
    expect(JSON.stringify(inRam('adopted')?.trustPolicy)).toContain('user/ops');
    expect((await assume(arnOf('adopted'), document().roles[0].externalId)).statusCode).toBe(200);
  });

  it('drops no Deny that names vend: refuses one that always holds, and keeps one with conditions', async () => {
    const named = { Action: 'sts:AssumeRole', Principal: { RAM: [VEND] } };
    const put = (name: string, Condition?: object) => {
      const Statement = [
        { ...named, Effect: 'Allow' },
        { ...named, Effect: 'Deny', ...(Condition && { Condition }) },
      ];
      must(world.iam.putRole({ arn: arnOf(name), trustPolicy: { Version: '1', Statement }, policies: [] }));
      return role(['add', name, ...FIRST]);
    };
    const refused = await put('always-denied');
    expect([refused.exitCode, refused.notes]).toEqual([2, expect.stringContaining('a Deny that names')]);
    expect(vendPolicy()).not.toContain(arnOf('always-denied'));
    const kept = await put('denied-there', { IpAddress: { 'acs:SourceIp': ['192.0.2.1'] } });
    expect(kept.exitCode).toBe(0);
    const trust = JSON.stringify(inRam('denied-there')?.trustPolicy);
    expect([trust.includes('192.0.2.1'), trust.match(/"Allow"/g)?.length]).toEqual([true, 1]);
    expect(JSON.stringify(inRam('always-denied')?.trustPolicy).match(/"(?:Allow|Deny)"/g)).toHaveLength(2);
  });

  it('does not give a first grant to another recipient, who would have it in place of the first', async () => {
    await role(['add', 'taken', ...FIRST]);
    const before = folder.read('access.yaml');
    const { exitCode, notes } = await role(['add', 'taken', '--provider', 'corp', '--group', 'ops', '--yes']);
    expect([exitCode, notes]).toEqual([2, expect.stringContaining('taken-first')]);
    expect(folder.read('access.yaml')).toBe(before);
  });

  it('asks, and changes nothing where the answer is not yes, with --dry-run, or where no person is there', async () => {
    const before = [folder.read('access.yaml'), vendPolicy()];
    const grant = ['--provider', 'corp', '--anyone'];
    expect((await role(['add', 'asked', ...grant], async () => 'no')).exitCode).toBe(2);
    expect((await role(['add', 'asked', ...grant, '--dry-run'])).exitCode).toBe(0);
    expect((await role(['add', 'asked', ...grant])).notes).toContain('add --yes if that is meant');
    expect([folder.read('access.yaml'), vendPolicy(), inRam('asked')]).toEqual([...before, undefined]);
  });

  it.each<[string, readonly string[], string]>([
    ['no one to give it to', ['add', 'x1', '--yes'], 'No grant gives this role yet'],
    [
      'a provider that is not there',
      ['add', 'x1', '--provider', 'none', '--anyone', '--yes'],
      'name an entry of providers',
    ],
    [
      'two recipients',
      ['add', 'x1', '--provider', 'corp', '--anyone', '--group', 'g', '--yes'],
      'one of --subject',
    ],
    ['a name that the document refuses', ['add', 'Media_X', ...FIRST], 'use 1 to 63'],
    ['a role that is not there', ['import', arnOf('x1'), ...FIRST], 'RAM has no role x1'],
    ['no ARN', ['import', 'x1', ...FIRST], 'acs:ram::<account id>:role/<role name>'],
    [
      'a document that is not there',
      ['add', 'x1', ...FIRST, '--document', 'none.yaml'],
      'cannot read none.yaml',
    ],
  ])('refuses %s before anything is changed', async (_, argv, says) => {
    const before = vendPolicy();
    const { exitCode, notes } = await role(argv);
    expect(exitCode).not.toBe(0);
    expect(notes).toContain(says);
    expect([vendPolicy(), inRam('x1'), folder.read('access.yaml')]).toEqual([before, undefined, DOCUMENT]);
  });

  it('loses no role where several are added at once', async () => {
    const names = ['at-once-1', 'at-once-2', 'at-once-3'];
    const runs = names.map((name) => {
      const other = testFolder();
      other.write('access.yaml', DOCUMENT);
      other.write('deployment.env', folder.read('deployment.env'));
      return other.stint(['role', 'add', name, ...FIRST, '--no-apply'], world.env);
    });
    expect((await Promise.all(runs)).map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    for (const name of names) expect(vendPolicy()).toContain(arnOf(name));
  });
});

describe('a document that is behind the rules in force', () => {
  it('is refused before anything is changed, and says what would be lost', async () => {
    await role(['add', 'theirs-now', ...FIRST]);
    folder.write('access.yaml', DOCUMENT);
    const before = vendPolicy();
    for (const argv of [
      ['add', 'late', ...FIRST],
      ['remove', 'theirs-now', '--yes'],
    ]) {
      const { exitCode, notes } = await role(argv, async () => 'yes');
      expect([exitCode, notes]).toEqual([2, expect.stringContaining('would also remove 1 grant and 1 role')]);
      expect(notes).toContain('theirs-now-first');
    }
    expect([vendPolicy(), inRam('late'), folder.read('access.yaml')]).toEqual([before, undefined, DOCUMENT]);
    expect((await role(['add', 'late', ...FIRST, '--no-apply'])).exitCode).toBe(0);
  });

  it('is refused where its tests fail, before anything is changed', async () => {
    await role(['add', 'guarded', '--provider', 'corp', '--subject', 'mia', '--yes']);
    const test =
      'tests: [{ name: no one, as: { provider: corp, subject: mia }, role: guarded, expect: deny }]\n';
    folder.write('access.yaml', `${folder.read('access.yaml')}${test}`);
    const { exitCode, notes } = await role(['add', 'failing', ...FIRST]);
    expect([exitCode, inRam('failing')]).toEqual([1, undefined]);
    expect(notes).toContain('Nothing was changed');
  });
});

describe('a role that stint rollback brings back', () => {
  it('is said to need a look at RAM, which a rollback does not change', async () => {
    const env = { ...world.env, STINT_TABLESTORE_INSTANCE: SETUP_INSTANCE };
    await role(['add', 'back', ...FIRST]);
    const { out } = await folder.stint(['history', '--json'], env);
    const [{ number, files }] = JSON.parse(out).revisions;
    expect(files).toEqual(['access.yaml']);
    await role(['remove', 'back', '--delete-role', '--yes']);
    const back = await folder.stint(['rollback', String(number)], env);
    expect([back.exitCode, back.notes]).toEqual([
      0,
      expect.stringContaining('Back in the rules: role back.'),
    ]);
    await folder.stint(['export', '--out', 'back.yaml'], env);
    expect((await role(['list', '--document', 'back.yaml'])).out).toContain('RAM has no such role');
    await role(['add', 'back', '--document', 'back.yaml', '--yes']);
    expect((await role(['list', '--document', 'back.yaml'])).exitCode).toBe(0);
  });
});

describe('rules that are divided into files', () => {
  const PROVIDERS = DOCUMENT.slice(0, DOCUMENT.indexOf('\n# Roles below'));

  it('get a role in the file of --document, and are applied together', async () => {
    folder.write('divided/providers.yaml', PROVIDERS);
    folder.write('divided/roles.yaml', 'version: 1\nroles: [] # none yet\ngrants: []\n');
    const place = ['--document', 'divided/roles.yaml'];
    const alone = await role(['add', 'parted', ...FIRST, ...place]);
    expect([alone.exitCode, alone.notes]).toEqual([1, expect.stringContaining('with --apply')]);
    const partly = await role(['add', 'parted', ...FIRST, ...place, '--apply', 'divided/providers.yaml']);
    expect([partly.exitCode, partly.notes]).toEqual([2, expect.stringContaining('leaves out')]);
    expect((await role(['add', 'parted', ...FIRST, ...place, '--no-apply'])).exitCode).toBe(0);
    const whole = await role(['add', 'parted', ...FIRST, ...place, '--apply', 'divided']);
    expect([whole.exitCode, whole.out]).toEqual([0, expect.stringContaining('Applied as revision')]);
    expect((await role(['list', '--document', 'divided'])).out).toContain(`parted  ${arnOf('parted')}  fits`);
    expect((await role(['list', ...place])).exitCode).toBe(0);
    expect((await role(['remove', 'parted', ...place, '--apply', 'divided', '--yes'])).exitCode).toBe(0);
  });
});

describe('a role of another account', () => {
  it('never gets its policies in this account, where another role may have its name', async () => {
    await role(['add', 'same-name', ...FIRST]);
    const arn = arnOf('same-name', OTHER_ACCOUNT);
    const attach = ['--attach', 'AdministratorAccess', 'media-writer'];
    const { exitCode, out } = await role(['import', arn, '--id', 'same-there', ...FIRST, ...attach]);
    expect(exitCode).toBe(0);
    expect(inRam('same-name')).not.toMatchObject({ attached: [expect.anything()] });
    const line = 'aliyun ram AttachPolicyToRole --RoleName same-name --PolicyType';
    expect(out).toContain(`${line} System --PolicyName AdministratorAccess`);
    expect(out).toContain(`${line} Custom --PolicyName media-writer`);
  });

  it('gets no line that a shell would read otherwise', async () => {
    const add = ['add', 'odd', '--account', OTHER_ACCOUNT, ...FIRST];
    const { exitCode } = await role([...add, '--attach', 'x; rm -rf ~']);
    expect(exitCode).toBe(2);
    const { out } = await role([...add, '--dry-run']);
    expect(out).not.toMatch(/aliyun ram .*[<>;]/);
  });

  it('is handed out, with what the other account must run', async () => {
    const arn = arnOf('lent', OTHER_ACCOUNT);
    const { exitCode, out } = await role(['import', arn, ...FIRST]);
    expect(exitCode).toBe(0);
    expect(out).toContain(`aliyun ram UpdateRole --RoleName lent`);
    const [, trust = ''] = /--NewAssumeRolePolicyDocument '(.*)'/.exec(out) ?? [];
    must(world.iam.putRole({ arn, trustPolicy: JSON.parse(trust), policies: [] }));
    expect((await assume(arn, document().roles[0].externalId)).statusCode).toBe(200);
  });

  it('is created there by the lines of --account', async () => {
    const { out } = await role(['add', 'lent-new', '--account', OTHER_ACCOUNT, ...FIRST]);
    expect(out).toContain('aliyun ram CreateRole --RoleName lent-new');
    expect(inRam('lent-new')).toBeUndefined();
    expect(vendPolicy()).toContain(arnOf('lent-new', OTHER_ACCOUNT));
  });
});

describe('stint role list', () => {
  it('says of each role whether it fits, and what does not', async () => {
    await role(['add', 'fine', ...FIRST]);
    await role(['add', 'drifts', ...FIRST]);
    expect((await role(['list'])).out).toContain(`fine  ${arnOf('fine')}  fits`);
    const trust = JSON.stringify(inRam('drifts')?.trustPolicy);
    world.iam.changeRole(arnOf('drifts'), {
      trustPolicy: JSON.parse(trust.replace(/"sts:ExternalId":\["[^"]*"/, '"sts:ExternalId":["other"')),
    });
    const { exitCode, out } = await role(['list', '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(out).roles).toMatchObject([
      { id: 'fine', state: 'fits', drift: [] },
      { id: 'drifts', state: 'drifted', drift: ['its trust policy asks for another ExternalId'] },
    ]);
    world.iam.deleteRole(arnOf('drifts'));
    expect((await role(['list'])).out).toContain('RAM has no such role');
    expect((await role(['add', 'drifts', '--yes'])).exitCode).toBe(0);
    expect((await role(['list'])).exitCode).toBe(0);
  });
});

describe('stint role remove', () => {
  it('takes the role out of the document and of vend’s policy, and leaves it in RAM', async () => {
    await role(['add', 'gone', ...FIRST]);
    const { exitCode, notes } = await role(['remove', 'gone', '--yes']);
    expect([exitCode, notes]).toEqual([0, expect.stringContaining('work until they expire')]);
    expect(parse(folder.read('access.yaml'))).toEqual(parse(DOCUMENT));
    expect(folder.read('access.yaml')).toContain('# Roles below');
    expect(vendPolicy()).not.toContain(arnOf('gone'));
    expect(inRam('gone')).toBeDefined();
    await expect(assume(arnOf('gone'))).rejects.toMatchObject({ code: 'NoPermission' });
  });

  it('deletes the RAM role where that is asked for and stint role made it, and no other', async () => {
    await role(['add', 'deleted', ...FIRST, '--attach', 'AliyunOSSReadOnlyAccess']);
    expect((await role(['remove', 'deleted', '--delete-role', '--yes'])).exitCode).toBe(0);
    expect(inRam('deleted')).toBeUndefined();
    must(
      world.iam.putRole({
        arn: arnOf('theirs'),
        trustPolicy: {
          Version: '1',
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: [VEND] } }],
        },
        policies: [],
      }),
    );
    await role(['import', arnOf('theirs'), ...FIRST]);
    const { exitCode, notes } = await role(['remove', 'theirs', '--delete-role', '--yes']);
    expect([exitCode, notes]).toEqual([2, expect.stringContaining('stint role did not make')]);
    expect(vendPolicy()).toContain(arnOf('theirs'));
    expect(inRam('theirs')).toBeDefined();
  });
});

describe('a removal with --no-apply', () => {
  it('changes the document alone, since the rules in force still hand the role out', async () => {
    await role(['add', 'later', ...FIRST]);
    const arn = arnOf('later');
    const withRole = folder.read('access.yaml');
    const refused = await role(['remove', 'later', '--no-apply', '--delete-role', '--yes']);
    expect([refused.exitCode, refused.notes]).toEqual([2, expect.stringContaining('hand the role out')]);
    expect(folder.read('access.yaml')).toBe(withRole);
    const { exitCode, notes } = await role(['remove', 'later', '--no-apply', '--yes']);
    expect([exitCode, notes]).toEqual([0, expect.stringContaining(`stint role remove ${arn}`)]);
    expect(document().roles).toEqual([]);
    expect([vendPolicy().includes(arn), inRam('later') !== undefined]).toEqual([true, true]);
    expect((await role(['remove', arn, '--no-apply', '--yes'])).exitCode).toBe(2);
    expect((await role(['remove', arn, '--yes'])).exitCode).toBe(2);
    expect(vendPolicy()).toContain(arn);
    const env = { ...world.env, STINT_TABLESTORE_INSTANCE: SETUP_INSTANCE };
    await folder.stint(['apply', 'access.yaml', '--yes'], env);
    expect((await role(['remove', arn, '--delete-role', '--yes'])).exitCode).toBe(0);
    expect([vendPolicy().includes(arn), inRam('later')]).toEqual([false, undefined]);
  });
});

describe('a removal that was stopped', () => {
  it('goes on after the document has no such role any more', async () => {
    await role(['add', 'halfway', ...FIRST]);
    await role(['remove', 'halfway', '--no-apply', '--yes']);
    const arn = arnOf('halfway');
    const added = await role(['add', 'halfway', ...FIRST, '--no-apply']);
    expect(added.exitCode).toBe(0);
    folder.write('access.yaml', DOCUMENT);
    expect((await role(['list'])).out).toContain(`stint role remove ${arn}`);
    const env = { ...world.env, STINT_TABLESTORE_INSTANCE: SETUP_INSTANCE };
    await folder.stint(['apply', 'access.yaml', '--yes'], env);
    expect((await role(['remove', 'halfway', '--delete-role', '--yes'])).exitCode).toBe(0);
    expect([vendPolicy().includes(arn), inRam('halfway')]).toEqual([false, undefined]);
    expect((await role(['remove', 'halfway', '--yes'])).notes).toContain('has no role halfway');
  });
});

describe('without permissions', () => {
  it('names the one that is missing', async () => {
    const others = ROLE_POLICY.Statement.filter(
      ({ Action }: { readonly Action: unknown }) => Action !== 'ram:CreatePolicyVersion',
    );
    world.mayOnly([{ ...ROLE_POLICY, Statement: others }]);
    const { exitCode, notes } = await role(['add', 'denied', ...FIRST]);
    world.mayOnly([ROLE_POLICY]);
    expect(exitCode).toBe(3);
    expect(notes).toContain(`ram:CreatePolicyVersion on acs:ram:*:${SETUP_ACCOUNT}:policy/stint-vend`);
    expect((await role(['add', 'denied', ...FIRST])).exitCode).toBe(0);
  });
});

describe('with a hub role', () => {
  const HUB = arnOf('stint-hub', '2222222222222222');
  const withHub = (...argv: readonly string[]) =>
    folder.stint(['role', ...argv], { ...world.env, STINT_HUB_ROLES: HUB });
  /** As a session of the hub role does. */
  function assumeByHub(roleArn: string, externalId?: string) {
    const document = {
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }],
    };
    const hub = must(
      world.iam.putRole({
        arn: HUB,
        trustPolicy: {
          Version: '1',
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: [VEND] } }],
        },
        policies: [document],
      }),
    );
    const { expiresAt: _, ...keys } = world.iam.issueSession({
      role: hub,
      sessionName: 'vend',
      durationSeconds: 900,
    });
    const client = new sts.default({
      ...keys,
      endpoint: new URL(world.sts.url).host,
      protocol: 'http',
      toMap: () => ({}),
    });
    return client.assumeRole(
      new sts.AssumeRoleRequest({ roleArn, roleSessionName: 'test', ...(externalId && { externalId }) }),
    );
  }

  it('a new role trusts it as well, with the same ExternalId, and its administrator is told what to run', async () => {
    const { exitCode, out } = await withHub('add', 'by-hub', ...FIRST);
    expect(exitCode).toBe(0);
    const externalId = document().roles.find(({ id }: { id: string }) => id === 'by-hub').externalId;
    expect((await assume(arnOf('by-hub'), externalId)).statusCode).toBe(200);
    expect((await assumeByHub(arnOf('by-hub'), externalId)).statusCode).toBe(200);
    await expect(assumeByHub(arnOf('by-hub'))).rejects.toMatchObject({ code: 'NoPermission' });
    expect(out).toContain('In hub account 2222222222222222');
    const [, policy] =
      /CreatePolicyVersion .*--PolicyName stint-hub --PolicyDocument '([^']+)'/.exec(out) ?? [];
    expect(JSON.parse(policy ?? '').Statement[0].Resource).toContain(arnOf('by-hub'));
    expect(policy).not.toContain(HUB);
  });

  it('a role that does not trust it is listed as one that does not fit, and import mends that', async () => {
    await role(['add', 'before-hub', ...FIRST]);
    const listed = await withHub('list');
    expect([listed.exitCode, listed.out]).toEqual([1, expect.stringContaining(`does not name ${HUB}`)]);
    expect((await withHub('import', arnOf('before-hub'), '--yes')).exitCode).toBe(0);
    const statements = Object(inRam('before-hub')?.trustPolicy).Statement;
    expect(statements).toEqual([expect.objectContaining({ Principal: { RAM: [VEND, HUB] } })]);
    expect((await withHub('list')).exitCode).toBe(0);
  });

  it('a hub role is not handed out, and is not taken for a role that no document names', async () => {
    const refused = await withHub('import', HUB, '--provider', 'corp', '--group', 'media', '--yes');
    expect([refused.exitCode, refused.notes]).toEqual([2, expect.stringContaining('is a hub role')]);
    const policy = { type: 'Custom', name: 'stint-vend', accountId: SETUP_ACCOUNT } as const;
    const before = vendPolicy();
    const parsed = JSON.parse(before);
    const Statement = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: [HUB] }, ...parsed.Statement];
    world.iam.policies.publish(policy, JSON.stringify({ ...parsed, Statement }));
    expect((await withHub('list')).out).not.toContain(HUB);
    expect((await role(['list'])).out).toContain(`may assume ${HUB}`);
    world.iam.policies.publish(policy, before);
  });

  it('a setting that is no list of roles is refused', async () => {
    const { exitCode, notes } = await folder.stint(['role', 'list'], {
      ...world.env,
      STINT_HUB_ROLES: 'hub',
    });
    expect([exitCode, notes]).toEqual([2, expect.stringContaining('STINT_HUB_ROLES must be ARNs')]);
  });
});
