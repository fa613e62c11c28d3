// Guarantees: what RAM has is compared with the rules and with what Stint ships; each difference that matters is a finding, and
// none without a difference. A look that fails keeps no other check from being made, and says which permission is missing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FoundPolicy, FoundRole, RamReader, Unseen } from '../../../shared/checks/cloud-reader.ts';
import { type DriftWorld, findDrift } from '../../../shared/checks/run-checks.ts';
import { err, ok } from '../../../shared/kernel/result.ts';
import { fillPlaceholders } from '../../../shared/ram/fill-placeholders.ts';
import { parsePolicy } from '../../../shared/ram/parse-policy.ts';
import { digestPolicy } from '../../../shared/rules/compile/pinned-policies.ts';
import { must } from '../../contract/must.ts';
import { role } from '../../support/builders.ts';

const ACCOUNT = '1234567890123456';
const VEND = `acs:ram::${ACCOUNT}:role/stint-vend`;
const ROLE = role({ id: 'media', roleArn: `acs:ram::${ACCOUNT}:role/media`, externalId: 'ours' });
const NAMES = ['login', 'sweep', 'vend'] as const;

const policyOf = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../functions', name, 'ram-policy.json'), 'utf8'));
const allow = (action: string, resource = '*') => ({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
});

const KMS = allow('kms:Decrypt', 'acs:kms:${region}:${account}:key/${kmsKey}');
const SHIPPED = Object.fromEntries(
  NAMES.map((name) => [name, { policy: policyOf(name), optional: name === 'login' ? [KMS] : [] }]),
);
const VALUES = { account: ACCOUNT, region: 'cn-hangzhou', instance: 'stint', roles: [ROLE.roleArn] };

const trust = (principal: object, condition?: object) => ({
  Version: '1',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: principal,
      ...(condition && { Condition: condition }),
    },
  ],
});
const asking = (externalId: string) => ({ StringEquals: { 'sts:ExternalId': externalId } });
const FUNCTION_TRUST = trust({ Service: ['fc.aliyuncs.com'] });

const READER = allow('oss:GetObject');
const PIN = {
  name: 'Reader',
  type: 'System' as const,
  version: 'v1',
  sha256: digestPolicy(must(parsePolicy(READER))),
  document: {},
};

interface Ram {
  readonly roles: Record<string, FoundRole | Unseen | undefined>;
  readonly policies: Record<string, FoundPolicy | Unseen | undefined>;
  readonly attached: Record<string, readonly string[]>;
}

/** As `stint setup` leaves it. */
const goodRam = (): Ram => ({
  roles: {
    media: { trust: trust({ RAM: [VEND] }, asking('ours')), maxSessionSeconds: 3600 },
    ...Object.fromEntries(
      NAMES.map((name) => [`stint-${name}`, { trust: FUNCTION_TRUST, maxSessionSeconds: 3600 }]),
    ),
  },
  policies: {
    Reader: { version: 'v1', document: READER },
    ...Object.fromEntries(
      NAMES.map((name) => [
        `stint-${name}`,
        { version: 'v1', document: fillPlaceholders(policyOf(name), VALUES) },
      ]),
    ),
  },
  attached: Object.fromEntries(NAMES.map((name) => [`stint-${name}`, [`stint-${name}`]])),
});

const answer = async <T extends object>(found: T | Unseen | undefined) =>
  found && 'isDenied' in found ? err(found) : ok(found as T | undefined);

const readerOf = ({ roles, policies, attached }: Ram): RamReader => ({
  role: (name) => answer(roles[name]),
  policy: (name) => answer(policies[name]),
  attached: (name) => answer((attached[name] ?? []).map((one) => ({ name: one, type: 'Custom' as const }))),
});

const look = (ram: Ram, parts: Partial<DriftWorld> = {}) =>
  findDrift({
    accountId: ACCOUNT,
    region: 'cn-hangzhou',
    instance: 'stint',
    shipped: SHIPPED,
    hubRoles: [],
    ram: readerOf(ram),
    rules: async () => ok({ roles: [ROLE], pins: [PIN] }),
    isOver: () => false,
    ...parts,
  });

it('finds nothing where all is as it was set up', async () => {
  expect(await look(goodRam())).toEqual([]);
});

const MEDIA = { maxSessionSeconds: 3600 };

describe('a role of the rules', () => {
  it.each<[string, FoundRole | undefined, string]>([
    ['that is gone', undefined, 'role-missing'],
    [
      'that trusts another role alone',
      { ...MEDIA, trust: trust({ RAM: [`${VEND}2`] }, asking('ours')) },
      'role-untrusted',
    ],
    [
      'that is denied to vend',
      {
        ...MEDIA,
        trust: {
          Version: '1',
          Statement: [
            ...trust({ RAM: [VEND] }).Statement,
            { ...trust({ RAM: [VEND] }).Statement[0], Effect: 'Deny' },
          ],
        },
      },
      'role-external-id',
    ],
    [
      'that asks for another ExternalId',
      { ...MEDIA, trust: trust({ RAM: [VEND] }, asking('other')) },
      'role-external-id',
    ],
    [
      'that asks for no ExternalId any more',
      { ...MEDIA, trust: trust({ RAM: [VEND] }) },
      'role-external-id-open',
    ],
    ['whose trust policy is not known', { ...MEDIA, trust: { Version: '2' } }, 'role-unreadable'],
    [
      'whose sessions are shorter',
      { trust: trust({ RAM: [VEND] }, asking('ours')), maxSessionSeconds: 1800 },
      'role-duration',
    ],
  ])('%s is found', async (_, found, name) => {
    const ram = goodRam();
    ram.roles['media'] = found;
    expect(await look(ram)).toEqual([{ name, subject: 'media', detail: expect.any(String) }]);
  });

  it('that stint contain denied everything, and no operator released, is found', async () => {
    const ram = goodRam();
    ram.attached['media'] = ['media-writer', 'stint-contain'];
    expect(await look(ram)).toEqual([
      { name: 'role-contained', subject: 'media', detail: expect.stringContaining('stint-contain') },
    ]);
  });

  it('is trusted by way of its account too', async () => {
    const ram = goodRam();
    ram.roles['media'] = {
      ...MEDIA,
      trust: trust({ RAM: [`acs:ram::${ACCOUNT}:root`] }, asking('ours')),
    };
    expect(await look(ram)).toEqual([]);
  });

  it('of another account is left out: RAM shows one account', async () => {
    const other = role({ id: 'other', roleArn: 'acs:ram::42:role/other' });
    const ram = goodRam();
    const values = { ...VALUES, roles: [ROLE.roleArn, other.roleArn] };
    ram.policies['stint-vend'] = { version: 'v1', document: fillPlaceholders(policyOf('vend'), values) };
    expect(await look(ram, { rules: async () => ok({ roles: [ROLE, other], pins: [] }) })).toEqual([]);
  });
});

describe('a pinned policy', () => {
  it.each<[string, FoundPolicy | undefined, string]>([
    ['that is gone', undefined, 'pin-missing'],
    ['with another text', { version: 'v1', document: allow('oss:*') }, 'pin-changed'],
    ['with another version', { version: 'v2', document: READER }, 'pin-changed'],
    ['that is no policy', { version: 'v1', document: [] }, 'pin-unusable'],
  ])('%s is found', async (_, found, name) => {
    const ram = goodRam();
    ram.policies['Reader'] = found;
    expect(await look(ram)).toEqual([{ name, subject: 'Reader', detail: expect.any(String) }]);
  });
});

/**
 * @attack Role of a function that was given more than it needs, or that others may assume: a way into the account that stays
 * @removed `checkFunctionTrust`, and the comparison in `checkAttached`
 * @failed 4 of 27: that trusts a user is found: `expected [] to deeply equal [ …(1) ]`
 */
describe('the role of a function', () => {
  const change = async (part: (ram: Ram) => void) => {
    const ram = goodRam();
    part(ram);
    return (await look(ram)).map(({ name, subject }) => `${name} ${subject}`);
  };

  it('that is gone is found', async () => {
    expect(await change(({ roles }) => delete roles['stint-login'])).toEqual([
      'function-role-missing stint-login',
    ]);
  });

  it('that trusts a user is found', async () => {
    const open = trust({ Service: ['fc.aliyuncs.com'], RAM: [`acs:ram::${ACCOUNT}:user/eve`] });
    const found = await change(({ roles }) => {
      roles['stint-vend'] = { trust: open, maxSessionSeconds: 3600 };
    });
    expect(found).toEqual(['function-role-open stint-vend']);
  });

  it('with a policy more is found, whoever made that', async () => {
    const found = await change(({ policies, attached }) => {
      policies['Admin'] = { version: 'v1', document: allow('*') };
      attached['stint-sweep'] = ['stint-sweep', 'Admin'];
    });
    expect(found).toEqual(['function-policy-wider stint-sweep']);
  });

  it('of vend that may assume a role which the rules do not give is found', async () => {
    const values = { ...VALUES, roles: [ROLE.roleArn, `acs:ram::${ACCOUNT}:role/old`] };
    const found = await change(({ policies }) => {
      policies['stint-vend'] = { version: 'v2', document: fillPlaceholders(policyOf('vend'), values) };
    });
    expect(found).toEqual(['function-policy-wider stint-vend']);
  });

  it('may have what it needs in some deployments alone', async () => {
    const withKms = (action: string) =>
      change(({ policies, attached }) => {
        policies['Kms'] = { version: 'v1', document: allow(action, `acs:kms:cn-hangzhou:${ACCOUNT}:key/1`) };
        attached['stint-login'] = ['stint-login', 'Kms'];
      });
    expect(await withKms('kms:Decrypt')).toEqual([]);
    expect(await withKms('kms:ScheduleKeyDeletion')).toEqual(['function-policy-wider stint-login']);
  });

  it('needs the key of KMS that login is deployed with, and no other', async () => {
    const ram = goodRam();
    const named = async (kmsKey: string) =>
      (await look(ram, { kmsKey })).map(({ name, subject }) => `${name} ${subject}`);
    expect(await named('1')).toEqual(['function-policy-narrower stint-login']);
    ram.policies['Kms'] = {
      version: 'v1',
      document: allow('kms:Decrypt', `acs:kms:cn-hangzhou:${ACCOUNT}:key/1`),
    };
    ram.attached['stint-login'] = ['stint-login', 'Kms'];
    expect(await named('1')).toEqual([]);
    expect(await named('2')).toEqual(['function-policy-narrower stint-login']);
  });

  it('with less than it needs is found, and not where a policy cannot be read', async () => {
    expect(await change(({ attached }) => delete attached['stint-vend'])).toEqual([
      'function-policy-narrower stint-vend',
    ]);
    const unreadable = await change(({ policies }) => {
      policies['stint-vend'] = { version: 'v1', document: undefined };
    });
    expect(unreadable).toEqual(['function-policy-unreadable stint-vend']);
  });
});

const denied = (action: string): Unseen => ({ action, resource: 'it', isDenied: true, code: 'NoPermission' });

describe('a check that cannot be made', () => {
  it('says which permission is missing, once, and the others are made', async () => {
    const ram = goodRam();
    for (const name of Object.keys(ram.roles)) ram.roles[name] = denied('ram:GetRole');
    ram.policies['Reader'] = undefined;
    const found = await look(ram);
    const detail = 'no permission for ram:GetRole on it';
    expect(found).toEqual([
      { name: 'not-checked', subject: 'functions', detail },
      { name: 'not-checked', subject: 'roles', detail },
      expect.objectContaining({ name: 'pin-missing' }),
    ]);
  });

  it('is given up where the service does not answer', async () => {
    let asked = 0;
    const throttled: Unseen = {
      action: 'ram:GetRole',
      resource: '',
      isDenied: false,
      code: 'Throttling.User',
    };
    const ram: RamReader = {
      ...readerOf(goodRam()),
      role: async () => {
        asked += 1;
        return err(throttled);
      },
    };
    expect((await look(goodRam(), { ram })).map(({ detail }) => detail)).toEqual([
      'ram:GetRole: Throttling.User',
      'ram:GetRole: Throttling.User',
    ]);
    expect(asked).toBe(2);
  });

  it('is left for the next run when the time is over', async () => {
    expect(await look(goodRam(), { isOver: () => true })).toEqual(
      ['functions', 'roles', 'containment', 'pins'].map((subject) => ({
        name: 'not-checked',
        subject,
        detail: 'the time was over',
      })),
    );
  });
});

describe('the rules', () => {
  it.each<[string, DriftWorld['rules'], string]>([
    ['that are not there', async () => ok(undefined), 'rules-missing'],
    [
      'that cannot be read',
      async () => err({ reason: 'rules-unreadable', cause: 'catalog-row' }),
      'rules-unreadable',
    ],
    [
      'that Tablestore does not give',
      async () => err({ reason: 'store-failed', cause: 'OTSServerBusy' }),
      'not-checked',
    ],
  ])('%s are a finding', async (_, rules, name) => {
    expect(await look(goodRam(), { rules })).toEqual([
      { name, subject: 'rules', detail: expect.any(String) },
    ]);
  });

  it('are checked as far as they can be read', async () => {
    const ram = goodRam();
    delete ram.roles['media'];
    const rules: DriftWorld['rules'] = async () => ok({ roles: [ROLE], pins: undefined });
    expect((await look(ram, { rules })).map(({ name }) => name)).toEqual([
      'rules-unreadable',
      'role-missing',
    ]);
  });
});

describe('with a hub role', () => {
  const HUB = 'acs:ram::2222222222222222:role/stint-hub';
  const policy = (roles: readonly string[]) => ({
    version: 'v1',
    document: fillPlaceholders(policyOf('vend'), { ...VALUES, roles }),
  });
  const lookAt = (media: unknown, roles = [ROLE.roleArn, HUB]) => {
    const ram = goodRam();
    return look(
      {
        ...ram,
        roles: { ...ram.roles, media: { ...MEDIA, trust: media } },
        policies: { ...ram.policies, 'stint-vend': policy(roles) },
      },
      { hubRoles: [HUB] },
    );
  };
  const both = trust({ RAM: [VEND, HUB] }, asking('ours'));

  it('finds nothing where vend may assume it and roles trust it', async () => {
    expect(await lookAt(both)).toEqual([]);
  });

  it.each([
    ['a role that does not trust it', trust({ RAM: [VEND] }, asking('ours')), 'role-hub-untrusted'],
    [
      'a role that trusts it with another ExternalId',
      {
        ...both,
        Statement: [
          ...trust({ RAM: [VEND] }, asking('ours')).Statement,
          ...trust({ RAM: [HUB] }, asking('other')).Statement,
        ],
      },
      'role-hub-untrusted',
    ],
    [
      'a role that trusts it without an ExternalId',
      {
        ...both,
        Statement: [...trust({ RAM: [VEND] }, asking('ours')).Statement, ...trust({ RAM: [HUB] }).Statement],
      },
      'role-external-id-open',
    ],
  ])('finds %s', async (_, media, name) => {
    expect(await lookAt(media)).toEqual([{ name, subject: 'media', detail: expect.stringContaining(HUB) }]);
  });

  it('finds that vend may not assume it, and that vend may assume one that is not set', async () => {
    expect(await lookAt(both, [ROLE.roleArn])).toEqual([
      expect.objectContaining({ name: 'function-policy-narrower', subject: 'stint-vend' }),
    ]);
    expect(await lookAt(both, [ROLE.roleArn, HUB, `${HUB}2`])).toEqual([
      expect.objectContaining({ name: 'function-policy-wider', subject: 'stint-vend' }),
    ]);
  });
});
